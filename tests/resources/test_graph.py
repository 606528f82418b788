"""The graph is what the program declares: an audit of anything else would prove nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.resources.test_urns import GOLDEN, VALID, own

from modelyard.config.project import Project
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.resources.graph import declared, graph
from modelyard.resources.resource import Reference, Resource

SUBSCRIPTION = "0f0f0f0f-0000-4000-8000-000000000000"


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


def test_it_needs_no_engine_and_no_azure_native() -> None:
    """An audit of a file starts as fast as a check: Pulumi's SDK alone would cost more than the whole check."""
    program = (
        "import sys, modelyard.resources.graph; sys.exit(bool({'pulumi', 'pulumi_azure_native'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_each_resource_comes_after_all_that_it_waits_for() -> None:
    """The interpreter registers the graph in one pass."""
    for name in Project.find(VALID).stack_names():
        seen: set[Resource] = set()
        for each in graph(own(name), SUBSCRIPTION):
            waits = {*each.depends_on, *filter(None, [each.deleted_with]), *references(each.body)}
            assert waits <= seen, each.name
            seen.add(each)


def references(value: Any) -> Iterator[Resource]:
    if isinstance(value, Reference):
        yield value.resource
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from references(each)


def test_what_only_azure_can_tell_is_unknown_to_policies(stack_of: Callable[..., Any]) -> None:
    """A verdict on the empty text would be a verdict on something that Azure never sees."""
    stack = stack_of("  modelyard:policies:\n    keys-off: {definition: builtin/modify-disable-local-auth}\n")
    [role] = [one for one in declared(stack, SUBSCRIPTION) if one.token.endswith(":RoleAssignment")]
    document = role.document(SUBSCRIPTION)
    assert document is not None
    assert document["properties"]["principalId"] is UNKNOWN
