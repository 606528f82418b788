"""One policy, three places: what an audit says of what is live is what Azure's states say, and what a write meets.

Each place finds the documents in its own way: an audit asks ARM, list by list; states look into the store; a write has
the request in its hand. Whoever reads "compliant" in one of them and is refused in another trusts none.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from modelyard.arm import kinds
from modelyard.audit import live_scope
from modelyard.audit.evaluation import Evaluation
from modelyard.audit.inspection import inspect
from modelyard.catalog.market import Market
from modelyard.findings import Severity

from .conftest import KEYLESS, Cloud, Principal

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS = f"{ACCOUNTS}/deployments"
POLICY = "providers/Microsoft.Authorization"
CONTRIBUTOR = "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
IDENTITY = {"identity": {"type": "SystemAssigned"}, "location": "swedencentral"}


def typed(kind: str, *conditions: Mapping[str, Any]) -> dict[str, Any]:
    return {"allOf": [{"field": "type", "equals": kind}, *conditions]}


GLOBAL = typed(DEPLOYMENTS, {"field": f"{DEPLOYMENTS}/sku.name", "like": "Global*"})
FILTERS = {"type": f"{ACCOUNTS}/raiPolicies", "existenceCondition": {"field": "name", "equals": "strict"}}
OPEN = typed(ACCOUNTS, {"field": f"{ACCOUNTS}/publicNetworkAccess", "notEquals": "Disabled"})
UNTAGGED = typed(ACCOUNTS, {"field": "tags.owner", "exists": False})

RULES: dict[str, dict[str, Any]] = {
    "near": {"if": GLOBAL, "then": {"effect": "deny"}},
    "far": {"if": {"not": GLOBAL}, "then": {"effect": "audit"}},
    "open": {"if": OPEN, "then": {"effect": "deny"}},
    "owned": {
        "if": UNTAGGED,
        "then": {
            "effect": "modify",
            "details": {
                "roleDefinitionIds": [CONTRIBUTOR],
                "operations": [{"operation": "add", "field": "tags['owner']", "value": "platform"}],
            },
        },
    },
    "appended": {
        "if": typed(ACCOUNTS, {"field": "tags.env", "exists": False}),
        "then": {"effect": "append", "details": [{"field": "tags['env']", "value": "dev"}]},
    },
    "filtered": {"if": typed(ACCOUNTS), "then": {"effect": "auditIfNotExists", "details": FILTERS}},
    "logged": {
        "if": typed(ACCOUNTS),
        "then": {
            "effect": "deployIfNotExists",
            "details": {
                "type": "Microsoft.Insights/diagnosticSettings",
                "roleDefinitionIds": [CONTRIBUTOR],
                "deployment": {"properties": {"mode": "incremental", "template": {"resources": []}}},
            },
        },
    },
    "kept": {"if": typed(ACCOUNTS), "then": {"effect": "denyAction", "details": {"actionNames": ["delete"]}}},
    "reviewed": {"if": typed(ACCOUNTS), "then": {"effect": "manual"}},
    "off": {"if": typed(ACCOUNTS), "then": {"effect": "disabled"}},
    "placed": {
        "if": {"value": "[resourceGroup().location]", "notEquals": "[field('location')]"},
        "then": {"effect": "audit"},
    },
    "broken": {
        "if": typed(ACCOUNTS, {"value": "[div(1, length(field('tags')))]", "equals": 1}),
        "then": {"effect": "audit"},
    },
    "whole": {
        "if": {"field": "type", "equals": "Microsoft.Resources/subscriptions"},
        "then": {"effect": "audit"},
    },
    "words": {
        "if": {"count": {"field": "Microsoft.CognitiveServices/accounts/raiPolicies/contentFilters[*]"}, "less": 3},
        "then": {"effect": "audit"},
    },
}
IN_DATA_PLANE = "Microsoft.CognitiveServices.Data"
RULES["guarded"] = {
    "if": {
        "allOf": [
            {"field": "type", "equals": f"{IN_DATA_PLANE}/accounts/deployments"},
            {"field": f"{IN_DATA_PLANE}/accounts/deployments/model.name", "equals": "gpt-5.4"},
        ]
    },
    "then": {"effect": "audit"},
}
ASSIGNED: dict[str, dict[str, Any]] = {
    "look": {"policyDefinitionId": "near", "enforcementMode": "DoNotEnforce"},
    "elsewhere": {"policyDefinitionId": "near", "resourceSelectors": [
        {"name": "west", "selectors": [{"kind": "resourceLocation", "in": ["westeurope"]}]}
    ]},
    "milder": {"policyDefinitionId": "open", "overrides": [{"kind": "policyEffect", "value": "audit"}]},
    "forgiven": {"policyDefinitionId": "open"},
    "once-forgiven": {"policyDefinitionId": "open"},
}  # fmt: skip
"""Beside one assignment of each rule: the ways in which an assignment says otherwise."""


def account_of(name: str, **properties: Any) -> dict[str, Any]:
    return {
        "location": "swedencentral",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "tags": properties.pop("tags", {}),
        "properties": {"customSubDomainName": name, "publicNetworkAccess": "Enabled", **properties},
    }


@pytest.fixture
def estate(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Resources that were there before any policy, by id, as they were asked for."""
    written: dict[str, dict[str, Any]] = {}

    def put(path: str, body: dict[str, Any], version: str = kinds.ACCOUNT.api_version) -> str:
        written[cloud.put(path, body, version)] = body
        return path

    model = {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"}
    for group, place in (("rg-one", "swedencentral"), ("rg-two", "westeurope")):
        home = put(f"{cloud.subscription}/resourceGroups/{group}", {"location": place}, "2024-03-01")
        closed = group == "rg-two"
        body = account_of(f"models-{group}", tags={"owner": "a", "env": "b"} if closed else {})
        body["properties"] |= {"publicNetworkAccess": "Disabled", "disableLocalAuth": True} if closed else {}
        at = put(f"{home}/providers/{ACCOUNTS}/models-{group}", body)
        for name, sku in (("chat", "GlobalStandard"), ("bulk", "DataZoneStandard")):
            put(f"{at}/deployments/{name}", {"sku": {"name": sku, "capacity": 1}, "properties": {"model": model}})
        if closed:
            put(
                f"{at}/raiPolicies/strict",
                {"properties": {"basePolicyName": "Microsoft.DefaultV2", "mode": "Blocking"}},
            )
    return written


@pytest.fixture
def ruled(cloud: Cloud, estate: Mapping[str, Any]) -> None:
    """Everything assigned, after the resources were there."""
    at = cloud.subscription
    for name, rule in RULES.items():
        mode = IN_DATA_PLANE if name == "guarded" else "All"
        written = {"properties": {"mode": mode, "displayName": name, "policyRule": rule}}
        cloud.put(f"{at}/{POLICY}/policyDefinitions/{name}", written)
    excluded = [f"{at}/resourceGroups/rg-one"]
    assigned = {name: {"policyDefinitionId": name} for name in RULES} | ASSIGNED
    assigned["but-one"] = {"policyDefinitionId": "open", "notScopes": excluded}
    for name, properties in assigned.items():
        definition = f"{at}/{POLICY}/policyDefinitions/{properties['policyDefinitionId']}"
        cloud.put(
            f"{at}/{POLICY}/policyAssignments/{name}",
            {**IDENTITY, "properties": {**properties, "policyDefinitionId": definition}},
        )
    member = {
        "policyDefinitionReferenceId": "keys",
        "policyDefinitionId": KEYLESS,
        "parameters": {"effect": {"value": "Deny"}},
    }
    cloud.put(f"{at}/{POLICY}/policySetDefinitions/base", {"properties": {"policyDefinitions": [member]}})
    cloud.put(
        f"{at}/resourceGroups/rg-one/{POLICY}/policyAssignments/base",
        {"properties": {"policyDefinitionId": f"{at}/{POLICY}/policySetDefinitions/base"}},
    )
    now = cloud.running.azure.clock.now()
    for name, ends in (("forgiven", now + timedelta(days=1)), ("once-forgiven", now + timedelta(seconds=30))):
        cloud.put(
            f"{at}/{POLICY}/policyExemptions/{name}",
            {"properties": {
                "policyAssignmentId": f"{at}/{POLICY}/policyAssignments/{name}",
                "exemptionCategory": "Waiver",
                "expiresOn": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
            }},
            "2022-07-01-preview",
        )  # fmt: skip


def said_of(cloud: Cloud, *, requested: bool = False) -> Evaluation:
    """What an audit says of the subscription; `requested`: as if each resource were written once more."""
    (source,) = live_scope.sources(cloud.target, cloud.subscription)
    now = cloud.running.azure.clock.now()
    book = source.rulebook
    source = replace(source, requested=requested)
    return inspect(source, book, now=now, market=Market.load(), locate=lambda _: None).evaluation


def ask(cloud: Cloud, verb: str, path: str, version: str, body: Any = None) -> httpx2.Response:
    token = Principal(cloud.running).get_token("https://management.azure.com/.default").token
    with cloud.target.transport.client() as http:
        return http.request(
            verb,
            f"https://management.azure.com{path}",
            params={"api-version": version},
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )


@pytest.mark.usefixtures("ruled")
def test_an_audit_says_what_azures_policy_states_say(cloud: Cloud) -> None:
    query = f"{cloud.subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    rows = ask(cloud, "POST", query, "2019-10-01").json()["value"]
    states = {
        (row["policyAssignmentName"], row["policyDefinitionReferenceId"], row["resourceId"].lower()): row[
            "complianceState"
        ]
        for row in rows
        if row["complianceState"] != "Compliant"
    }
    found = said_of(cloud)
    said = {
        (each.assignment_id.rpartition("/")[2], each.reference, each.resource.lower()): each.state
        for each in found.policy_findings
        if not each.resource.lower().rpartition("/providers/microsoft.authorization/policy")[1]
    }
    assert said == states
    assert set(said.values()) == {"NonCompliant", "Exempt", "Protected", "Unknown", "Error"}
    assert {name for name, _, _ in said} == {*RULES, *ASSIGNED, "base"} - {"off", "elsewhere"}, "each has its say"
    assert sum(found.states.values()) > len(rows) - len(states) > 0


@pytest.mark.usefixtures("ruled")
def test_a_write_meets_what_an_audit_of_the_request_foresees(cloud: Cloud, estate: Mapping[str, Any]) -> None:
    """Written once more as it was, each resource is refused by exactly the policies that were told."""
    foreseen = {
        id_.lower(): {each.assignment_id.rpartition("/")[2] for each in said_of(cloud, requested=True).policy_findings
            if each.resource.lower() == id_.lower() and each.severity is Severity.ERROR and not each.settled}
        for id_ in estate
    }  # fmt: skip
    met = {}
    for id_, body in estate.items():
        version = "2024-03-01" if "/providers/" not in id_ else kinds.ACCOUNT.api_version
        reply = ask(cloud, "PUT", id_, version, body)
        error = reply.json().get("error", {}) if reply.is_error else {}
        met[id_.lower()] = {
            each["info"]["policyAssignmentName"]
            for each in error.get("additionalInfo", ())
            if each["type"] == "PolicyViolation"
        }
        cloud.running.do(lambda: cloud.running.azure.clock.advance(timedelta(minutes=1)))
    assert met == foreseen
    assert any(met.values())
    assert not all(met.values())
