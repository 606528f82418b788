"""Initiatives that come with Modelyard, as a stack declares them: whole, with their definitions, under stable names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.catalog.built_in_policies import NOTHING, built_in
from modelyard.config.checks.policy_definition import Definitions
from modelyard.config.finding_collector import Collector
from modelyard.config.policy_definition import (
    OWN,
    OWN_INITIATIVES,
    DefinitionFiles,
    PolicyDefinition,
    from_document,
)
from modelyard.config.policy_set_definition import DefinitionReference, PolicySetDefinition
from modelyard.policy.documents.written_definition import PARAMETER_REFERENCE

FILES = DefinitionFiles(Path("nowhere"))
HEAD = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso
    resourceGroup: rg-contoso
    network:
      publicNetworkAccess: Disabled
  modelyard:policies:
"""
BASELINE = """\
    baseline:
      definition: modelyard/foundry-baseline
      parameters:
        approvedModels:
          - OpenAI/*
"""


@pytest.fixture(params=FILES.stems(OWN_INITIATIVES))
def initiative(request: pytest.FixtureRequest) -> PolicySetDefinition:
    found = Definitions(FILES, Collector()).initiative(f"{OWN}/{request.param}")
    assert found is not None
    return found


def test_members_exist_and_take_what_they_are_handed(initiative: PolicySetDefinition) -> None:
    """Azure refuses an initiative that hands a definition a parameter it doesn't have, or not all that it needs."""
    for member in initiative.members:
        definition = member.definition
        assert definition.parameters is not None, f"{member.reference_id}: nobody knows {definition.reference}"
        assert set(member.parameters) <= set(definition.parameters), member.reference_id
        needed = {name for name, each in definition.parameters.items() if each.default is NOTHING}
        assert needed <= set(member.parameters), member.reference_id
        assert "effect" in member.parameters, "each member can be switched off"


def test_a_value_is_handed_down_plainly_and_of_the_right_type(initiative: PolicySetDefinition) -> None:
    """Which of them remediates is worked out here without Azure, so a value is a parameter or a literal."""
    used = set()
    for member in initiative.members:
        for name, value in member.parameters.items():
            named = PARAMETER_REFERENCE.fullmatch(value) if isinstance(value, str) else None
            assert named, f"{member.reference_id}.{name}"
            used.add(named[1])
            own, its = initiative.parameters[named[1]], (member.definition.parameters or {})[name]
            assert own.type == its.type
            assert set(own.allowed) <= set(its.allowed or own.allowed)
    assert used == set(initiative.parameters), "a parameter that nothing uses misleads"


def test_no_member_is_deprecated_or_leaves_arm_out(initiative: PolicySetDefinition) -> None:
    for member in initiative.members:
        known = built_in(member.definition.stem)
        assert known is None or not known.instead
        assert not member.definition.mode.startswith("Microsoft."), "a deployment made by API may pass it"


def test_groups_are_declared_and_used(initiative: PolicySetDefinition) -> None:
    """Azure refuses a member of a group that isn't declared; a group without members shows as an empty control."""
    declared = {each["name"] for each in initiative.document["policyDefinitionGroups"]}
    assert {name for member in initiative.members for name in member.groups} == declared
    assert all(member.groups for member in initiative.members)


def test_a_stack_declares_the_initiative_and_its_own_definitions(stack: Callable[..., Any]) -> None:
    loaded = stack(HEAD + BASELINE)
    assert not loaded.errors
    assert list(loaded.stack.initiatives) == ["modelyard/foundry-baseline"]
    members = loaded.stack.initiatives["modelyard/foundry-baseline"].members
    own = {each.definition.reference for each in members if not each.definition.id}
    assert own == set(loaded.stack.policy_definitions)
    assert "modelyard/approved-models" in own
    policy = loaded.stack.policies["baseline"]
    assert (policy.initiative, policy.definition) == ("modelyard/foundry-baseline", None)
    assert policy.parameters == {"approvedModels": ["OpenAI/*"]}
    assert not policy.remediates


def test_two_assignments_share_one_initiative(stack: Callable[..., Any]) -> None:
    loaded = stack(HEAD + BASELINE + BASELINE.replace("baseline:", "trial:") + "      enforcementMode: DoNotEnforce\n")
    assert not loaded.errors
    assert len(loaded.stack.initiatives) == 1
    assert len(loaded.stack.policies) == 2


def test_an_exemption_names_a_member(stack: Callable[..., Any]) -> None:
    exemption = """\
  modelyard:exemptions:
    logs:
      policy: baseline
      category: Mitigated
      referenceIds:
        - logs
"""
    assert not stack(HEAD + BASELINE + exemption).errors


@pytest.mark.parametrize(("given", "remediates"), [({}, True), ({"e": "Disabled"}, False), ({"e": "Modify"}, True)])
def test_whether_it_remediates_depends_on_the_assignments_values(given: dict[str, Any], remediates: bool) -> None:
    """With an identity too many it would have rights for nothing; with one too few Azure refuses the assignment."""
    keys_off = from_document("modelyard/keys-off", FILES.read(OWN, "keys-off") or "")
    audit = PolicyDefinition(reference="builtin/x", id="/x", effect="audit", parameters={}, roles=("unneeded",))
    members = (
        DefinitionReference(keys_off, "keys-off", {"effect": "[parameters('e')]"}),
        DefinitionReference(audit, "audit", {}),
    )
    initiative = PolicySetDefinition("x", None, members, {"e": (keys_off.parameters or {})["effect"]})
    assert initiative.remediates(given) is remediates
    assert initiative.roles(given) == (keys_off.roles if remediates else ())
