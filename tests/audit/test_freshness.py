"""Whoever doesn't know what others assign must not sound as if nothing were assigned."""

from datetime import UTC, datetime, timedelta

import pytest

from modelyard.audit.freshness import findings
from modelyard.policy.pulled import FRESH, Pulled
from modelyard.policy.rulebook import Rulebook

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GROUP = "/subscriptions/s/resourceGroups/rg"


def taken(scope: str, ago: timedelta) -> Pulled:
    return Pulled(scope, "azure", NOW - ago, Rulebook())


@pytest.mark.parametrize(
    ("scope", "pulled", "codes"),
    [
        (GROUP, [], ["audit.policies-unknown"]),
        ("", [taken("/subscriptions/s", timedelta())], ["audit.policies-unknown"]),
        (GROUP, [taken("/subscriptions/other", timedelta())], ["audit.policies-unknown"]),
        (GROUP, [taken("/subscriptions/s", FRESH)], []),
        (GROUP, [taken(GROUP, timedelta())], []),
        (GROUP, [taken("/subscriptions/s", FRESH + timedelta(hours=1))], ["audit.policies-stale"]),
        (GROUP, [taken("/subscriptions/s", FRESH * 9), taken(GROUP, timedelta(days=1))], []),
        ("/subscriptions/s", [taken(GROUP, timedelta())], ["audit.policies-unknown"]),
        (
            GROUP,
            [taken("/providers/Microsoft.Management/managementGroups/root", timedelta())],
            ["audit.policies-unknown"],
        ),
    ],
)
def test_what_is_known_of_others(scope: str, pulled: list[Pulled], codes: list[str]) -> None:
    found = findings(scope, pulled, NOW, target="azure")
    assert [each.code for each in found] == codes
    assert all("modelyard policy pull" in each.remedy for each in found)


def test_in_the_sandbox_nobody_else_assigns() -> None:
    assert findings(GROUP, [], NOW, target="sandbox") == ()
    old = taken("/subscriptions/s", FRESH * 2)
    assert [each.code for each in findings(GROUP, [old], NOW, target="sandbox")] == ["audit.policies-stale"]
