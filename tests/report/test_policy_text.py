"""Policy findings as text: what Azure would stop first, each with all that a person needs; many of one kind folded."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from modelyard.findings import Position, Severity
from modelyard.report import policy_text, text
from modelyard.report.result import Report


def test_every_standing_is_written(audited: Report, golden: Any) -> None:
    golden("audited.txt", text.write(audited))
    golden("audited-verbose.txt", text.write(audited, verbose=True))


def test_many_of_one_policy_are_folded_and_none_is_lost_from_sight(rule: Any) -> None:
    many = [rule(f"chat-{at}") for at in range(40)]
    said = "\n".join(policy_text.blocks(many))
    assert said.count("is denied by") == policy_text.FIRST
    assert "… and 37 more by 'Stay near': " in said
    assert "(-v shows all)" in said, "and it says how to see them"
    assert "\n".join(policy_text.blocks(many, verbose=True)).count("is denied by") == 40


def test_one_more_than_is_shown_is_shown_as_well(rule: Any) -> None:
    """A line that says `and 1 more` would take the place of the one it hides."""
    said = "\n".join(policy_text.blocks([rule(f"chat-{at}") for at in range(policy_text.FIRST + 1)]))
    assert said.count("is denied by") == policy_text.FIRST + 1
    assert "more by" not in said


def test_what_a_baseline_knows_is_counted_and_not_told_again(rule: Any) -> None:
    known = [rule(known=True)]
    assert list(policy_text.blocks(known)) == []
    assert policy_text.counted(known) == "1 known"
    assert "Known in the baseline:" in policy_text.blocks(known, verbose=True)


def test_a_command_about_something_else_tells_violations_only(audited: Report) -> None:
    said = "\n".join(policy_text.blocks(audited.policy_findings, violations_only=True))
    assert "Azure would stop this:" in said
    assert "Not decided yet:" not in said


def test_that_something_is_not_enforced_and_that_something_may_not_go_is_said(rule: Any) -> None:
    """Else the one reads as a refusal that never comes, and the other as a fault of the resource."""
    audited = policy_text.block(rule(effect="deny", severity=Severity.WARNING, enforced=False))
    assert "warning: chat does not comply with 'Stay near' [deny, not enforced]" in audited
    assert "chat may not be deleted because of 'Stay near' [denyAction]" in policy_text.block(rule(effect="denyAction"))


def test_a_place_in_a_file_comes_before_one_without(rule: Any) -> None:
    placed = rule("b", position=Position("stacks/Pulumi.dev.yaml", 90, 1))
    first = next(each for each in policy_text.blocks([rule("a"), placed]) if "is denied" in each)
    assert first.startswith("stacks/Pulumi.dev.yaml:90:1: error: b is denied")


@given(st.randoms(use_true_random=False))
def test_the_order_of_what_is_told_does_not_depend_on_the_order_of_what_was_found(rule: Any, random: Any) -> None:
    """Else two runs over the same resources would differ, and nobody could compare their logs."""
    found = [rule(name, policy) for name in "abcdefg" for policy in ("Stay near", "Has a filter")]
    shuffled = random.sample(found, len(found))
    assert list(policy_text.blocks(shuffled)) == list(policy_text.blocks(found))


def test_a_nameless_resource_is_called_by_its_id(rule: Any) -> None:
    nameless = replace(rule(), resource_name="", policy="")
    assert policy_text.sentence(nameless) == f"{nameless.resource} is denied by '{nameless.definition}'"


def test_an_endless_expression_loses_its_middle_and_keeps_what_was_compared(rule: Any) -> None:
    endless = f"value [if({'concat(field(), ' * 60})] ('2026-10-01') less '2026-12-27'"
    each = rule(because=(endless,))
    assert "('2026-10-01') less '2026-12-27'" in policy_text.block(each)
    assert max(map(len, policy_text.block(each).splitlines())) < 330
    assert endless in policy_text.block(each, whole=True), "-v shortens nothing"
