"""Whoever learns of missing quota halfway through an update has half a stack. Usages tell it before."""

from dataclasses import replace
from typing import Any

import pytest

from modelyard.inventory.live_accounts import Unread
from modelyard.inventory.quota import CapacityStep, Draw, findings, judged
from modelyard.inventory.region_offers import RegionOffers, models_of, usages_of

MODELS = [
    {
        "kind": "OpenAI",
        "model": {
            "format": "OpenAI",
            "name": "gpt-4.1",
            "version": "2025-04-14",
            "skus": [
                {"name": "GlobalStandard", "usageName": "OpenAI.GlobalStandard.gpt4.1-finetune"},
                {"name": "GlobalStandard", "usageName": "OpenAI.GlobalStandard.gpt4.1"},
                {"name": "Standard", "usageName": "OpenAI.Standard.gpt4.1"},
            ],
        },
    },
]


def draw(capacity: int, sku: str = "GlobalStandard", model: str = "gpt-4.1", version: str = "2025-04-14") -> Draw:
    return Draw("OpenAI", model, version, sku, capacity)


def offers(limit: float, current: float, name: str = "") -> RegionOffers:
    rows = [
        {"name": {"value": each}, "limit": limit, "currentValue": current}
        for each in (f"OpenAI.GlobalStandard.{name or 'gpt4.1'}", "OpenAI.Standard.gpt4.1")
    ]
    return RegionOffers("/subscriptions/s", "swedencentral", models_of(MODELS), usages_of(rows))


@pytest.mark.parametrize(
    ("steps", "limit", "current", "told"),
    [
        ([CapacityStep("a", None, draw(50))], 100, 50, []),
        (
            [CapacityStep("a", None, draw(51))],
            100,
            50,
            ["quota {G}: a wants 51 more; 50 of 100 are left"],
        ),
        ([CapacityStep("a", draw(50), draw(100))], 100, 50, []),
        (
            [CapacityStep("a", draw(50), draw(101))],
            100,
            50,
            ["quota {G}: a wants 51 more; 50 of 100 are left"],
        ),
        ([CapacityStep("a", draw(50), draw(50))], 10, 50, []),
        ([CapacityStep("a", draw(50), draw(20))], 10, 50, []),
        (
            [CapacityStep("a", draw(50, "Standard"), draw(50))],
            100,
            60,
            ["quota {G}: a wants 50 more; 40 of 100 are left"],
        ),
        (
            [CapacityStep("a", None, draw(30)), CapacityStep("b", None, draw(30, version="2026-01-01"))],
            100,
            50,
            ["quota {G}: a wants 30 more, b wants 30 more; 50 of 100 are left"],
        ),
        ([CapacityStep("a", None, draw(30)), CapacityStep("b", None, draw(30, "Standard"))], 100, 50, []),
        (
            [CapacityStep("a", None, draw(10))],
            100,
            130,
            ["quota {G}: a wants 10 more; 0 of 100 are left"],
        ),
    ],
)
def test_a_quota_has_to_suffice_for_all_that_draw_on_it(
    steps: list[CapacityStep], limit: float, current: float, told: list[str]
) -> None:
    found = list(judged(steps, offers(limit, current)))
    assert [each.message for each in found] == [each.format(G="OpenAI.GlobalStandard.gpt4.1") for each in told]
    assert all((each.code, each.severity) == ("inventory.quota-exceeded", "error") for each in found)
    assert [each.path for each in found] == ["deployments.a"] * len(told)


@pytest.mark.parametrize("other", [CapacityStep("b", draw(40), None), CapacityStep("b", draw(60), draw(20))])
def test_what_is_given_back_in_the_same_change_may_come_too_late(other: CapacityStep) -> None:
    """The engine deletes last, and writes in an order of its own: that is no refusal for certain, and no yes."""
    (found,) = judged([CapacityStep("a", None, draw(60)), other], offers(100, 80))
    assert (found.code, found.severity) == ("inventory.quota-late", "warning")
    assert "give back what b (40) has" in found.remedy


@pytest.mark.parametrize("there", [offers(100, 0), offers(100, 0, "nowhere")])
def test_what_arm_has_no_quota_for_is_not_verified(there: RegionOffers) -> None:
    (found,) = judged([CapacityStep("a", None, draw(1, model="new"))], there)
    assert (found.code, found.unverified) == ("inventory.quota-unverified", True)


def test_what_may_not_be_read_is_not_verified() -> None:
    unread = Unread("usages", "locations/usages/read", "somewhere", "AuthorizationFailed: no")
    there = replace(offers(100, 90), usages=None, unread=(unread,))
    (found,) = findings(there, [CapacityStep("a", None, draw(11))])
    assert (found.code, found.severity, found.unverified) == ("inventory.quota-unverified", "warning", True)
    assert "AuthorizationFailed" in found.message
    assert "Usages Reader" in found.remedy


def test_a_refusal_says_where_there_is_room() -> None:
    (found,) = findings(offers(100, 95), [CapacityStep("a", None, draw(11))], lambda _draw, room: f"{room} in eastus")
    assert "11 in eastus" in found.remedy


def test_nothing_is_told_where_nothing_grows() -> None:
    """Even where nothing may be read: an unchanged stack needs no permission to read quotas."""
    unread = Unread("usages", "locations/usages/read", "somewhere", "no")
    steps = [
        CapacityStep("a", draw(10), draw(10)),
        CapacityStep("b", draw(10), None),
        CapacityStep("c", draw(10), draw(5)),
    ]
    assert list(findings(replace(offers(0, 0), usages=None, unread=(unread,)), steps)) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sku": {"name": "Standard"}, "properties": {"model": {"format": "OpenAI", "name": "x"}}},
        {"sku": {"name": None, "capacity": 1}, "properties": {"model": {"format": "OpenAI", "name": "x"}}},
    ],
)
def test_a_deployment_that_is_not_wholly_known_draws_nothing_that_is(body: dict[str, Any]) -> None:
    assert Draw.of(body) is None
