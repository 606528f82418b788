"""What `policy explain` says of one policy and one resource, in text and in JSON."""

from collections.abc import Iterator
from typing import Any

from modelyard.policy.documents.policy import RuleResult
from modelyard.policy.language.explanation import shown
from modelyard.policy.language.unknown import EvaluationFailed


def lines(name: str, verdict: RuleResult | str) -> Iterator[str]:
    """Effect, conditions, related resources and changes; or why there is no verdict."""
    if name:
        yield name
    if isinstance(verdict, str):
        yield verdict
        return
    waits = f", waiting for {', '.join(verdict.waits_for)}" if verdict.waits_for else ""
    yield f"{verdict.effect_as_written or 'no effect'} ({verdict.outcome.value}{waits})"
    if verdict.reason:
        yield verdict.reason
    yield from verdict.explain().lines()
    if (related := verdict.related) is not None:
        yield from related.lines()
    yield from _changes(verdict)


def _changes(verdict: RuleResult) -> Iterator[str]:
    """What append or modify would do, operation by operation."""
    if verdict.effect_as_written is None:
        return
    try:
        for change in verdict.changes:
            said = "" if change.applies is True else "left out, " if change.applies is False else "undecided, "
            value = "" if change.operation == "remove" else f" = {shown(change.value)}"
            yield f"{'change':<9}{said}{change.operation} {change.written}{value}"
    except EvaluationFailed as wrong:
        yield f"{'change':<9}error: {wrong}"


def document(name: str, verdict: RuleResult | str) -> dict[str, Any]:
    """The same for machines."""
    if isinstance(verdict, str):
        return {"policy": name, "reason": verdict}
    related = verdict.related
    return {
        "policy": name or verdict.policy.definition.name,
        "effect": verdict.effect_as_written or "no effect",
        "outcome": verdict.outcome.value,
        "waitsFor": list(verdict.waits_for),
        "reason": verdict.reason,
        "tree": verdict.explain().document(),
        "related": None if related is None else related.document(),
        "changes": list(_changes(verdict)),
    }
