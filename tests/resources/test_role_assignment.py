"""Access: names that are the same everywhere, roles by their GUID, and nothing assigned before it can be."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from modelyard.config.stack import Stack
from modelyard.resources.scopes import guid
from modelyard.resources.yard import Yard

from .conftest import SUBSCRIPTION

ASSIGNMENT = "authorization:RoleAssignment"
DEFINITION = "authorization:RoleDefinition"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-contoso"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/contoso"
ROLES = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
TEAM = "00000000-0000-4000-8000-00000000000A"

SECTIONS = f"""\
  modelyard:access:
    app-team:
      principal:
        group: {TEAM}
        displayName: the app team
      role: Azure AI User
    functions:
      principal:
        managedIdentity: 00000000-0000-4000-8000-000000000002
      role: model-caller
      scope: resourceGroup
      condition: "@Resource[x] StringEquals 'y'"
      description: Nightly.
  modelyard:roleDefinitions:
    model-caller:
      roleName: Contoso model caller
      dataActions:
        - Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action
      assignableScopes:
        - resourceGroup
        - subscription
"""


@pytest.fixture
def declared(stack_of: Callable[..., Stack], declare: Callable[..., Any]) -> Any:
    stack = stack_of(SECTIONS)
    return declare(lambda: Yard("yard", stack).outputs)[0]


def test_an_assignment_says_all_that_azure_would_otherwise_look_up(declared: Any) -> None:
    foundry_user = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
    assert declared.inputs(ASSIGNMENT, "app-team") == {
        "scope": ACCOUNT,
        "roleAssignmentName": guid(ACCOUNT, TEAM, foundry_user),
        "principalId": TEAM.lower(),
        "principalType": "Group",
        "roleDefinitionId": f"{ROLES}/{foundry_user}",
        "description": "the app team",
    }


def test_a_name_is_always_the_same_and_ignores_case() -> None:
    """Written down: a change of this value would replace every assignment there is."""
    role = "a97b65f3-24c7-4388-baec-2e87135dc908"
    scope = "/subscriptions/5a9db0c5-0000-4000-8000-000000000001/resourceGroups/RG"
    assert guid(scope, TEAM, role) == guid(scope.lower(), TEAM.lower(), role) == "f04e7aa5-f28a-5e3b-8ea2-460fea749918"
    assert uuid.UUID(guid(scope, TEAM, role)).version == 5
    assert guid(scope, TEAM, role) != guid(scope, role, TEAM)


def test_a_custom_role_is_kept_where_it_may_be_given(declared: Any) -> None:
    inputs = declared.inputs(DEFINITION, "model-caller")
    assert inputs["scope"] == GROUP
    assert inputs["assignableScopes"] == [GROUP, SUBSCRIPTION]
    assert inputs["roleDefinitionId"] == guid(GROUP, "model-caller")
    assert inputs["roleType"] == "CustomRole"
    assert inputs["permissions"] == [
        {
            "actions": [],
            "notActions": [],
            "dataActions": ["Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"],
            "notDataActions": [],
        }
    ]


def test_a_custom_role_is_given_once_it_is_there(declared: Any) -> None:
    inputs = declared.inputs(ASSIGNMENT, "functions")
    assert inputs["roleDefinitionId"] == f"{ROLES}/{guid(GROUP, 'model-caller')}"
    assert (inputs["scope"], inputs["principalType"]) == (GROUP, "ServicePrincipal")
    assert (inputs["condition"], inputs["conditionVersion"]) == ("@Resource[x] StringEquals 'y'", "2.0")
    assert {f"{DEFINITION}::model-caller", "resources:ResourceGroup::resource-group"} <= declared.waits_for(
        ASSIGNMENT, "functions"
    )
    assert "cognitiveservices:Account::account" in declared.waits_for(ASSIGNMENT, "app-team")


def test_the_subscription_is_asked_of_the_provider_only_where_the_file_leaves_it_out(
    stack_of: Callable[..., Stack], declare: Callable[..., Any], declared: Any
) -> None:
    assert set(declared.calls) == {"azure-native:authorization:getClientConfig"}
    from .conftest import HEAD

    stated = HEAD.replace("config:", f"config:\n  azure-native:subscriptionId: {TEAM.lower()}") + SECTIONS
    stack = stack_of(stated)
    recorder, _ = declare(lambda: Yard("yard", stack).outputs)
    assert recorder.calls == []
    assert recorder.inputs(ASSIGNMENT, "functions")["scope"].startswith(f"/subscriptions/{TEAM.lower()}/")
