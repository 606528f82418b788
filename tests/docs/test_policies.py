"""Every definition and initiative has a page, whose tables are made from its file and whose example is tried.

`MODELYARD_ACCEPT=1 pytest tests/docs/test_policies.py` makes the tables anew.
"""

import os
import re
from datetime import date
from pathlib import Path
from textwrap import indent

import pytest

from modelyard.catalog.built_in_policies import IN_DATA_PLANE, built_in
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import load
from modelyard.config.project import Project
from modelyard.policy.docs_pages import PLACE, filled, stems

FOLDER = Path(__file__).parents[2] / "docs/policies"
DEFINITIONS, INITIATIVES = stems("definitions"), stems("initiatives")
PAGES = ("README", *DEFINITIONS, *INITIATIVES)
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEAD = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-ai
    resourceGroup: rg-contoso-ai
    network:
      publicNetworkAccess: Disabled
"""


def text(page: str) -> str:
    return (FOLDER / f"{page}.md").read_text(encoding="utf-8")


def test_there_is_a_page_for_each_and_no_other() -> None:
    assert {file.stem for file in FOLDER.glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_made_from_the_files(page: str) -> None:
    if os.environ.get("MODELYARD_ACCEPT"):
        (FOLDER / f"{page}.md").write_text(filled(text(page)), encoding="utf-8")
    assert text(page) == filled(text(page)), "renew it: MODELYARD_ACCEPT=1 pytest tests/docs/test_policies.py"
    places = {(found[2], found[3]) for found in PLACE.finditer(text(page))}
    if page == "README":
        assert places == {("definitions", None), ("initiatives", None)}
    else:
        assert places == {("definition" if page in DEFINITIONS else "initiative", page)}


@pytest.mark.parametrize("page", [*DEFINITIONS, *INITIATIVES])
def test_its_example_is_one(page: str, tmp_path: Path) -> None:
    """A reader copies it into a stack file."""
    (example,) = EXAMPLE.findall(text(page))
    (tmp_path / "Pulumi.yaml").write_text("name: shown\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/Pulumi.shown.yaml").write_text(HEAD + indent(example, "  "))
    loaded = load(Project.find(tmp_path), "shown", calendar=Calendar.on(date(2026, 11, 23)), market=Market.load())
    assert [f"{finding.path}: {finding.message}" for finding in loaded.errors] == []
    assert loaded.stack is not None
    assert f"modelyard/{page}" in {*loaded.stack.policy_definitions, *loaded.stack.initiatives}


@pytest.mark.parametrize("page", DEFINITIONS)
def test_it_says_what_built_ins_do(page: str) -> None:
    """Whoever could use Azure's own should know; and one of the data plane's mode needs this one beside it."""
    assert "## Why not a built-in" in text(page)
    named = [built_in(name) for name in re.findall(r"`builtin/([\w-]+)`", text(page))]
    assert None not in named
    if any(known is not None and known.mode == IN_DATA_PLANE for known in named):
        assert "## Beside it" in text(page)
