"""A wrong GUID assigns another policy, and a wrong parameter is refused only while deploying."""

import json
import re

import pytest

from modelyard.catalog.built_in_policies import NOTHING, built_in, built_ins
from modelyard.catalog.roles import mistaken, role

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EFFECTS = {"Audit", "Deny", "Disabled", "Modify", "DeployIfNotExists", "AuditIfNotExists", "deny"}


def test_every_built_in_is_well_formed_and_says_where_it_is_from():
    for each in built_ins():
        assert GUID.fullmatch(each.guid), each
        assert re.fullmatch(r"[a-z][a-z-]+", each.name), each
        assert each.kind in {"definition", "initiative"}
        assert each.mode or each.is_initiative
        assert each.grade in {"A", "B", "C", "R"}
        assert each.source


def test_names_and_guids_are_unique():
    keys = [key for each in built_ins() for key in (each.name, each.guid)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("policy", built_ins(), ids=lambda policy: policy.name)
def test_parameters_fit_their_types(policy):
    """A default that its own allowed values refuse would be a slip of the transcription."""
    for name, parameter in policy.parameters.items():
        assert parameter.type in {"String", "Array", "Boolean", "Integer", "Float", "Object", "DateTime"}
        values = parameter.default if parameter.type == "Array" and parameter.default is not NOTHING else ()
        values = values or ([parameter.default] if isinstance(parameter.default, str) else ())
        assert not parameter.allowed or all(value in parameter.allowed or value == "" for value in values), name
    effect = policy.parameters.get("effect")
    assert effect is None or set(effect.allowed) <= EFFECTS
    assert bool(effect) != bool(policy.effect), "an effect is a parameter or it is fixed"


@pytest.mark.parametrize("policy", built_ins(), ids=lambda policy: policy.name)
def test_what_remediates_says_which_roles_it_needs(policy):
    """Without them the assignment is there, and every remediation fails."""
    allowed = set(policy.parameters["effect"].allowed) if "effect" in policy.parameters else {policy.effect}
    assert bool(policy.roles) == bool(allowed & {"Modify", "DeployIfNotExists"})
    assert all(GUID.fullmatch(guid) for guid in policy.roles)


def test_a_deprecated_one_names_what_to_use_instead():
    deprecated = [each for each in built_ins() if each.instead]
    assert len(deprecated) == 4
    for each in deprecated:
        assert "Deprecated" in each.display_name
        for name in each.instead:
            replacement = built_in(name)
            assert replacement is not None
            assert not replacement.instead
    assert all(each.instead for each in built_ins() if "Deprecated" in each.display_name)


def test_a_built_in_is_found_by_name_and_guid():
    found = built_in("disable-local-auth")
    assert found is not None
    assert found is built_in("71EF260A-8F18-47B7-ABCB-62D0673D94DC")
    assert found.id == "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
    assert built_in("disable-everything") is None


def test_the_definitions_themselves_agree(shared):
    """Runs where Azure's own definitions are at hand: what was transcribed is what they say."""
    compared = 0
    for file in shared.glob("azure-policy/*definitions/*.json"):
        document = json.loads(file.read_text(encoding="utf-8"))
        known = built_in(document.get("name", ""))
        if known is None:
            continue
        compared += 1
        properties = document["properties"]
        assert known.display_name == properties["displayName"]
        written = properties.get("parameters", {})
        assert set(known.parameters) == set(written)
        for name, parameter in known.parameters.items():
            assert parameter.type.lower() == written[name]["type"].lower()
            assert list(parameter.allowed) == written[name].get("allowedValues", [])
    assert compared > 20


@pytest.mark.parametrize("guid", ["e503ece1-11d0-4e8e-8e2c-7a6c3bf38815", "64702f94-c99e-4e88-8e0b-ba3389c66a89"])
def test_guids_that_circulate_under_another_name_are_known(guid):
    found = mistaken(guid.upper())
    assert found is not None
    assert role(found.taken_for) is not None
    assert role(guid) is None, "a real role would be no mistake"
