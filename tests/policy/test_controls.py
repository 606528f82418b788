"""Auditors ask by control, not by definition: a verdict says which control of which framework it speaks to."""

from typing import Any

from modelyard.arm.resource_types import rows
from modelyard.policy.documents import definition_registry
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields

DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
SETS = "/providers/Microsoft.Authorization/policySetDefinitions"
KEYLESS = f"{DEFINITIONS}/71ef260a-8f18-47b7-abcb-62d0673d94dc"


def initiative(id_: str, *members: tuple[str, list[str]]) -> Initiative:
    listed: list[dict[str, Any]] = [
        {"policyDefinitionId": definition, "policyDefinitionReferenceId": str(number), "groupNames": groups}
        for number, (definition, groups) in enumerate(members)
    ]
    return Initiative.load({"id": id_, "name": id_.rpartition("/")[2], "properties": {"policyDefinitions": listed}})


def test_azures_initiatives_tell_the_controls_of_azures_definitions() -> None:
    at_hand = definition_registry.Library(
        [
            initiative(f"{SETS}/benchmark", (KEYLESS.upper(), ["IM-1"]), (f"{DEFINITIONS}/other", [])),
            initiative(f"{SETS}/act", (KEYLESS, ["Act_Art_15", "Act_Art_12"])),
        ]
    )
    assert at_hand.controls() == {KEYLESS.lower(): ("Act_Art_12", "Act_Art_15", "IM-1")}


def test_a_teams_groups_are_no_controls_of_others() -> None:
    theirs = "/subscriptions/s/providers/Microsoft.Authorization"
    at_hand = definition_registry.Library(
        [
            initiative(f"{theirs}/policySetDefinitions/house", (KEYLESS, ["house-rules"])),
            initiative(f"{SETS}/benchmark", (f"{theirs}/policyDefinitions/own", ["IM-1"])),
        ]
    )
    assert at_hand.controls() == {}


def test_the_initiatives_that_come_along_tell_of_keyless_access() -> None:
    found = definition_registry.standard(Fields(aliases.from_rows(rows()))).controls()
    assert "MCSB_IM-1" in found[KEYLESS.lower()]
    named = {group for groups in found.values() for group in groups}
    assert not [each for each in named if each.startswith("Modelyard")], "our own groups are no framework's"
