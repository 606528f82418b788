"""A reviewer decides by what changes: each member with its value before and after, and nothing that is secret."""

from typing import Any

import pytest

from modelyard.arm import pulumi_sentinels
from modelyard.engine.differences import changes
from modelyard.report.change import Change

SECRET = {pulumi_sentinels.SIGNATURE: pulumi_sentinels.SECRET, "ciphertext": "[secret]"}
OTHER = {pulumi_sentinels.SIGNATURE: pulumi_sentinels.SECRET, "ciphertext": "other"}
HATE = {"name": "Hate", "source": "Prompt", "severityThreshold": "Low"}
JAILBREAK = {"name": "Jailbreak", "source": "Prompt", "blocking": True}
CODE = {"name": "Code", "source": "Completion", "blocking": True}


def step(old: Any, new: Any, details: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    detailed = {path: {"diffKind": kind, "inputDiff": True} for path, kind in (details or {}).items()} or None
    return {"op": "update", "old": {"inputs": old}, "new": {"inputs": new}, "detailedDiff": detailed, **more}


@pytest.mark.parametrize(
    ("old", "new", "details", "text"),
    [
        pytest.param(
            {"sku": {"capacity": 100, "name": "GlobalStandard"}},
            {"sku": {"capacity": 150, "name": "GlobalStandard"}},
            {"sku.capacity": "update"},
            ["sku.capacity: 100 → 150"],
            id="a figure",
        ),
        pytest.param(
            {"properties": {"model": {"name": "gpt-5.4", "version": "1"}}},
            {"properties": {"model": {"name": "gpt-5.6", "version": "2"}}},
            {"properties.model.name": "update", "properties.model.version": "update-replace"},
            ["model.name: gpt-5.4 → gpt-5.6", "model.version: 1 → 2 (makes another resource)"],
            id="another model, which forces another resource by one member",
        ),
        pytest.param(
            {"properties": {"raiPolicyName": "strict"}},
            {"properties": {}},
            {"properties.raiPolicyName": "delete"},
            ["content filter: strict → default"],
            id="a content filter swapped for the default",
        ),
        pytest.param(
            {"tags": {"a": "1", "gone": "x"}},
            {"tags": {"a": "1", "with.dot": "y"}},
            {"tags.gone": "delete", 'tags["with.dot"]': "add"},
            ["tags.gone: x → none", 'tags["with.dot"]: none → y'],
            id="members that come and go",
        ),
        pytest.param(
            {"properties": {"contentFilters": [HATE, JAILBREAK, CODE]}},
            {"properties": {"contentFilters": [{**HATE, "severityThreshold": "High"}, CODE]}},
            {
                "properties.contentFilters[0].severityThreshold": "update",
                "properties.contentFilters[1].name": "update",
                "properties.contentFilters[1].source": "update",
                "properties.contentFilters[2]": "delete",
            },
            [
                "contentFilters[Hate, Prompt].severityThreshold: Low → High",
                "contentFilters[Jailbreak, Prompt]: removed",
            ],
            id="an entry less, which the provider tells as others that moved up",
        ),
        pytest.param(
            {"properties": {"contentFilters": [HATE]}},
            {"properties": {"contentFilters": [CODE, HATE]}},
            {"properties.contentFilters[0].name": "update", "properties.contentFilters[1]": "add"},
            ["contentFilters[Code, Completion]: added (name: Code, source: Completion, blocking: true)"],
            id="an entry more",
        ),
        pytest.param(
            {"ipRules": ["10.0.0.1"]},
            {"ipRules": ["10.0.0.1", "10.0.0.2"]},
            {"ipRules[1]": "add"},
            ['ipRules: ["10.0.0.1"] → ["10.0.0.1", "10.0.0.2"]'],
            id="a list without names",
        ),
        pytest.param(
            {"key": SECRET, "name": "a"},
            {"key": OTHER, "name": "a"},
            {"key": "update"},
            ["key: [secret] → [secret]"],
            id="a secret",
        ),
        pytest.param(
            {"key": SECRET},
            {"key": SECRET},
            {"key": "update"},
            ["key: [secret] → [secret]"],
            id="a secret that the engine has masked on both sides",
        ),
        pytest.param(
            {"principalId": "old"},
            {"principalId": pulumi_sentinels.UNKNOWN},
            {"principalId": "update-replace"},
            ["principalId: old → [known after it is created] (makes another resource)"],
            id="what only Azure's answer will tell",
        ),
        pytest.param(
            {"sku": {"capacity": 1}, "properties": {"filled": "by Azure"}},
            {"sku": {"capacity": 2}, "properties": {}},
            {"sku.capacity": "update"},
            ["sku.capacity: 1 → 2"],
            id="what the provider doesn't count",
        ),
        pytest.param(
            {"enabled": True, "count": 1},
            {"enabled": False, "count": 1},
            {"enabled": "update"},
            ["enabled: true → false"],
            id="a switch",
        ),
    ],
)
def test_each_member_is_told_with_both_values(old, new, details, text):
    assert [change.text for change in changes(step(old, new, details))] == text


def test_a_provider_without_details_is_read_by_its_members():
    found = changes(step({"a": {"b": 1}, "c": 1}, {"a": {"b": 2}, "c": 2}, diffs=["a"], keys=["a"]))
    assert found == (Change("a.b", 1, 2, replaces=True),), "only what it counts, and what forces another resource"


@pytest.mark.parametrize("side", ["old", "new"])
def test_what_comes_or_goes_as_a_whole_has_no_changes(side):
    assert changes({"op": "create", side: {"inputs": {"a": 1}}}) == ()


def test_a_secret_within_a_value_is_masked_too():
    (found,) = changes(step({"list": [1]}, {"list": [{"deep": SECRET}]}, {"list[0]": "update"}))
    assert found.new == [{"deep": "[secret]"}]


def test_a_long_value_is_cut_in_a_line_and_whole_for_machines():
    (found,) = changes(step({"text": "a"}, {"text": "b" * 500}, {"text": "update"}))
    assert len(found.text) < 100
    assert found.new == "b" * 500
