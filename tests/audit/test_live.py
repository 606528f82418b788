"""A live scope is what an auditor trusts: what is there and isn't looked at would pass for compliant."""

from datetime import UTC, datetime
from typing import Any

import pytest

from modelyard.arm import account
from modelyard.audit import live
from modelyard.audit.failures import ScopeUnreadable
from modelyard.audit.inspection import inspect
from modelyard.audit.pull import client, pull
from modelyard.audit.source import Source
from modelyard.catalog.market import Market
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


def test_somebody_without_the_right_is_told(cloud: Cloud, models: str) -> None:
    other = Target(
        name="sandbox",
        tenant_id=cloud.target.tenant_id,
        subscription_id=cloud.target.subscription_id,
        transport=cloud.target.transport,
        credential=lambda: Principal(cloud.running, "outsider"),
    )
    with pytest.raises(ScopeUnreadable, match="AuthorizationFailed") as refused:
        live.source(other, models, looked(cloud, models).rulebook)
    assert "Reader" in refused.value.remedy
