"""A team acts on these rows: unknown must never look like none, nor a closed account like an open one."""

from datetime import date
from typing import Any

import pytest
from tests.inventory.test_region_offers import ENTRY

from modelyard.catalog.market import Market
from modelyard.inventory.deployment_rows import denials, is_full, is_open, limits, openness, retires_within, rows
from modelyard.inventory.region_offers import RegionOffers, models_of, usages_of

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-00000000000a"
ACCOUNT: dict[str, Any] = {
    "id": f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/ai",
    "name": "ai",
    "kind": "AIServices",
    "location": "Sweden Central",
    "tags": {"owner": "search"},
    "properties": {},
}
DEPLOYMENT: dict[str, Any] = {
    "id": f"{ACCOUNT['id']}/deployments/chat",
    "sku": {"name": "GlobalStandard", "capacity": 4},
    "properties": {
        "model": {"format": "OpenAI", "name": "gpt-4.1-mini", "version": "2025-04-14"},
        "provisioningState": "Succeeded",
        "rateLimits": [
            {"key": "request", "renewalPeriod": 10, "count": 5},
            {"key": "token", "renewalPeriod": 60, "count": 4000},
        ],
    },
}
TODAY = date(2026, 9, 1)


def row(**named: Any) -> dict[str, Any]:
    usages = usages_of([{"name": {"value": "OpenAI.GlobalStandard.gpt4.1-mini"}, "limit": 5, "currentValue": 5}])
    offers = {(SUBSCRIPTION, "swedencentral"): RegionOffers(SUBSCRIPTION, "swedencentral", models_of([ENTRY]), usages)}
    given: dict[str, Any] = {"offers": offers, "denied": {}, **named}
    (found,) = rows([ACCOUNT], [DEPLOYMENT], market=Market.load(), today=TODAY, tags=("owner",), **given)
    return found


def test_a_row_joins_azures_documents_and_listings() -> None:
    found = row(denied={DEPLOYMENT["id"].lower(): ["No mini models"]})
    assert (found["region"], found["account"], found["deployment"]) == ("swedencentral", "ai", "chat")
    assert (found["retirement"], found["daysLeft"], found["retirementSource"]) == (date(2026, 10, 1), 30, "Azure")
    assert (found["retirementPlanned"], found["replacement"]) == (False, "gpt-5.4-mini@2026-03-17")
    assert (found["headroom"], found["tokensPerMinute"], found["requestsPerMinute"]) == (0.0, 4000.0, 30.0)
    assert (found["tags"], found["denied"]) == ({"owner": "search"}, ["No mini models"])
    assert is_full(found)
    assert is_open(found)
    assert retires_within(found, 30)
    assert not retires_within(found, 29)


def test_what_nobody_says_is_none() -> None:
    found = row(offers={}, denied=None)
    assert (found["headroom"], found["denied"], found["quota"]) == (None, None, None)
    assert found["retirementSource"] is None or "catalog" in found["retirementSource"]
    assert not is_full(found)


@pytest.mark.parametrize(
    ("properties", "keys", "network"),
    [
        ({}, True, "all"),
        ({"disableLocalAuth": True}, False, "all"),
        ({"publicNetworkAccess": "Disabled"}, True, "off"),
        ({"publicNetworkAccess": "Enabled", "networkAcls": {"defaultAction": "Deny"}}, True, "selected"),
        ({"networkAcls": {"defaultAction": "Allow"}, "disableLocalAuth": None}, True, "all"),
    ],
)
def test_who_reaches_an_account(properties: dict[str, Any], keys: bool, network: str) -> None:
    found = openness({"properties": properties})
    assert (found["keys"], found["publicNetwork"], found["identity"]) == (keys, network, "None")


def test_limits_that_arm_does_not_state_are_none() -> None:
    assert limits({}) == {"tokensPerMinute": None, "requestsPerMinute": None}
    assert limits({"rateLimits": [{"key": "token", "count": 7}]})["tokensPerMinute"] is None


def test_a_policy_is_named_once() -> None:
    assert denials({"/a": ["p"], "/b": ["p", "q"]}, {"id": "/A"}, {"id": "/B"}) == ["p", "q"]
