"""docs/smoke.md promises ids by which pipelines select; a check that it doesn't name is one that nobody finds."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from bench.__main__ import FIGURES

from modelyard import smoke
from modelyard.operations.principal_tokens import variable
from modelyard.operations.stack_smoke import SANDBOX_BUDGET, SANDBOX_PROPAGATION
from modelyard.smoke.options import PROPAGATION, Profile, SmokeOptions
from modelyard.smoke.run import FEW

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "smoke.md").read_text(encoding="utf-8")
ID = re.compile(r"[a-z]+\.[a-z0-9-]+")


def ids() -> set[str]:
    """Every id of a check: the constants of the room that look like one."""
    modules = [
        importlib.import_module(f"{smoke.__name__}.{module.name}") for module in pkgutil.iter_modules(smoke.__path__)
    ]
    return {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and ID.fullmatch(value)
    }


def first_column(text: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def test_every_check_has_a_row() -> None:
    table = PAGE[PAGE.index("## Checks") : PAGE.index("## Outcomes")]
    assert first_column(table) == ids()


def test_every_profile_has_a_row() -> None:
    table = PAGE[PAGE.index("## Profiles") : PAGE.index("## Who may call")]
    assert first_column(table) == {str(profile) for profile in Profile}


@pytest.mark.parametrize(
    ("said", "figure"),
    [
        ("Azure's five minutes", PROPAGATION == 300),
        ("that takes 5 seconds, and a limit 70", (SANDBOX_PROPAGATION, SANDBOX_BUDGET) == (5, 70)),
        ("up to 256", SmokeOptions().concurrency == 256),
        ("may take a minute", SmokeOptions().timeout == 60),
        ("fewer than 30 requests a minute", FEW == 30),
        ("MODELYARD_TOKEN_APP_TEAM", variable("app-team") == "MODELYARD_TOKEN_APP_TEAM"),
    ],
)
def test_figures_are_those_of_the_code(said: str, figure: bool) -> None:
    assert said in PAGE
    assert figure, f"the page says {said!r}"


def test_every_benchmark_has_a_row() -> None:
    assert first_column((DOCS / "benchmarks.md").read_text(encoding="utf-8")) == set(FIGURES)
