"""Policies, initiatives and exemptions: what is declared, under which names, and before what."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modelyard.config.stack import Stack
from modelyard.resources.yard import Yard

from .conftest import SUBSCRIPTION

ASSIGNMENT = "authorization:PolicyAssignment"
DEFINITION = "authorization:PolicyDefinition"
INITIATIVE = "authorization:PolicySetDefinition"
EXEMPTION = "authorization:PolicyExemption"
PERMISSION = "authorization:RoleAssignment"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-contoso"
OWN = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policy"
BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions"

SKUS = {
    "properties": {
        "displayName": "Allowed SKUs",
        "mode": "All",
        "metadata": {"category": "AI", "snake_case": True},
        "parameters": {
            "skus": {
                "type": "array",
                "metadata": {"displayName": "SKUs", "strongType": "x"},
                "defaultValue": ["Standard"],
            },
            "effect": {"type": "String", "allowedValues": ["Audit", "Deny"], "defaultValue": "Audit"},
        },
        "policyRule": {
            "if": {
                "allOf": [
                    {"field": "type", "equals": "Microsoft.CognitiveServices/accounts/deployments"},
                    {"count": {"value": "[parameters('skus')]", "where": {"not_in": 1}}, "less": 1},
                ]
            },
            "then": {"effect": "[parameters('effect')]"},
        },
    }
}

SECTIONS = """\
  modelyard:policies:
    keyless:
      definition: builtin/disable-local-auth
      effect: Deny
      nonComplianceMessage: Keys stay off.
    skus:
      definition: team/skus
      parameters:
        skus:
          - GlobalStandard
      effect: Deny
      scope: subscription
      enforcementMode: DoNotEnforce
      notScopes:
        - /subscriptions/x/resourceGroups/y
    models:
      definition: modelyard/approved-models
      parameters:
        models:
          - OpenAI/*
    keys-off:
      definition: builtin/modify-disable-local-auth
    mended:
      definition: builtin/modify-disable-local-auth
      identity:
        type: UserAssigned
        userAssignedIdentities:
          - /subscriptions/x/resourceGroups/y/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mender
    all:
      definition: initiative/guardrails
      resourceSelectors:
        - name: accounts of the north
          selectors:
            - kind: resourceLocation
              in:
                - swedencentral
            - kind: resourceType
              notIn:
                - Microsoft.CognitiveServices/accounts/projects
      overrides:
        - value: Disabled
          selectors:
            - kind: policyDefinitionReferenceId
              in:
                - identity
        - value: Audit
  modelyard:initiatives:
    guardrails:
      description: For every account.
      definitions:
        - definition: builtin/managed-identity
          referenceId: identity
          effect: Audit
        - definition: team/skus
  modelyard:exemptions:
    early:
      policy: keyless
      category: Waiver
      expiresOn: "2027-01-31"
      displayName: Until the move
      resourceSelectors:
        - name: accounts
          selectors:
            - kind: resourceType
              in:
                - Microsoft.CognitiveServices/accounts
    late:
      policy: all
      category: Mitigated
      scope: account
      referenceIds:
        - identity
    wide:
      policy: skus
      category: Mitigated
      scope: subscription
  modelyard:deployments:
    chat:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 50
"""


@pytest.fixture
def declared(stack_of: Callable[..., Stack], declare: Callable[..., Any]) -> Any:
    stack = stack_of(SECTIONS, skus=json.dumps(SKUS))
    return declare(lambda: Yard("yard", stack).outputs)[0]


def test_a_built_in_is_assigned_to_the_group(declared: Any) -> None:
    assert declared.inputs(ASSIGNMENT, "keyless") == {
        "scope": GROUP,
        "policyAssignmentName": "keyless",
        "policyDefinitionId": f"{BUILT_IN}/71ef260a-8f18-47b7-abcb-62d0673d94dc",
        "parameters": {"effect": {"value": "Deny"}},
        "enforcementMode": "Default",
        "nonComplianceMessages": [{"message": "Keys stay off."}],
        "displayName": "Azure AI Services resources should have key access disabled (disable local authentication)",
        "location": "swedencentral",
        "metadata": {"assignedBy": "Modelyard, stack dev"},
    }


def test_what_stacks_share_a_subscription_for_has_the_stacks_name(declared: Any) -> None:
    """Otherwise two stacks would overwrite each other's definitions without a word."""
    assert declared.inputs(DEFINITION, "team/skus")["policyDefinitionName"] == "dev-skus"
    own = declared.inputs(DEFINITION, "modelyard/approved-models")
    assert own["policyDefinitionName"] == "dev-modelyard-approved-models"
    assert declared.inputs(INITIATIVE, "guardrails")["policySetDefinitionName"] == "dev-guardrails"
    shared = declared.inputs(ASSIGNMENT, "skus")
    assert (shared["scope"], shared["policyAssignmentName"]) == (SUBSCRIPTION, "dev-skus")
    assert shared["enforcementMode"] == "DoNotEnforce"
    assert shared["notScopes"] == ["/subscriptions/x/resourceGroups/y"]


AI = "/providers/Microsoft.Management/managementGroups/contoso-ai"
AT_GROUP = "authorization:PolicyDefinitionAtManagementGroup"
SET_AT_GROUP = "authorization:PolicySetDefinitionAtManagementGroup"


def test_what_is_assigned_at_a_management_group_stands_there(
    stack_of: Callable[..., Stack], declare: Callable[..., Any]
) -> None:
    """Azure refuses an assignment whose definition is below it; the same definition may be needed at both."""
    policies = """
  modelyard:policies:
    here: {definition: modelyard/approved-models, parameters: {models: [OpenAI/*]}}
    above:
      definition: modelyard/foundry-baseline
      scope: managementGroups/contoso-ai
      parameters: {approvedModels: [OpenAI/*]}
    keys-off: {definition: builtin/modify-disable-local-auth, scope: managementGroups/contoso-ai}
"""
    stack = stack_of(policies)
    declared = declare(lambda: Yard("yard", stack).outputs)[0]
    kept = declared.inputs(DEFINITION, "modelyard/approved-models")
    assert kept["policyDefinitionName"] == "dev-modelyard-approved-models"
    copy = declared.inputs(AT_GROUP, "modelyard/approved-models@contoso-ai")
    assert (copy["managementGroupId"], copy["policyDefinitionName"]) == ("contoso-ai", "dev-modelyard-approved-models")
    initiative = declared.inputs(SET_AT_GROUP, "modelyard/foundry-baseline@contoso-ai")
    members = [each["policyDefinitionId"] for each in initiative["policyDefinitions"]]
    ours = [each for each in members if "dev-" in each]
    assert ours
    assert all(each.startswith(f"{AI}/providers/Microsoft.Authorization/policyDefinitions/dev-") for each in ours)
    above = declared.inputs(ASSIGNMENT, "above")
    assert (above["scope"], above["policyAssignmentName"]) == (AI, "dev-above")
    assert above["policyDefinitionId"].startswith(f"{AI}/providers/Microsoft.Authorization/policySetDefinitions/")
    contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"
    role = declared.inputs("authorization:RoleAssignment", f"keys-off/{contributor}")
    assert role["scope"] == AI
    assert role["roleDefinitionId"].startswith("/providers/Microsoft.Authorization/roleDefinitions/"), (
        "a management group knows roles by ids without a subscription"
    )


@pytest.mark.parametrize("scope", ["subscription", "managementGroups/contoso-ai"])
def test_stacks_that_share_a_scope_have_role_assignments_of_their_own(
    stack_of: Callable[..., Stack], declare: Callable[..., Any], scope: str
) -> None:
    """One name for two identities: Azure refuses the second stack, which may not change the first one's principal."""
    entry = f"""
  modelyard:policies:
    keys-off: {{definition: builtin/modify-disable-local-auth, scope: {scope}}}
"""
    first = stack_of(entry)
    names = set()
    for stack in (first, replace(first, name="prod")):
        declared = declare(lambda stack=stack: Yard("yard", stack).outputs)[0]
        names.add(declared.inputs(PERMISSION, "keys-off/b24988ac-6180-42a0-ab88-20f7382dd24c")["roleAssignmentName"])
    assert len(names) == 2


def test_a_rule_arrives_as_it_was_written(declared: Any) -> None:
    """Keys inside a rule are Azure's: nobody may turn them into other names."""
    written = SKUS["properties"]
    inputs = declared.inputs(DEFINITION, "team/skus")
    assert inputs["policyRule"] == written["policyRule"]
    assert inputs["metadata"] == written["metadata"]
    assert inputs["parameters"]["skus"] == {
        "type": "array",
        "metadata": {"displayName": "SKUs", "strongType": "x"},
        "defaultValue": ["Standard"],
    }
    assert (inputs["mode"], inputs["policyType"]) == ("All", "Custom")


def test_a_definition_that_two_use_is_declared_once(declared: Any) -> None:
    references = declared.inputs(INITIATIVE, "guardrails")["policyDefinitions"]
    assert references == [
        {
            "policyDefinitionId": f"{BUILT_IN}/fe3fd216-4f83-4fc1-8984-2bbec80a3418",
            "policyDefinitionReferenceId": "identity",
            "parameters": {"effect": {"value": "Audit"}},
        },
        {
            "policyDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyDefinitions/dev-skus",
            "policyDefinitionReferenceId": "skus",
            "parameters": {},
        },
    ]
    assert (
        declared.inputs(ASSIGNMENT, "skus")["policyDefinitionId"]
        == f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyDefinitions/dev-skus"
    )
    assert sum(key.startswith(f"azure-native:{DEFINITION}") for key in declared.resources) == 2


def test_policies_rule_the_account_from_its_first_moment(declared: Any) -> None:
    """Group, definitions, assignments, exemptions, account: a deny that came later would rule nothing."""
    account = declared.waits_for("cognitiveservices:Account", "account")
    assert {f"{ASSIGNMENT}::{key}" for key in ("keyless", "skus", "models", "keys-off", "all")} <= account
    assert f"{EXEMPTION}::early" in account
    assert "resources:ResourceGroup::resource-group" in declared.waits_for(ASSIGNMENT, "keyless")
    assert f"{DEFINITION}::team/skus" in declared.waits_for(ASSIGNMENT, "skus")
    assert f"{INITIATIVE}::guardrails" in declared.waits_for(ASSIGNMENT, "all")


def test_an_exemption_of_the_account_comes_between_it_and_its_deployments(declared: Any) -> None:
    late = declared.inputs(EXEMPTION, "late")
    assert late["scope"].endswith("/accounts/contoso")
    assert late["policyDefinitionReferenceIds"] == ["identity"]
    assert {"cognitiveservices:Account::account", f"{ASSIGNMENT}::all"} <= declared.waits_for(EXEMPTION, "late")
    assert f"{EXEMPTION}::late" in declared.waits_for("cognitiveservices:Deployment", "chat")


def test_an_exemption_of_what_stacks_share_has_the_stacks_name(declared: Any) -> None:
    """Two stacks with an exemption of one name would otherwise end each other's."""
    wide = declared.inputs(EXEMPTION, "wide")
    assert (wide["scope"], wide["policyExemptionName"]) == (SUBSCRIPTION, "dev-wide")
    assert declared.inputs(EXEMPTION, "early")["policyExemptionName"] == "early"
    assert f"{EXEMPTION}::wide" in declared.waits_for("cognitiveservices:Account", "account")


def test_an_exemption_lasts_until_the_end_of_its_day(declared: Any) -> None:
    early = declared.inputs(EXEMPTION, "early")
    assert early["expiresOn"] == "2027-01-31T23:59:59Z"
    assert (early["exemptionCategory"], early["displayName"]) == ("Waiver", "Until the move")
    assert early["policyAssignmentId"] == f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/keyless"


def test_what_remediates_gets_an_identity_and_its_roles(declared: Any) -> None:
    """Without them the assignment is there, and every remediation fails."""
    contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"
    assert declared.inputs(ASSIGNMENT, "keys-off")["identity"] == {"type": "SystemAssigned"}
    permission = declared.inputs(PERMISSION, f"keys-off/{contributor}")
    assert permission["principalId"] == "2222", "the identity that the assignment was given"
    assert permission["roleDefinitionId"].endswith(contributor)
    assert permission["scope"] == GROUP
    assert "identity" not in declared.inputs(ASSIGNMENT, "keyless")


def test_an_identity_that_is_there_already_gets_no_roles(declared: Any) -> None:
    """Assignments may share it, and Azure refuses to give anybody the same role twice."""
    assert declared.inputs(ASSIGNMENT, "mended")["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": [
            "/subscriptions/x/resourceGroups/y/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mender"
        ],
    }
    assert declared.inputs(ASSIGNMENT, "mended")["location"] == "swedencentral", "Azure wants one beside an identity"
    assert not [key for key in declared.resources if key.startswith(f"azure-native:{PERMISSION}::mended/")]


def test_selectors_and_overrides_arrive_as_arm_has_them(declared: Any) -> None:
    """The engine sends what it doesn't know on without a word, so `in_` for `in` would select nothing."""
    whole = declared.inputs(ASSIGNMENT, "all")
    assert whole["resourceSelectors"] == [
        {
            "name": "accounts of the north",
            "selectors": [
                {"kind": "resourceLocation", "in": ["swedencentral"]},
                {"kind": "resourceType", "notIn": ["Microsoft.CognitiveServices/accounts/projects"]},
            ],
        }
    ]
    assert whole["overrides"] == [
        {
            "kind": "policyEffect",
            "value": "Disabled",
            "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["identity"]}],
        },
        {"kind": "policyEffect", "value": "Audit"},
    ]
    assert declared.inputs(EXEMPTION, "early")["resourceSelectors"] == [
        {"name": "accounts", "selectors": [{"kind": "resourceType", "in": ["Microsoft.CognitiveServices/accounts"]}]}
    ]


@pytest.mark.parametrize(
    ("kind", "name", "place"),
    [(ASSIGNMENT, "keyless", "policyDefinitionId"), (EXEMPTION, "early", "policyAssignmentId")],
)
def test_what_azure_refuses_to_change_is_replaced(declared: Any, kind: str, name: str, place: str) -> None:
    registration = declared.registration(kind, name)
    assert place in registration.replaces_on
    assert registration.deletes_first, "the name is taken until the old one is gone"


def test_an_initiative_of_modelyards_is_declared_with_its_definitions(
    stack_of: Callable[..., Stack], declare: Callable[..., Any]
) -> None:
    """One line in a stack file; Azure needs the initiative, its own definitions and the stack's name in all of them."""
    policy = "    baseline: {definition: modelyard/foundry-baseline, parameters: {approvedModels: [OpenAI/*]}}\n"
    stack = stack_of(f"  modelyard:policies:\n{policy}")
    declared = declare(lambda: Yard("yard", stack).outputs)[0]
    inputs = declared.inputs(INITIATIVE, "modelyard/foundry-baseline")
    assert inputs["policySetDefinitionName"] == "dev-modelyard-foundry-baseline"
    assert inputs["parameters"]["approvedModels"]["type"] == "Array"
    assert inputs["metadata"] == {"category": "Cognitive Services", "version": "1.0.0"}
    members = {each["policyDefinitionReferenceId"]: each for each in inputs["policyDefinitions"]}
    assert members["keyless"] == {
        "policyDefinitionId": f"{BUILT_IN}/71ef260a-8f18-47b7-abcb-62d0673d94dc",
        "policyDefinitionReferenceId": "keyless",
        "parameters": {"effect": {"value": "[parameters('keylessEffect')]"}},
        "groupNames": ["MCSB_IM-1"],
    }
    assert members["approved-models"]["policyDefinitionId"] == f"{OWN}Definitions/dev-modelyard-approved-models"
    assert {name for each in members.values() for name in each["groupNames"]} == {
        each["name"] for each in inputs["policyDefinitionGroups"]
    }
    assignment = declared.inputs(ASSIGNMENT, "baseline")
    assert assignment["policyDefinitionId"] == f"{OWN}SetDefinitions/dev-modelyard-foundry-baseline"
    assert assignment["parameters"] == {"approvedModels": {"value": ["OpenAI/*"]}}
    assert f"{DEFINITION}::modelyard/approved-models" in declared.waits_for(INITIATIVE, "modelyard/foundry-baseline")
