"""What a stack's last run left undone, as findings of whoever asks the stack later."""

from collections.abc import Iterable, Iterator

from modelyard.engine.state_outputs import NOT_DECLARED, NOT_UPDATED, StackOutputs
from modelyard.files import JsonObject
from modelyard.findings import Finding
from modelyard.report.result import Check, Outcome

DONE = "succeeded"
SECTIONS = (("deployments", "deployment"), ("contentFilters", "content filter"))


def findings(stack: str, found: StackOutputs, last: JsonObject) -> tuple[Finding, ...]:
    """What is to be known of what exists; `last` is what the history says of the last run that ended."""
    remedy = f"see what stands in the way: `modelyard up {stack}`"
    told = tuple(_marked(found, remedy))
    if told or last.get("result") in {None, DONE}:
        return told
    ended = f" at {last['endTime']}" if last.get("endTime") else ""
    said = f"the last {last.get('kind') or 'run'} of the stack ended{ended}: {last['result']}; what exists is asked"
    return (_finding("engine.last-run-failed", said, remedy),)


def elsewhere(stack: str, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """The likely reason for checks that did not pass on a stack whose last run ended well, where others did pass."""
    seen = [check for check in checks if check.observed]
    doubtful = sum(check.outcome in {Outcome.FAILED, Outcome.INCONCLUSIVE} for check in seen)
    if not doubtful or not any(check.outcome is Outcome.PASSED for check in seen):
        return ()
    said = (
        f"{doubtful} check{'s' if doubtful > 1 else ''} did not pass, although the stack is as its last run left it: "
        "the likely reason is a change that somebody has made in Azure since"
    )
    return (
        _finding(
            "engine.changed-elsewhere",
            said,
            f"see it: `modelyard drift {stack}`; set it right: `modelyard up {stack} --refresh`",
        ),
    )


def _marked(found: StackOutputs, remedy: str) -> Iterator[Finding]:
    for section, kind in SECTIONS:
        marks = found.marked(section)
        if names := [name for name, mark in marks.items() if mark == NOT_UPDATED]:
            yield _finding(
                "engine.not-updated", f"{_named(kind, names)}: not updated by the last run; as before it", remedy
            )
        if names := [name for name, mark in marks.items() if mark == NOT_DECLARED]:
            yield _finding(
                "engine.not-declared", f"{_named(kind, names)}: not declared by the last run, and there", remedy
            )
    if found.missing:
        yield _finding("engine.not-created", f"{_named('deployment', found.missing)}: declared, and not there", remedy)


def _named(kind: str, names: tuple[str, ...] | list[str]) -> str:
    return f"{kind}{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _finding(code: str, message: str, remedy: str) -> Finding:
    return Finding.of(code, message, remedy=remedy)
