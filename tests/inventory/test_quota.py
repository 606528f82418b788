"""Whoever learns of missing quota halfway through an update has half a stack. Usages tell it before."""

from typing import Any

import httpx2
import pytest

from modelyard.azure.arm_client import ArmClient, Patience
from modelyard.azure.arm_reader import ArmReader
from modelyard.inventory.quota import CapacityStep, Draw, findings, judged

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
POOLS: dict[tuple[str, ...], str] = {
    ("openai", "gpt-4.1", "2025-04-14", "globalstandard"): "global",
    ("openai", "gpt-4.1", "", "globalstandard"): "global",
    ("openai", "gpt-4.1", "", "standard"): "regional",
}


def draw(capacity: int, sku: str = "GlobalStandard", model: str = "gpt-4.1", version: str = "2025-04-14") -> Draw:
    return Draw("OpenAI", model, version, sku, capacity)


def usages(limit: float, current: float) -> dict[str, Any]:
    row = {"limit": limit, "currentValue": current}
    return {"global": row, "regional": row}


@pytest.mark.parametrize(
    ("steps", "limit", "current", "told"),
    [
        ([CapacityStep("a", None, draw(50))], 100, 50, []),
        ([CapacityStep("a", None, draw(51))], 100, 50, ["quota global: a wants 51 more; 50 of 100 are left"]),
        ([CapacityStep("a", draw(50), draw(100))], 100, 50, []),
        ([CapacityStep("a", draw(50), draw(101))], 100, 50, ["quota global: a wants 51 more; 50 of 100 are left"]),
        ([CapacityStep("a", draw(50), draw(50))], 10, 50, []),
        ([CapacityStep("a", draw(50), draw(20))], 10, 50, []),
        (
            [CapacityStep("a", draw(50, "Standard"), draw(50))],
            100,
            60,
            ["quota global: a wants 50 more; 40 of 100 are left"],
        ),
        (
            [CapacityStep("a", None, draw(30)), CapacityStep("b", None, draw(30, version="2026-01-01"))],
            100,
            50,
            ["quota global: a wants 30 more, b wants 30 more; 50 of 100 are left"],
        ),
        ([CapacityStep("a", None, draw(30)), CapacityStep("b", None, draw(30, "Standard"))], 100, 50, []),
        ([CapacityStep("a", None, draw(10))], 100, 130, ["quota global: a wants 10 more; 0 of 100 are left"]),
    ],
)
def test_a_quota_has_to_suffice_for_all_that_draw_on_it(
    steps: list[CapacityStep], limit: float, current: float, told: list[str]
) -> None:
    found = list(judged(steps, POOLS, usages(limit, current)))
    assert [each.message for each in found] == told
    assert all((each.code, each.severity) == ("inventory.quota-exceeded", "error") for each in found)
    assert [each.path for each in found] == ["deployments.a"] * len(told)


@pytest.mark.parametrize("other", [CapacityStep("b", draw(40), None), CapacityStep("b", draw(60), draw(20))])
def test_what_is_given_back_in_the_same_change_may_come_too_late(other: CapacityStep) -> None:
    """The engine deletes last, and writes in an order of its own: that is no refusal for certain, and no yes."""
    (found,) = judged([CapacityStep("a", None, draw(60)), other], POOLS, usages(100, 80))
    assert (found.code, found.severity) == ("inventory.quota-late", "warning")
    assert "give back what b (40) has" in found.remedy


@pytest.mark.parametrize("pools", [POOLS, {("openai", "new", "", "globalstandard"): "nowhere"}])
def test_what_arm_has_no_quota_for_is_not_verified(pools: Any) -> None:
    (found,) = judged([CapacityStep("a", None, draw(1, model="new"))], pools, usages(100, 0))
    assert (found.code, found.unverified) == ("inventory.quota-unverified", True)


def reader(answers: dict[str, httpx2.Response], asked: list[str]) -> ArmReader:
    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path.rpartition("/")[2])
        return answers[asked[-1]]

    client = httpx2.Client(transport=httpx2.MockTransport(answer))
    return ArmReader(ArmClient(client, lambda _: "token", patience=Patience(first_wait=0.0)))


def usage(name: str) -> dict[str, Any]:
    return {"name": {"value": name}, "limit": 100.0, "currentValue": 90.0}


def test_the_quota_is_the_one_that_the_model_names() -> None:
    """It isn't always the model's name, and ARM lists a second SKU for fine-tuned ones (both captured)."""
    answers = {
        "models": httpx2.Response(200, json={"value": MODELS}),
        "usages": httpx2.Response(200, json={"value": [usage("OpenAI.GlobalStandard.gpt4.1")]}),
    }
    (found,) = findings(reader(answers, []), "s", "Sweden Central", [CapacityStep("a", None, draw(11))])
    assert found.message.startswith("quota OpenAI.GlobalStandard.gpt4.1: a wants 11 more; 10 of 100")


@pytest.mark.parametrize("refused", ["models", "usages"])
def test_what_may_not_be_read_is_not_verified(refused: str) -> None:
    answers = {
        "models": httpx2.Response(200, json={"value": MODELS}),
        "usages": httpx2.Response(200, json={"value": [usage("OpenAI.GlobalStandard.gpt4.1")]}),
    }
    answers[refused] = httpx2.Response(403, json={"error": {"code": "AuthorizationFailed", "message": "no"}})
    (found,) = findings(reader(answers, []), "s", "swedencentral", [CapacityStep("a", None, draw(11))])
    assert (found.code, found.severity, found.unverified) == ("inventory.quota-unverified", "warning", True)
    assert "AuthorizationFailed" in found.message
    assert "Usages Reader" in found.remedy


def test_nothing_is_asked_where_nothing_grows() -> None:
    asked: list[str] = []
    steps = [
        CapacityStep("a", draw(10), draw(10)),
        CapacityStep("b", draw(10), None),
        CapacityStep("c", draw(10), draw(5)),
    ]
    assert list(findings(reader({}, asked), "s", "swedencentral", steps)) == []
    assert asked == []


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
