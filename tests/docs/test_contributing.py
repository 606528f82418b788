"""CONTRIBUTING's three steps are all that a kind of resource takes, and each of them is missed when it is forgotten.

They are taken as the page writes them, in a copy of the tree; the commands are those of the page, in that copy.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHAPTER = PAGE.partition("## Add a kind of resource in three steps")[2].partition("\n## ")[0]
LINE, EXAMPLE, SENTENCE = re.findall(r"^   ```\w+\n(.*?)^   ```$", CHAPTER, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r'^(MODELYARD_ACCEPT=1 )?make test TESTS="([^"]+)"$', CHAPTER, re.MULTILINE)
INDENT = "   "
PLACES = {
    "line": ("src/modelyard/arm/plain_kinds.py", "\n)\n", f"{LINE.splitlines()[-2].removeprefix(INDENT)}\n", ""),
    "example": (
        "tests/examples/valid/full.yaml",
        "    locks:\n",
        textwrap.indent(textwrap.dedent(EXAMPLE), "    "),
        "",
    ),
    "sentence": ("docs/stack-files.md", "<!-- options: projects -->\n", textwrap.dedent(SENTENCE), "\n"),
}
"""Of each step the file, the text before which it is put, and what is put there."""
TESTS = (
    "tests/arm/test_sections.py",
    "tests/config/test_plain_sections.py",
    "tests/sandbox/arm/test_plain_kinds.py",
    "tests/tools/test_arm_schema.py",
)
"""Those of the page's that look at the table of kinds, beside those that make something."""


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """A copy of everything that the steps touch and the tests read."""
    copy = tmp_path / "modelyard"
    for part in ("src", "tests", "tools", "docs", "stacks", "policies", "infra"):
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for file in (*ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Pulumi.yaml"):
        shutil.copy(file, copy / file.name)
    yield copy
    shutil.rmtree(copy)


def follow(tree: Path, steps: Collection[str]) -> None:
    for step in steps:
        name, before, text, after = PLACES[step]
        file = tree / name
        content = file.read_text(encoding="utf-8")
        assert content.count(before) >= 1, f"{name} has no {before!r}"
        at = content.index(before, content.index("ROWS: tuple") if step == "line" else 0)
        at += before.startswith("\n")
        file.write_text(f"{content[:at]}{text}{after}{content[at:]}", encoding="utf-8")


def contents(tree: Path) -> dict[str, bytes]:
    files = (file for file in tree.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return {str(file.relative_to(tree)): file.read_bytes() for file in files}


def failing(tree: Path, files: Collection[str], **more: str) -> list[str]:
    """Runs these tests in the copy, and tells which of them fail."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x" if more else "--maxfail=99", "-p", "no:cacheprovider", *files],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src"), "PYTEST_ADDOPTS": "", **more},
        capture_output=True,
        text=True,
        check=False,
    )
    failed = re.findall(r"^FAILED (\S+?)(?:\[| - |$)", done.stdout, re.MULTILINE)
    assert done.returncode == bool(failed), done.stdout[-3000:] + done.stderr[-1000:]
    return sorted({each.partition("::")[2] for each in failed})


def test_the_page_names_the_tests_that_miss_a_step() -> None:
    (accepting, made), (_, checked) = COMMANDS
    assert accepting
    for test in TESTS:
        assert any(test.startswith(each) for each in shlex.split(checked)), test
        assert test not in made


def test_three_files_are_a_kind(tree: Path) -> None:
    before = contents(tree)
    follow(tree, PLACES)
    assert len({name for name, *_ in PLACES.values()}) == 3
    assert failing(tree, shlex.split(COMMANDS[0][1]), MODELYARD_ACCEPT="1") == []
    assert failing(tree, TESTS) == []
    differing = {name for name, content in contents(tree).items() if before.get(name) != content}
    made = {"stacks/modelyard.schema.json", "tests/resources/urns/full.txt"}
    assert differing - made == {name for name, *_ in PLACES.values()}
    assert "account.commitmentPlans.<name>.current.tier" in (tree / "docs/stack-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("forgotten", "missed"),
    [
        ("example", "tests/config/test_plain_sections.py::test_the_example_that_has_everything_has_each_kind"),
        ("sentence", "tests/docs/test_stack_files.py::test_every_section_has_a_table_and_an_example"),
    ],
)
def test_a_forgotten_step_is_missed(tree: Path, forgotten: str, missed: str) -> None:
    follow(tree, [step for step in PLACES if step != forgotten])
    assert failing(tree, [missed]) == [missed.partition("::")[2]]
