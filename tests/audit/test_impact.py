"""What a change of policies would do: only what differs is told, and the worst first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.audit import impact
from modelyard.audit.impact import ImpactKind
from modelyard.findings import Severity
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.report.policy_finding import PolicyFinding

ASSIGNMENT = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/near"
STATES = {
    "denied": ("NonCompliant", "deny", Severity.ERROR),
    "failed": ("Error", "deny", Severity.ERROR),
    "audited": ("NonCompliant", "audit", Severity.WARNING),
    "changed": ("NonCompliant", "modify", Severity.NOTE),
    "undecided": ("Undecided", "deny", Severity.NOTE),
    "exempt": ("Exempt", "deny", Severity.NOTE),
}


def finding(kind: str, resource: str = "chat", reference: str = "") -> PolicyFinding:
    state, effect, severity = STATES[kind]
    return PolicyFinding(
        key=f"{ASSIGNMENT}|{reference}|{resource}".lower(), state=state, effect=effect, severity=severity,
        resource=f"/{resource}", resource_type="Microsoft.CognitiveServices/accounts/deployments",
        resource_name=resource, policy="Stay near", definition="near", assignment="Near", assignment_id=ASSIGNMENT,
        scope="/subscriptions/s", reference=reference,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("", "denied", ImpactKind.STOPPED),
        ("exempt", "denied", ImpactKind.STOPPED),
        ("audited", "denied", ImpactKind.STOPPED),
        ("undecided", "denied", ImpactKind.STOPPED),
        ("", "failed", ImpactKind.STOPPED),
        ("denied", "failed", None),
        ("", "audited", ImpactKind.AUDITED),
        ("changed", "audited", ImpactKind.AUDITED),
        ("denied", "audited", ImpactKind.EASED),
        ("denied", "changed", ImpactKind.CHANGED),
        ("denied", "", ImpactKind.FREED),
        ("denied", "exempt", ImpactKind.FREED),
        ("audited", "", ImpactKind.FREED),
        ("", "undecided", ImpactKind.UNDECIDED),
        ("denied", "undecided", None),
        ("undecided", "", None),
        ("exempt", "", None),
        ("", "exempt", None),
    ],
)
def test_what_becomes_of_a_resource(before: str, after: str, change: ImpactKind | None) -> None:
    old, new = ([finding(kind)] if kind else [] for kind in (before, after))
    assert [each.change for each in impact.moves("dev", old, new)] == ([change] if change else [])


KINDS = st.lists(st.tuples(st.sampled_from(sorted(STATES)), st.sampled_from("abcdef")), unique_by=lambda each: each[1])


@given(KINDS, KINDS)
def test_there_and_back_is_as_many_moves_at_most_and_none_without_a_change(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    old, new = ([finding(*each) for each in side] for side in (before, after))
    assert list(impact.moves("dev", old, old)) == []
    stopped = {each.finding.key for each in impact.moves("dev", old, new) if each.change is ImpactKind.STOPPED}
    released = {
        each.finding.key
        for each in impact.moves("dev", new, old)
        if each.change in {ImpactKind.FREED, ImpactKind.EASED, ImpactKind.CHANGED}
    }
    doubtful = {each.key for each in old if each.state == "Undecided"}
    assert stopped - doubtful == released & stopped - doubtful, "what would be stopped is free again once taken back"


def test_lines_count_resources_once_and_put_the_worst_first() -> None:
    new = [
        finding("denied", "a", "one"),
        finding("denied", "a", "two"),
        finding("denied", "b"),
        finding("audited", "c"),
    ]
    found = [each for stack in ("dev", "prod") for each in impact.moves(stack, [], new)]
    stopped, audited = impact.lines(found)
    assert (stopped.change, stopped.resources, stopped.stacks) == (ImpactKind.STOPPED, 4, ("dev", "prod"))
    assert (audited.change, audited.resources) == (ImpactKind.AUDITED, 2)


def test_an_assignment_that_moves_stops_nothing_anew() -> None:
    """Renamed, or taken from each group to the subscription, it says what it said: nobody's deployment is at stake."""
    was = [finding("denied", "a"), finding("denied", "b")]
    now = [replace(each, key=f"moved|{each.key}", assignment_id="/elsewhere") for each in was]
    assert list(impact.moves("dev", was, now)) == []
    more = [*now, replace(finding("denied", "c"), key="moved|c")]
    assert [each.finding.resource for each in impact.moves("dev", was, more)] == ["/c"]
    stricter = [replace(each, policy="Another policy") for each in now]
    assert {each.change for each in impact.moves("dev", was, stricter)} == {ImpactKind.STOPPED, ImpactKind.FREED}


def test_the_same_assignment_of_several_stacks_is_one_line() -> None:
    """Whoever changes a definition that each stack assigns for itself wants one number, not one for each stack."""
    here = finding("denied", "a")
    there = replace(
        here, key="there", assignment_id="/subscriptions/t/providers/x/policyAssignments/Near", resource="/b"
    )
    other = replace(here, key="other", assignment="Near, but another", resource="/c")
    found = [each for stack, one in (("dev", here), ("prod", there), ("dev", other))
             for each in impact.moves(stack, [], [one])]  # fmt: skip
    first, second = impact.lines(found)
    assert (first.resources, first.stacks, first.assignments) == (2, ("dev", "prod"), (ASSIGNMENT, there.assignment_id))
    assert (second.display_name, second.resources) == ("Near, but another", 1)


def test_documents_that_differ_are_named_on_whichever_side_they_are() -> None:
    kind = "Microsoft.Authorization/policyDefinitions"
    same, old, new, gone = (
        {"id": f"/x/{name}", "type": kind, "properties": {"v": value}}
        for name, value in (("same", 1), ("changed", 1), ("Changed", 2), ("gone", 1))
    )
    before, after = Rulebook.of([same, old, gone], "a"), Rulebook.of([same, new], "b")
    assert impact.differing(before, after) == ("/x/Changed", "/x/gone")
    assert impact.differing(before, before) == ()
