"""Modelyard's own definitions: whoever assigns one deploys it to Azure, and finds out there what it really says."""

import json
from pathlib import Path
from typing import Any

import pytest

import modelyard.policy
from modelyard.catalog.market import Market
from modelyard.policy.documents.definition import CATALOG_DATE, Definition
from modelyard.policy.documents.definition_registry import own
from modelyard.policy.documents.lifecycles import DEFAULTS
from modelyard.policy.effects.effect import Effect
from modelyard.policy.language.fields import Fields
from modelyard.policy.testing.runner import check

FOLDER = Path(modelyard.policy.__file__).parent / "definitions"
STEMS = sorted(file.stem for file in FOLDER.glob("*.json"))


def properties(stem: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{stem}.json").read_text(encoding="utf-8"))["properties"]
    return found


@pytest.mark.parametrize("stem", STEMS)
def test_it_does_what_its_cases_say(stem: str) -> None:
    results = check(FOLDER / f"tests/{stem}.yaml")
    assert len(results) >= 3
    assert not [line for result in results if not result.passed for line in result.lines()]
    assert {result.got == "no effect" for result in results} == {True, False}, "it lets something pass, and stops some"


def test_every_file_of_cases_is_of_a_definition() -> None:
    assert sorted(file.stem for file in (FOLDER / "tests").glob("*.yaml")) == STEMS


@pytest.mark.parametrize("stem", STEMS)
def test_the_portal_has_something_to_show(stem: str) -> None:
    """Azure's portal shows a parameter without a display name by its key, and an unfiled definition nowhere."""
    found = properties(stem)
    assert found["displayName"]
    assert found["description"].endswith(".")
    dated = {CATALOG_DATE: Market.load().date.isoformat()} if stem in DEFAULTS else {}
    assert found["metadata"] == {"category": "Cognitive Services", "version": found["version"], **dated}
    for name, parameter in found["parameters"].items():
        assert parameter["metadata"]["displayName"], name
        assert parameter["metadata"]["description"].endswith("."), name


@pytest.mark.parametrize("stem", STEMS)
def test_it_can_be_switched_off(stem: str) -> None:
    """An effect that is a parameter can begin as an audit, and an initiative can leave a member out."""
    effect = properties(stem)["parameters"]["effect"]
    assert "Disabled" in effect["allowedValues"]
    assert effect["defaultValue"] in effect["allowedValues"]


@pytest.mark.parametrize("stem", STEMS)
def test_it_looks_at_what_it_is_about(stem: str) -> None:
    """Mode Indexed looks past what has no location: deployments, content filters, connections."""
    found = properties(stem)
    rule = json.dumps(found["policyRule"]["if"])
    parts = any(f"accounts/{each}" in rule for each in ("deployments", "raiPolicies", "connections"))
    assert found["mode"] == ("All" if parts else "Indexed")


def test_they_are_found_by_their_names(strict: Fields) -> None:
    library = own(strict)
    for stem in STEMS:
        definition = library.find(f"modelyard/{stem}")
        assert isinstance(definition, Definition)
        assert Effect.DISABLED in definition.effects
