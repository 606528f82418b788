"""A live scope is what an auditor trusts: what is there and isn't looked at would pass for compliant."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from modelyard.arm import account, role_assignment
from modelyard.audit import live
from modelyard.audit.failures import ScopeUnreadable
from modelyard.audit.inspection import inspect
from modelyard.audit.lists import Arm
from modelyard.audit.pull import client, pull
from modelyard.audit.source import Source
from modelyard.catalog.market import Market
from modelyard.catalog.roles import role
from modelyard.sandbox import seed
from modelyard.target import Target

from .conftest import Cloud, Principal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
STRANGER = "Microsoft.Storage/storageAccounts"


@pytest.fixture
def models(cloud: Cloud) -> str:
    """A resource group with an account in which a deployment, a filter and a blocklist with an entry are."""
    group = cloud.put(f"{cloud.subscription}/resourceGroups/rg-models", {"location": "swedencentral"}, "2024-03-01")
    place = {"location": "swedencentral", "kind": "AIServices", "sku": {"name": "S0"}}
    at = cloud.put(
        f"{group}/providers/Microsoft.CognitiveServices/accounts/contoso",
        {**place, "properties": {"customSubDomainName": "contoso", "publicNetworkAccess": "Enabled"}},
        account.API_VERSION,
    )
    model = {"format": "OpenAI", "name": "gpt-5.4-mini", "version": "2026-03-17"}
    inside: dict[str, dict[str, Any]] = {
        "raiBlocklists/words": {"properties": {}},
        "raiBlocklists/words/raiBlocklistItems/one": {"properties": {"pattern": "falcon", "isRegex": False}},
        "deployments/chat": {"sku": {"name": "GlobalStandard", "capacity": 1}, "properties": {"model": model}},
    }
    for path, body in inside.items():
        cloud.put(f"{at}/{path}", body, account.API_VERSION)
    return group


def looked(cloud: Cloud, scope: str) -> Source:
    with client(cloud.target) as policies:
        book = pull(policies, scope, "sandbox").book
    return live.source(cloud.target, scope, book)


def test_everything_in_the_accounts_is_looked_at(cloud: Cloud, models: str) -> None:
    source = looked(cloud, models)
    kinds = {each.type.removeprefix("Microsoft.CognitiveServices/accounts") for each in source.subjects}
    assert kinds >= {"", "/deployments", "/raiBlocklists", "/raiBlocklists/raiBlocklistItems"}
    assert {each.name for each in source.subjects} >= {"rg-models", "contoso", "chat", "words", "one"}
    assert all(each.id.lower().startswith(models.lower()) for each in source.subjects), "of the group, not above it"
    assert source.left_out == {}


def test_the_policies_in_force_judge_it(cloud: Cloud, models: str) -> None:
    rule = {
        "if": {"field": "Microsoft.CognitiveServices/accounts/deployments/sku.name", "like": "Global*"},
        "then": {"effect": "audit"},
    }
    where = f"{cloud.subscription}/providers/Microsoft.Authorization/policyDefinitions/near"
    cloud.put(where, {"properties": {"mode": "All", "displayName": "Near", "policyRule": rule}})
    cloud.assign(cloud.subscription, "near", where)
    source = looked(cloud, cloud.subscription)
    found = inspect(source, source.rulebook, now=NOW, market=Market.load(), locate=lambda _: None)
    assert [(each.resource_name, each.policy, each.state) for each in found.evaluated.rulings] == [
        ("chat", "Near", "NonCompliant")
    ]
    assert found.findings == ()


def test_what_has_no_row_is_counted(cloud: Cloud, models: str) -> None:
    """Policies rule storage accounts too; an audit that doesn't look at them says so."""
    id_ = f"{models}/providers/{STRANGER}/contosodata"
    cloud.running.azure.store.put("resources", id_.lower(), {"id": id_, "type": STRANGER, "location": "swedencentral"})
    assert looked(cloud, models).left_out == {STRANGER: 1}


def somebody(cloud: Cloud, name: str) -> Target:
    return Target(
        name="sandbox",
        tenant_id=cloud.target.tenant_id,
        subscription_id=cloud.target.subscription_id,
        transport=cloud.target.transport,
        credential=lambda: Principal(cloud.running, name),
    )


def test_a_list_that_is_refused_proves_nothing(cloud: Cloud, models: str) -> None:
    """Who may read accounts and not who has access learns of the accounts, and that the rest wasn't seen."""
    user = role("Cognitive Services User")
    assert user is not None
    roles = f"{cloud.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    cloud.put(
        f"{models}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111",
        {"properties": {"principalId": seed.object_id("outsider"), "roleDefinitionId": f"{roles}/{user.guid}"}},
        role_assignment.ROW.api_version,
    )
    source = live.source(somebody(cloud, "outsider"), models, looked(cloud, models).rulebook)
    assert "chat" in {each.name for each in source.subjects}
    assert role_assignment.ROW.type not in source.complete
    said = inspect(source, source.rulebook, now=NOW, market=Market.load(), locate=lambda _: None).findings
    assert any("roleAssignments" in each.path and "AuthorizationFailed" in each.message for each in said), said


def test_the_policies_own_documents_are_looked_at(cloud: Cloud, models: str) -> None:
    """A policy may rule exemptions and assignments; those of the scope are in force and at hand."""
    where = cloud.define(cloud.subscription, "near")
    cloud.assign(models, "near", where)
    names = {(each.type.rpartition("/")[2], each.name) for each in looked(cloud, cloud.subscription).subjects}
    assert {("policyDefinitions", "near"), ("policyAssignments", "near")} <= names


def test_somebody_without_the_right_is_told(cloud: Cloud, models: str) -> None:
    with pytest.raises(ScopeUnreadable, match="AuthorizationFailed") as refused:
        live.source(somebody(cloud, "outsider"), models, looked(cloud, models).rulebook)
    assert "Reader" in refused.value.remedy


def test_lists_of_several_pages_are_read_to_the_end_and_projects_too() -> None:
    """What isn't declared in stack files is ruled by policies all the same: connections of accounts and of projects."""
    at = "https://management.azure.com"
    id_ = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"
    pages: dict[str, list[list[str]]] = {
        f"{id_}/connections": [["one"], ["two"]],
        f"{id_}/projects": [["shop"]],
        f"{id_}/projects/shop/connections": [["search"]],
        f"{id_}/providers/Microsoft.Insights/diagnosticSettings": [["logs"]],
    }

    def answer(request: httpx2.Request) -> httpx2.Response:
        listed = pages.get(request.url.path)
        if listed is None:
            return httpx2.Response(404, json={"error": {"code": "InvalidResourceType", "message": "no such type"}})
        page = int(request.url.params.get("page", "0"))
        value = [{"id": f"{request.url.path}/{name}", "name": name} for name in listed[page]]
        more = {"nextLink": f"{request.url}&page={page + 1}"} if page + 1 < len(listed) else {}
        return httpx2.Response(200, json={"value": value, **more})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
        arm = Arm(client, at, "token")
        found = list(live.inside_of(arm, {"id": id_, "type": account.ROW.type}))
    assert {each["id"].removeprefix(id_) for each in found} == {
        "/connections/one", "/connections/two", "/projects/shop", "/projects/shop/connections/search",
        "/providers/Microsoft.Insights/diagnosticSettings/logs",
    }  # fmt: skip
    assert arm.refused == {}
