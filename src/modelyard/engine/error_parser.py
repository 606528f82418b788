"""What the engine complains about, as failures: its last words on standard error, and its diagnostics.

The texts are those of Pulumi 3.250 and of azure-native 3 (`Status=409 Code="…" Message="…"`, its
PulumiAzcoreResponseError). A text that changed falls back to a failure that quotes it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from modelyard.arm import errors
from modelyard.engine import failures
from modelyard.engine.events import STACK_TYPE, Diagnostic, Violation, name_of, type_of
from modelyard.engine.failures import EngineFailure

REFUSAL = re.compile(
    r'Status=(\d+)(?: Code="([^"]*)")? Message="(.*?)"(?:\n((?:  [a-z]+: [^\n]*(?:\n|$))*))?$', re.DOTALL
)
"""azure-native's short form. Lines that follow, a word for what each is before it, are those of the stand-in."""
LONG_REFUSAL = re.compile(r"RESPONSE (\d+):.*?ERROR CODE: ([^\n]+)\n.*?(\{.*\})", re.DOTALL)
"""A code may have spaces in it (captured: Resource has invalid content filter)."""
EXISTS = re.compile(r"cannot create already existing (?:sub)?resource '([^']+)'")
KNOWN_ALREADY = ("  target:", "  where:")
"""The resource, which the failure names by its URN."""

HOLDER = re.compile(r"created by (\S+ \(pid \d+\) at \S+)")
NO_PLUGIN = re.compile(
    r"(?:no resource plugin|could not (?:find|install) plugin|automatically download and install resource plugin)"
    r" '?(?:pulumi-resource-)?([\w.-]+)'?"
)
SERVER_ERROR = 500
AGAIN = "this is trouble of Azure's own: run the command again; with the request's id Azure's support finds more"
UNKNOWN_CODE = "go by Azure's own words; with the request's id Azure's support finds more"
"""For a code that nobody has written advice for: a refusal is never told without a next step."""

UNHANDLED = "Program failed with an unhandled exception:"
EMPTY = re.compile(r"(update|preview|destroy|refresh|import|resource \S+) (failed|canceled|cancelled)$", re.IGNORECASE)
"""The engine's own closing words, which add nothing to the diagnostic before them."""


LAST_WORDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], EngineFailure]], ...] = (
    (
        re.compile(r"no stack named '([^']+)' found"),
        lambda found: failures.NoStack.of("engine.no-stack", name=found[1]),
    ),
    (
        re.compile(r"stack '([^']+)' already exists"),
        lambda found: failures.StackExists.of("engine.stack-exists", name=found[1]),
    ),
    (
        re.compile(r"currently locked by .*", re.DOTALL),
        lambda found: failures.StackLocked.of("engine.stack-locked", holder=holders(found[0])),
    ),
    (
        re.compile(r"incorrect passphrase|passphrase must be set"),
        lambda _: failures.EngineFailure.of("engine.wrong-passphrase"),
    ),
    (
        re.compile(r"no Pulumi.yaml project file found.*"),
        lambda found: failures.EngineFailure.of("engine.no-project", complaint=found[0].partition(". ")[0]),
    ),
    (re.compile(r"--yes.* must be passed"), lambda _: failures.EngineFailure.of("engine.not-confirmed")),
    (NO_PLUGIN, lambda found: failures.EngineFailure.of("engine.no-plugin", plugin=found[1])),
)


def failure(complaint: str, exit_status: int) -> EngineFailure:
    """The failure for what a command wrote to standard error."""
    for pattern, meaning in LAST_WORDS:
        if found := pattern.search(complaint):
            return meaning(found)
    return failures.EngineFailure.of(
        "engine.failed",
        complaint=complaint.strip().removeprefix("error: ") or "it said nothing",
        exit_status=exit_status,
    )


def holders(complaint: str) -> str:
    """Who holds the locks, as the engine words it."""
    return "; ".join(HOLDER.findall(complaint)) or complaint


def from_diagnostics(diagnostics: Iterable[Diagnostic], project: Path) -> Iterator[EngineFailure]:
    """One failure for each error that says something; the same text about the same resource counts once."""
    seen = set()
    for one in diagnostics:
        text = one.message.removeprefix("error: ").strip()
        if one.severity != "error" or EMPTY.search(text) or (one.urn, text) in seen:
            continue
        seen.add((one.urn, text))
        yield from_diagnostic(text, one.urn, project)


def from_diagnostic(text: str, urn: str, project: Path) -> EngineFailure:
    """What one error diagnostic means."""
    if text.startswith(UNHANDLED):
        error, traceback = trimmed(text.removeprefix(UNHANDLED), project)
        return failures.EngineFailure.of("engine.program-failed", error=error, traceback=traceback)
    if "violates plan" in text or "not allowed by the plan" in text:
        return failures.EngineFailure.of("engine.plan-exceeded", complaint=text, urn=urn)
    if found := NO_PLUGIN.search(text):
        return failures.EngineFailure.of("engine.no-plugin", plugin=found[1])
    if type_of(urn) not in {"", STACK_TYPE}:
        return from_provider(text, urn)
    return failures.EngineFailure.of("engine.program-failed", error=text)


def from_provider(text: str, urn: str) -> EngineFailure:
    """What a provider's error about a resource means: Azure's refusal, in either of two forms, or its own trouble."""
    if found := REFUSAL.search(text):
        beside = [line for line in (found[4] or "").splitlines() if not line.startswith(KNOWN_ALREADY)]
        return refused(urn, int(found[1]), found[2] or found[1], [found[3], *beside])
    if found := LONG_REFUSAL.search(text):
        return refused(urn, int(found[1]), found[2], long_message(int(found[1]), found[3]))
    if found := EXISTS.search(text):
        return failures.ResourceExists(name=name_of(urn), type_=type_of(urn), urn=urn, id_=found[1])
    return failures.ResourceFailed(name=name_of(urn), type_=type_of(urn), urn=urn, complaint=text)


def from_violations(violations: Iterable[Violation]) -> Iterator[EngineFailure]:
    """One failure for each mandatory policy that was violated."""
    for one in violations:
        if one.level == "mandatory":
            yield failures.EngineFailure.of(
                "engine.policy-violated", policy=one.policy, message=one.message, urn=one.urn
            )


def refused(urn: str, status: int, code: str, message: Iterable[str]) -> EngineFailure:
    """Azure's refusal of one resource, with advice where there is some for its code."""
    return failures.RefusedByAzure(
        name=name_of(urn),
        type_=type_of(urn),
        urn=urn,
        http_status=status,
        arm_code=code,
        message="\n".join(message),
        advice=advice().get(code) or (AGAIN if status >= SERVER_ERROR else UNKNOWN_CODE),
    )


def long_message(status: int, body: str) -> list[str]:
    """The message within the JSON of an error in azcore's long form, and what it says beside it; else the JSON."""
    try:
        error = errors.parse(status, json.loads(body))
    except ValueError:
        return [body]
    beside = [line for line in errors.lines(error) if not line.startswith(KNOWN_ALREADY)]
    return [error.message or body, *beside]


@cache
def advice() -> Mapping[str, str]:
    """What to do about an error code of ARM's."""
    text = (files("modelyard.engine") / "advice.json").read_text(encoding="utf-8")
    read: dict[str, str] = json.loads(text)
    return read


def trimmed(traceback: str, project: Path) -> tuple[str, str]:
    """The exception's own words, and the frames of the traceback that lie in the project."""
    lines = traceback.strip().splitlines()
    frames: list[list[str]] = []
    words: list[str] = []
    for line in lines:
        if line.startswith("  File "):
            frames.append([line])
            words = []
        elif frames and line.startswith("    ") and not words:
            frames[-1].append(line)
        else:
            words.append(line)
    own = [frame for frame in frames if f'"{project}/' in frame[0] and "/site-packages/" not in frame[0]]
    error = "\n".join(words).strip() or lines[-1].strip()
    return error, "\n".join(line.strip() for frame in own for line in frame if set(line.strip()) - set("^~"))
