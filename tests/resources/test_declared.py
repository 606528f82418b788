"""What a stack declares must be what its program declares: an audit of anything else would prove nothing."""

import gc
from collections.abc import Callable
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types of its own
import pulumi
import pytest
from pulumi.runtime import settings
from tests.resources.test_urns import GOLDEN, VALID, own

from modelyard.config.project import Project
from modelyard.resources.declared import declared

SUBSCRIPTION = "0f0f0f0f-0000-4000-8000-000000000000"
CHAT = """\
  modelyard:deployments:
    chat: {model: gpt-5.4@2026-03-05, sku: GlobalStandard, capacity: 50}
"""


@pytest.mark.parametrize("name", Project.find(VALID).stack_names())
def test_it_is_what_an_engine_would_be_told(name: str) -> None:
    found = sorted(one.urn for one in declared(own(name), SUBSCRIPTION))
    golden = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    expected = [urn.replace("pulumi:dev:", f"pulumi:{name}:") for urn in golden if "azure-native:" in urn]
    assert found == expected, "the golden files were made under the stack's name dev"


def test_ids_and_figures_are_arm_s(stack_of: Callable[..., Any]) -> None:
    stack = stack_of(
        "  modelyard:deployments:\n    chat: {model: gpt-5.4@2026-03-05, sku: GlobalStandard, capacity: 50}\n"
    )
    [chat] = [one.document(SUBSCRIPTION) for one in declared(stack, SUBSCRIPTION) if one.name == "chat"]
    assert chat is not None
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-contoso"
    assert chat["id"] == f"{group}/providers/Microsoft.CognitiveServices/accounts/contoso/deployments/chat"
    assert repr(chat["sku"]["capacity"]) == "50", "an integer, which policies compare with integers"


MENDER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mender"


def test_identities_that_are_there_already_are_named_as_arm_names_them(stack_of: Callable[..., Any]) -> None:
    """A program states a list of them and reads a map, and an audit of the file must come through both."""
    identity = f"{{type: UserAssigned, userAssignedIdentities: [{MENDER}]}}"
    account = f"""\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso
    resourceGroup: rg-contoso
    network: {{publicNetworkAccess: Enabled}}
    identity: {identity}
  modelyard:policies:
    keys-off: {{definition: builtin/modify-disable-local-auth, identity: {identity}}}
"""
    found = {one.name: one.document(SUBSCRIPTION) for one in declared(stack_of(account), SUBSCRIPTION)}
    for name in ("account", "keys-off"):
        document = found[name]
        assert document is not None
        assert document["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {MENDER: {}}}


def test_a_program_that_runs_here_is_left_alone(stack_of: Callable[..., Any]) -> None:
    """A policy pack lives in a Pulumi process of its own, whose settings must not become those of the dry run."""
    before = (pulumi.get_stack(), settings.get_monitor())
    declared(stack_of(CHAT), SUBSCRIPTION)
    assert (pulumi.get_stack(), settings.get_monitor()) == before


def test_a_look_leaves_no_descriptor_open(stack_of: Callable[..., Any]) -> None:
    """A command has no garbage collector, and one that looks at a hundred stacks runs into the system's limit."""
    stack, process = stack_of(CHAT), psutil.Process()
    declared(stack, SUBSCRIPTION)
    gc.collect()
    gc.disable()
    try:
        before = process.num_fds()
        declared(stack, SUBSCRIPTION)
        assert process.num_fds() == before
    finally:
        gc.enable()
