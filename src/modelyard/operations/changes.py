"""What an operation changes, as people and machines read it: a line a resource, its members below, and the counts.

Only resources are told and counted. The stack itself and the components that group resources are none of Azure's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from modelyard.engine import result as engine
from modelyard.engine.events import Failed, Finished, is_resource, name_of, type_of
from modelyard.report.change import Change
from modelyard.report.result import Outcome, Step

# Pulumi's own marks for what happens to a resource, and the word for it when it has happened.
MARKS: Mapping[str, tuple[str, str]] = {
    "create": ("+", "created"),
    "update": ("~", "updated"),
    "delete": ("-", "deleted"),
    "replace": ("±", "replaced"),
    "create-replacement": ("±", "replaced"),
    "import": ("=", "imported"),
    "rename": ("=", "renamed"),
    "read": (">", "read"),
    "refresh": ("!", "changed in Azure"),
}
REPLACING = frozenset({"replace", "create-replacement", "delete-replaced"})
"""What the engine does for one replacement: in its plan, to the new resource, to the old one."""

OUTCOMES = {"done": Outcome.PASSED, "unfinished": Outcome.INCONCLUSIVE, "failed": Outcome.FAILED}
DRIFT = "`modelyard drift`, or --refresh"
"""How to see what others changed: the state knows nothing of it."""
MEMBER = " " * 27
MOST_MEMBERS = 20
"""Changed members of one resource that a person reads; JSON has all of them."""


def kind(urn: str) -> str:
    """`Deployment` of `azure-native:cognitiveservices:Deployment`."""
    return type_of(urn).rpartition(":")[2]


def finished(event: Finished | Failed) -> str:
    """What has been done to a resource, with its time and what was changed of it; empty where nobody cares."""
    if isinstance(event, Failed) and not event.begun:
        mark, word = "–", "not begun"
    elif isinstance(event, Failed):
        mark, word = "✗", f"{'replace' if event.op in REPLACING else event.op} failed"
    elif event.op == "replace" or not _told(event.op, event.changes):  # a replacement is told with its new resource
        return ""
    else:
        mark, word = MARKS[event.op]
    if not is_resource(event.urn, custom=event.custom):
        return ""
    line = f"  {mark} {kind(event.urn):<20} {name_of(event.urn):<34} {word:<10}{event.seconds:6.1f} s"
    return "\n".join([line, *_members(event.changes)])


def planned(result: engine.Result, *, refreshed: bool = False) -> str:
    """What a preview says would happen, a line a resource; resources that stay as they are aren't listed."""
    lines = []
    for step in _resources(result):
        mark, word = MARKS[step.op]
        lines.append(f"  {mark} {kind(step.urn):<20} {step.name:<34} {word if step.op == 'refresh' else step.op}")
        lines += _members(step.changes)
    return "\n".join([*lines, summary(result, refreshed=refreshed)])


def summary(result: engine.Result, *, refreshed: bool = False) -> str:
    """`2 to create, 9 unchanged`, `2 created, 1 failed`, or that nothing changes. `refreshed`: Azure was read first."""
    ahead = result.operation == "preview"
    counted = [
        f"{count} to {op}" if ahead else f"{count} {MARKS[op][1] if op in MARKS else op}"
        for op, count in sorted(result.changes.items())
        if count and op not in engine.UNCHANGED
    ]
    drifted = sum(step.op == "refresh" and bool(step.changes) for step in result.steps)
    failed = len({step.urn for step in _resources(result) if step.outcome == "failed"})
    same = sum(result.changes.get(op, 0) for op in engine.UNCHANGED)
    if not counted and result.failures:
        return "nothing was changed" + (f", {failed} failed" if failed else "")
    if not counted and not drifted:
        agreed = f"{same} resource{'s' if same != 1 else ''}"
        if refreshed:
            return f"nothing to change: {agreed} in Azure as the stack file says"
        compared = f"stack file and Pulumi state agree on {agreed}"
        return f"nothing to change: {compared}; Azure itself wasn't compared ({DRIFT})"
    counted += [f"{drifted} changed in Azure by others"] * bool(drifted)
    tail = [f"{failed} failed"] * bool(failed) + [f"{same} unchanged"] * bool(same)
    return ", ".join([*counted, *tail])


def state_only(result: engine.Result, *, refreshed: bool = False) -> tuple[str, ...]:
    """That a change was computed from the state, in a line; none where Azure was read, or nothing was there before."""
    there = any(count for op, count in result.changes.items() if op != "create")
    if refreshed or result.failures or not result.changed or not there:
        return ()
    return (f"compared with the Pulumi state; changes by others in Azure weren't looked for ({DRIFT})",)


def steps(result: engine.Result) -> tuple[Step, ...]:
    """The same for machines: a step a resource that was, or would be, changed."""
    return tuple(
        Step(
            f"{step.op} {kind(step.urn)} {step.name}",
            OUTCOMES[step.outcome],
            step.seconds,
            "; ".join(change.text for change in step.changes),
            op=step.op,
            resource=step.urn,
            changes=step.changes,
        )
        for step in _resources(result)
    )


def _told(op: str, changes: tuple[Change, ...]) -> bool:
    """What only asked Azure is worth a line where Azure has something else than the state."""
    return op in MARKS and (op not in {"read", "refresh"} or bool(changes))


def _resources(result: engine.Result) -> Iterator[engine.ResourceStep]:
    """The steps of resources; those of a replacement as one, which ended as the worst of them did."""
    replaced: dict[str, list[engine.ResourceStep]] = {}
    for step in result.steps:
        if step.op in REPLACING:
            replaced.setdefault(step.urn, []).append(step)
    for step in result.steps:
        if not step.is_resource:
            continue
        if parts := replaced.pop(step.urn, None) if step.op in REPLACING else None:
            worst = max((part.outcome for part in parts), key=list(OUTCOMES).index)
            changes = next((part.changes for part in parts if part.changes), ())
            seconds = sum(part.seconds for part in parts)
            yield replace(step, op="replace", outcome=worst, seconds=seconds, changes=changes)
        elif step.op not in REPLACING and (_told(step.op, step.changes) or step.outcome == "failed"):
            yield step


def _members(changes: tuple[Change, ...]) -> list[str]:
    rest = len(changes) - MOST_MEMBERS
    more = [f"{MEMBER}… and {rest} more members (all of them: --json)"] if rest > 0 else []
    return [*(f"{MEMBER}{change.text}" for change in changes[:MOST_MEMBERS]), *more]
