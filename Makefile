# Five verbs: up, test, check, bench, torture. Each makes what it needs; a second run makes nothing again.

.DEFAULT_GOAL := help
.PHONY: help up test check bench torture lock clean

PYTHON  ?= python3
STACK   ?= dev
TESTS   ?= tests
OPTIONS ?=
VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
LOCKS   := requirements.lock requirements-uv.lock
COMPILE := $(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --upgrade \
           --no-annotate --no-header --no-emit-find-links --no-emit-index-url

help:
	@echo "make up      declare stack $(STACK) in the sandbox and prove that it answers"
	@echo "make test    run the whole suite, with all set-up (TESTS=tests/config OPTIONS=-x narrow it)"
	@echo "make check   lint, format, who may import whom, types"
	@echo "make bench   measure, and print the tables (BUILT_INS and ALIASES: docs/benchmarks.md)"
	@echo "make torture bad input and kills by the thousand (OPTIONS='arm epac --count 5000 --seed 7' narrow it)"

$(READY): pyproject.toml $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=... names another")'
	@echo "making $(VENV) from requirements.lock"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

up: $(READY)
	@$(BIN)/modelyard quickstart $(STACK)

test: $(READY)
	@$(BIN)/modelyard engine
	@$(BIN)/python tests/clients/node/install.py
	@$(BIN)/python -m pytest $(TESTS) -n auto --dist loadgroup $(OPTIONS)

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: $(READY)
	@$(BIN)/modelyard engine
	@$(BIN)/python -m bench

torture: $(READY)
	@$(BIN)/modelyard engine
	@$(BIN)/python -m torture $(OPTIONS)

# Hashes only: the lock files name no registry, so packages come from where this machine's pip is told to look.
lock: $(READY)
	$(COMPILE) pyproject.toml --group build --group test --group check -o requirements.lock
	$(COMPILE) requirements-uv.in -o requirements-uv.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
