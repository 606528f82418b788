"""The team's own definitions: this repository is its own first user, and Azure would tell only on deployment."""

from pathlib import Path

import pytest

from modelyard.config.policy_definition import TEAM, DefinitionFiles, from_document
from modelyard.policy.testing.runner import check

FOLDER = Path(__file__).parents[2] / "policies/azure"
FILES = DefinitionFiles(FOLDER)


@pytest.mark.parametrize("stem", FILES.stems(TEAM))
def test_a_definition_can_be_assigned(stem: str) -> None:
    """The configuration reads what an assignment needs; the effect is a parameter, so that it can start as an audit."""
    definition = from_document(f"team/{stem}", FILES.read(TEAM, stem) or "")
    assert definition.mode == "All", "Indexed looks past deployments, which have no location"
    assert definition.display_name
    assert definition.document["description"]
    assert set((definition.parameters or {})[definition.effect_parameter].allowed) == {"Audit", "Deny", "Disabled"}


@pytest.mark.parametrize("stem", FILES.stems(TEAM))
def test_a_definition_does_what_its_cases_say(stem: str) -> None:
    results = check(FOLDER / f"tests/{stem}.yaml")
    assert len(results) > 3
    assert not [line for result in results if not result.passed for line in result.lines()]


def test_every_file_of_cases_is_of_a_definition() -> None:
    assert {file.stem for file in (FOLDER / "tests").glob("*.yaml")} == set(FILES.stems(TEAM))
