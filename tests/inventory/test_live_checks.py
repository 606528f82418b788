"""A refusal that is told before the write saves half a stack; one that can't be told must not look like a yes."""

from typing import Any

import httpx2
import pytest

from modelyard.azure.arm_client import ArmClient, Patience
from modelyard.azure.arm_reader import ArmReader
from modelyard.catalog.market import Market
from modelyard.inventory.live_answers import StackInAzure
from modelyard.inventory.live_checks import ask
from modelyard.report.result import Check, Outcome

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-00000000000a"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/ai"
SERVICES = f"{SUBSCRIPTION}/providers/Microsoft.CognitiveServices"
MODEL = {"format": "OpenAI", "name": "some-model", "version": "2"}
LISTED = {
    "kind": "AIServices",
    "model": {
        **MODEL,
        "lifecycleStatus": "GenerallyAvailable",
        "skus": [{"name": "GlobalStandard", "usageName": "OpenAI.GlobalStandard.some"}],
    },
}
GONE = (404, {"error": {"code": "ResourceNotFound", "message": "no"}})
REFUSED = (403, {"error": {"code": "AuthorizationFailed", "message": "no"}})


def deployment(key: str = "chat", capacity: int = 10, **model: Any) -> dict[str, Any]:
    return {
        "id": f"{ACCOUNT}/deployments/{key}",
        "name": key,
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": {"name": "GlobalStandard", "capacity": capacity},
        "properties": {"model": {**MODEL, **model}},
    }


def stack(*deployments: dict[str, Any]) -> StackInAzure:
    account = {
        "id": ACCOUNT,
        "name": "ai",
        "type": "Microsoft.CognitiveServices/accounts",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "location": "Sweden Central",
        "properties": {"customSubDomainName": "ai-sub"},
    }
    return StackInAzure(SUBSCRIPTION, (account, *deployments), False, "az … purge", Market.load())


AZURE: dict[str, Any] = {
    ACCOUNT: GONE,
    GROUP: (200, {"id": GROUP}),
    f"{ACCOUNT}/deployments": (200, {"value": []}),
    SERVICES: (200, {"registrationState": "Registered"}),
    f"{GROUP}/providers/Microsoft.Authorization/permissions": (200, {"value": [{"actions": ["*"], "notActions": []}]}),
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/permissions": (200, {"value": []}),
    f"{SERVICES}/deletedAccounts": (200, {"value": []}),
    f"{SERVICES}/skus": (
        200,
        {
            "value": [
                {"kind": "AIServices", "name": "S0", "locations": [place], "restrictions": closed}
                for place, closed in (("SWEDENCENTRAL", []), ("EASTUS", []), ("WESTUS", [{"type": "Location"}]))
            ]
        },
    ),
    f"{SERVICES}/checkDomainAvailability": (200, {"isSubdomainAvailable": True}),
    f"{SERVICES}/locations/swedencentral/models": (200, {"value": [LISTED]}),
    f"{SERVICES}/locations/swedencentral/usages": (
        200,
        {"value": [{"name": {"value": "OpenAI.GlobalStandard.some"}, "limit": 100, "currentValue": 95}]},
    ),
    f"{SERVICES}/modelCapacities": (
        200,
        {
            "value": [
                {"location": "swedencentral", "properties": {"skuName": "DataZoneStandard", "availableCapacity": 50}},
                {"location": "eastus", "properties": {"skuName": "GlobalStandard", "availableCapacity": 50}},
                {"location": "westus", "properties": {"skuName": "GlobalStandard", "availableCapacity": 1}},
            ]
        },
    ),
}


def answers(asked: StackInAzure, reach: str = "", **changed: Any) -> dict[str, list[Check]]:
    """The checks by their id, where Azure answers as AZURE says, but for what is changed (`services__models`)."""
    there = {**AZURE, **changed.get("instead", {})}

    def reply(request: httpx2.Request) -> httpx2.Response:
        status, body = there[request.url.path]
        return httpx2.Response(status, json=body)

    with httpx2.Client(transport=httpx2.MockTransport(reply)) as client:
        arm = ArmReader(ArmClient(client, lambda _: "token", patience=Patience(attempts=1)))
        found: dict[str, list[Check]] = {}
        for each in ask(arm, asked, lambda _host: reach):
            found.setdefault(each.id, []).append(each)
    return found


def outcomes(checks: dict[str, list[Check]]) -> dict[str, Outcome]:
    return {id_: group[0].outcome for id_, group in checks.items()}


def test_nothing_speaks_against_a_stack_that_fits() -> None:
    found = outcomes(answers(stack(deployment(capacity=5))))
    assert found.pop("live.endpoint") is Outcome.SKIPPED, "there is no account yet"
    assert set(found) == {
        "live.provider",
        "live.permissions",
        "live.account",
        "live.name",
        "live.subdomain",
        "live.model",
        "live.quota",
    }
    assert set(found.values()) == {Outcome.PASSED}


def test_quota_of_several_deployments_is_added_and_the_way_out_named() -> None:
    found = answers(stack(deployment("a", 3), deployment("b", 3)))
    (quota,) = found["live.quota"]
    assert quota.outcome is Outcome.FAILED
    assert "6 more wanted, 5 of 100 are left" in quota.observed
    assert "at most 5 units" in quota.reason
    assert "with DataZoneStandard" in quota.reason
    assert "eastus" in quota.reason
    assert "westus" not in quota.reason


def test_where_nothing_has_room_for_all_of_it_the_most_that_is_left_is_named() -> None:
    (quota,) = answers(stack(deployment(capacity=60)))["live.quota"]
    assert "no other region or SKU has room for it" in quota.reason
    assert "most is left with DataZoneStandard in swedencentral: 50" in quota.reason


def test_what_runs_already_needs_no_quota_twice() -> None:
    there = {
        ACCOUNT: (200, {"id": ACCOUNT, "properties": {"customSubDomainName": "ai-sub"}}),
        f"{ACCOUNT}/deployments": (200, {"value": [deployment(capacity=90)]}),
    }
    found = answers(stack(deployment(capacity=95)), instead=there)
    assert set(outcomes(found).values()) == {Outcome.PASSED}
    assert found["live.subdomain"][0].observed == "the account has it"


def test_a_soft_deleted_twin_is_told_once() -> None:
    """Its subdomain isn't free either, and whoever reads two errors looks for two causes."""
    twin = {
        "id": f"{SERVICES}/locations/swedencentral/resourceGroups/rg/deletedAccounts/ai",
        "name": "ai",
        "properties": {"customSubDomainName": "ai-sub"},
    }
    there = {
        f"{SERVICES}/deletedAccounts": (200, {"value": [twin]}),
        f"{SERVICES}/checkDomainAvailability": (200, {"isSubdomainAvailable": False}),
    }
    found = answers(stack(), instead=there)
    assert outcomes(found)["live.name"] is Outcome.FAILED
    assert "live.subdomain" not in found


@pytest.mark.parametrize(("model", "said"), [({"version": "3"}, "only 2"), ({"name": "other"}, "not listed")])
def test_a_model_that_the_region_lacks(model: dict[str, Any], said: str) -> None:
    (check,) = answers(stack(deployment(capacity=1, **model)))["live.model"]
    assert (check.outcome, check.observed) == (Outcome.FAILED, said)
    assert ("take version 2" in check.reason) is (said == "only 2")
    assert check.reason


@pytest.mark.parametrize(
    ("id_", "path", "reply", "outcome", "words"),
    [
        (
            "live.provider",
            SERVICES,
            (200, {"registrationState": "NotRegistered"}),
            Outcome.FAILED,
            "az provider register",
        ),
        ("live.provider", SERVICES, (200, {"registrationState": "Registering"}), Outcome.INCONCLUSIVE, "register"),
        ("live.provider", SERVICES, REFUSED, Outcome.INCONCLUSIVE, "providers/read"),
        (
            "live.permissions",
            f"{GROUP}/providers/Microsoft.Authorization/permissions",
            (200, {"value": [{"actions": ["*/read"], "notActions": []}]}),
            Outcome.FAILED,
            "Contributor",
        ),
        (
            "live.permissions",
            f"{GROUP}/providers/Microsoft.Authorization/permissions",
            (200, {"value": [{"actions": ["*"], "notActions": ["Microsoft.CognitiveServices/*/write"]}]}),
            Outcome.FAILED,
            "ask for a role",
        ),
        (
            "live.subdomain",
            f"{SERVICES}/checkDomainAvailability",
            (200, {"isSubdomainAvailable": False, "reason": "AlreadyExists"}),
            Outcome.FAILED,
            "customSubDomainName",
        ),
        ("live.subdomain", f"{SERVICES}/checkDomainAvailability", REFUSED, Outcome.INCONCLUSIVE, "action"),
        ("live.account", f"{SERVICES}/skus", REFUSED, Outcome.INCONCLUSIVE, "skus/read"),
        ("live.account", f"{SERVICES}/skus", (200, {"value": []}), Outcome.FAILED, "take another kind"),
        (
            "live.account",
            f"{SERVICES}/skus",
            (200, {"value": [{"kind": "AIServices", "name": "S0", "locations": ["EASTUS"], "restrictions": []}]}),
            Outcome.FAILED,
            "eastus",
        ),
        ("live.name", f"{SERVICES}/deletedAccounts", REFUSED, Outcome.INCONCLUSIVE, "deletedAccounts/read"),
        ("live.model", f"{SERVICES}/locations/swedencentral/models", REFUSED, Outcome.INCONCLUSIVE, "models/read"),
        ("live.quota", f"{SERVICES}/locations/swedencentral/usages", REFUSED, Outcome.INCONCLUSIVE, "Usages Reader"),
    ],
)
def test_a_no_says_what_to_do_and_a_refused_question_is_no_yes(
    id_: str, path: str, reply: Any, outcome: Outcome, words: str
) -> None:
    check = answers(stack(deployment(capacity=1)), instead={path: reply})[id_][0]
    assert check.outcome is outcome
    assert words in check.reason


def test_an_endpoint_that_cannot_be_reached_is_not_proved() -> None:
    there = {ACCOUNT: (200, {"id": ACCOUNT, "properties": {"customSubDomainName": "ai-sub"}})}
    found = answers(stack(), reach="ConnectTimeout: no route", instead=there)
    assert outcomes(found)["live.endpoint"] is Outcome.INCONCLUSIVE
