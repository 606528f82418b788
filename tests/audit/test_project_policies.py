"""Whoever doesn't know what others assign must not sound as if nothing were assigned."""

from datetime import UTC, datetime, timedelta

import pytest

from modelyard.audit.project_policies import ProjectPolicies, findings
from modelyard.audit.source import AuditSource
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import FRESH, Pulled

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GROUP = "/subscriptions/s/resourceGroups/rg"


def taken(scope: str, ago: timedelta, source: str = "azure") -> Pulled:
    return Pulled(scope, source, NOW - ago, Rulebook())


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
    subscription = "/subscriptions/s " if scope else ""
    assert all(f"`modelyard policy pull {subscription}--target azure`" in each.remedy or "policies-stale" in each.code
               for each in found)  # fmt: skip


@pytest.mark.parametrize("scope", [GROUP, ""])
def test_a_repository_of_policies_is_taken_at_its_word(scope: str) -> None:
    """Whoever pulls from one often has no access to Azure: to send them there would be a warning for ever."""
    root = "/providers/Microsoft.Management/managementGroups/root"
    assert findings(scope, [taken(root, timedelta(), "epac/tenant")], NOW, target="azure") == ()
    (stale,) = findings(scope, [taken(root, FRESH * 2, "epac/tenant")], NOW, target="azure")
    assert stale.remedy == "pull them again: `modelyard policy pull --from-epac FOLDER --environment tenant`"


def test_each_source_grows_old_by_itself() -> None:
    """A repository that was read today doesn't say that what Azure told last month still holds."""
    repository = taken("/providers/Microsoft.Management/managementGroups/root", timedelta(), "epac/tenant")
    (stale,) = findings(GROUP, [repository, taken("/subscriptions/s", FRESH * 2)], NOW, target="azure")
    assert stale.found.startswith("azure /subscriptions/s")


def test_in_the_sandbox_nobody_else_assigns() -> None:
    assert findings(GROUP, [], NOW, target="sandbox") == ()
    old = taken("/subscriptions/s", FRESH * 2)
    assert [each.code for each in findings(GROUP, [old], NOW, target="sandbox")] == ["audit.policies-stale"]


def test_a_pull_from_the_sandbox_says_nothing_of_azure() -> None:
    """Pulled by mistake, it would make a preview of a production stack look as if Azure's policies were known."""
    source = AuditSource("stack prod", (), Rulebook())
    known = ProjectPolicies(pulled=(taken("/subscriptions/s", timedelta(), "sandbox"),))
    there = known.in_target("azure")
    assert (there.pulled, there.left_out) == ((), known.pulled)
    codes = [each.code for each in there.findings(source, NOW, target="azure")]
    assert codes == ["audit.policies-unknown", "audit.policies-of-sandbox"]
    assert known.in_target("sandbox") == known
    both = ProjectPolicies(pulled=(*known.pulled, taken("/subscriptions/s", timedelta()))).in_target("azure")
    assert [each.source for each in both.pulled] == ["azure"]
    assert "audit.policies-of-sandbox" not in {each.code for each in both.findings(source, NOW, target="azure")}
