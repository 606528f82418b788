"""A live scope is what an auditor trusts: what is there and isn't looked at would pass for compliant."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx2
import pytest

from modelyard.arm import kinds
from modelyard.arm.declared_resource import Declared
from modelyard.audit import live_scope
from modelyard.audit.inspection import inspect
from modelyard.audit.pull import pull
from modelyard.audit.source import AuditSource
from modelyard.azure.arm_client import ArmClient, connect
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import NotSignedIn, Target
from modelyard.catalog.market import Market
from modelyard.catalog.roles import role
from modelyard.sandbox import seed_data

from .conftest import Cloud, Nobody, Principal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROLE = "Microsoft.Authorization/roleDefinitions"
STRANGER = "Microsoft.Storage/storageAccounts"


@pytest.fixture
def models(cloud: Cloud) -> str:
    """A resource group with an account in which a deployment, a filter and a blocklist with an entry are."""
    group = cloud.put(f"{cloud.subscription}/resourceGroups/rg-models", {"location": "swedencentral"}, "2024-03-01")
    place = {"location": "swedencentral", "kind": "AIServices", "sku": {"name": "S0"}}
    at = cloud.put(
        f"{group}/providers/Microsoft.CognitiveServices/accounts/contoso",
        {**place, "properties": {"customSubDomainName": "contoso", "publicNetworkAccess": "Enabled"}},
        kinds.ACCOUNT.api_version,
    )
    model = {"format": "OpenAI", "name": "gpt-5.4-mini", "version": "2026-03-17"}
    inside: dict[str, dict[str, Any]] = {
        "raiBlocklists/words": {"properties": {}},
        "raiBlocklists/words/raiBlocklistItems/one": {"properties": {"pattern": "falcon", "isRegex": False}},
        "deployments/chat": {"sku": {"name": "GlobalStandard", "capacity": 1}, "properties": {"model": model}},
    }
    for path, body in inside.items():
        cloud.put(f"{at}/{path}", body, kinds.ACCOUNT.api_version)
    return group


def looked(cloud: Cloud, scope: str) -> AuditSource:
    with connect(cloud.target) as arm:
        book = pull(arm, scope, "sandbox").book
    return live_scope.source(cloud.target, scope, book)


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
    assert [(each.resource_name, each.policy, each.state) for each in found.evaluation.policy_findings] == [
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
        {"properties": {"principalId": seed_data.object_id("outsider"), "roleDefinitionId": f"{roles}/{user.guid}"}},
        kinds.ROLE_ASSIGNMENT.api_version,
    )
    source = live_scope.source(somebody(cloud, "outsider"), models, looked(cloud, models).rulebook)
    assert "chat" in {each.name for each in source.subjects}
    assert kinds.ROLE_ASSIGNMENT.type not in source.complete
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
        live_scope.source(somebody(cloud, "outsider"), models, looked(cloud, models).rulebook)
    assert "Reader" in refused.value.remedy


def test_an_account_by_itself_is_judged_in_its_surroundings(cloud: Cloud, models: str) -> None:
    """Whoever owns one account asks about that one; its group is known, and isn't evaluated with it."""
    rule = {
        "if": {"value": "[resourceGroup().location]", "equals": "swedencentral"},
        "then": {"effect": "audit"},
    }
    where = f"{cloud.subscription}/providers/Microsoft.Authorization/policyDefinitions/here"
    cloud.put(where, {"properties": {"mode": "All", "displayName": "Here", "policyRule": rule}})
    cloud.assign(models, "here", where)
    at = f"{models}/providers/Microsoft.CognitiveServices/accounts/contoso"
    (source,) = live_scope.sources(cloud.target, at)
    assert {"contoso", "chat", "words"} <= {each.name for each in source.subjects}
    assert all(each.id.lower().startswith(at.lower()) for each in source.subjects)
    found = inspect(source, source.rulebook, now=NOW, market=Market.load(), locate=lambda _: None).evaluation
    assert len(found.policy_findings) == found.evaluated == len(source.subjects)


def test_another_subscription_is_ruled_by_its_own_policies(cloud: Cloud, models: str) -> None:
    """Not by those of the one that happens to be signed in to."""
    cloud.assign(models, "near", cloud.define(cloud.subscription, "near"))
    elsewhere = replace(cloud.target, subscription_id="0f0f0f0f-0000-4000-8000-000000000000")
    (source,) = live_scope.sources(elsewhere, cloud.subscription)
    assert [id_.rpartition("/")[2] for id_ in source.rulebook.assignments] == ["near"]


def test_a_management_group_is_all_that_stands_below_it(cloud: Cloud, models: str) -> None:
    """Each subscription by what is above it; one that whoever asks may not read is told by name."""
    other = "/subscriptions/0f0f0f0f-0000-4000-8000-000000000000"
    store = cloud.running.azure.store
    store.put("resources", other, {"id": other, "subscriptionId": other.rpartition("/")[2], "displayName": "Other"})
    cloud.assign(cloud.root, "everywhere", cloud.define(cloud.root, "everywhere"))
    cloud.assign(cloud.subscription, "here", cloud.define(cloud.subscription, "here"))
    sources = {each.name: each for each in live_scope.sources(cloud.target, cloud.root)}
    assert set(sources) == {other, cloud.subscription}
    names = {name: {id_.rpartition("/")[2] for id_ in each.rulebook.assignments} for name, each in sources.items()}
    assert names == {other: {"everywhere"}, cloud.subscription: {"everywhere", "here"}}

    part = f"{cloud.root}/providers/Microsoft.Authorization/roleDefinitions/1d1d1d1d-0000-4000-8000-000000000000"
    actions = {"actions": ["Microsoft.Management/managementGroups/descendants/read"]}
    properties = {"roleName": "Lists", "type": "CustomRole", "assignableScopes": [cloud.root], "permissions": [actions]}
    store.put("resources", part.lower(), {"id": part, "name": part[-36:], "type": ROLE, "properties": properties})
    reader = role("Reader")
    assert reader is not None
    allow(cloud, cloud.root, part)
    allow(cloud, cloud.subscription, f"/providers/{ROLE}/{reader.guid}")
    sources = {each.name: each for each in live_scope.sources(somebody(cloud, "outsider"), cloud.root)}
    assert "chat" in {each.name for each in sources[cloud.subscription].subjects}
    assert sources[other].subjects == ()
    assert "AuthorizationFailed" in str(sources[other].failures[0])
    together = AuditSource.together(cloud.root, tuple(sources.values()))
    assert len(together.subjects) == len(sources[cloud.subscription].subjects)


def test_what_a_stack_declares_is_found_on_its_lines(cloud: Cloud, models: str) -> None:
    """An audit of what is live points into the file too, where a file declares it."""
    account_id = f"{models}/providers/Microsoft.CognitiveServices/accounts/contoso"
    urn = "urn:pulumi:dev::models::azure-native:cognitiveservices:Deployment::talk"
    said = Declared(urn, "azure-native:cognitiveservices:Deployment", {}, f"{account_id}/deployments/chat".upper())
    source = live_scope.declared(looked(cloud, models), [said])
    names = {each.id.rpartition("/")[2]: (each.name, each.path) for each in source.subjects}
    assert names["chat"] == ("talk", "deployments.talk")
    assert names["words"] == ("words", ""), "what no file declares keeps its own name, and has no line"


def allow(cloud: Cloud, scope: str, role_id: str) -> None:
    """The outsider gets a role at a scope."""
    at = f"{scope}/providers/{kinds.ROLE_ASSIGNMENT.type}/{uuid5(NAMESPACE_URL, scope)}"
    properties = {"principalId": seed_data.object_id("outsider"), "roleDefinitionId": role_id, "scope": scope}
    document = {"id": at, "type": kinds.ROLE_ASSIGNMENT.type, "properties": properties}
    cloud.running.azure.store.put("resources", at.lower(), document)


def test_below_a_management_group_nobody_looks_without_a_login(cloud: Cloud) -> None:
    with pytest.raises(NotSignedIn, match="nobody is signed in"):
        live_scope.sources(replace(cloud.target, credential=Nobody), cloud.root)


def test_lists_of_several_pages_are_read_to_the_end_and_projects_too() -> None:
    """What isn't declared in stack files is ruled by policies all the same: connections of accounts and of projects."""
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
        arm = ArmReader(ArmClient(client, lambda _: "token"))
        found = list(live_scope.inside_of(arm, {"id": id_, "type": kinds.ACCOUNT_TYPE}))
    assert {each["id"].removeprefix(id_) for each in found} == {
        "/connections/one", "/connections/two", "/projects/shop", "/projects/shop/connections/search",
        "/providers/Microsoft.Insights/diagnosticSettings/logs",
    }  # fmt: skip
    assert arm.refused == {}
