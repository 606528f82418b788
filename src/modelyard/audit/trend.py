"""Kept runs: one line of JSON a run, so that a report can show which way things go.

The place is a file, or a folder, in which the file is called `trend.jsonl`; what isn't there yet is a file if its name
has an ending. Lines are in the order of time; the oldest
are dropped beyond `KEEP`. A run that says the same as one of the same minute isn't kept twice, so a pipeline that
writes two reports of one run, or repeats a step, adds one line.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from modelyard import files
from modelyard.display import escaped_json
from modelyard.failures import Failure
from modelyard.report.history_entry import HistoryEntry
from modelyard.syntax import json_mistakes

KEEP = 200
"""Runs kept in a file: half a year of one a day, and some."""

NAME = "trend.jsonl"


def read(place: Path) -> tuple[HistoryEntry, ...]:
    """The runs kept, oldest first; none where there is no file yet. Raises `audit.trend-unreadable`."""
    file = _file(place)
    try:
        lines = files.text(file).split("\n")
    except files.FileUnreadable as wrong:
        if wrong.missing:
            return ()
        raise Failure.of("audit.trend-unreadable", where=str(file), problem=str(wrong)) from None
    return tuple(_run(f"{file}:{number}", line) for number, line in enumerate(lines, 1) if line.strip())


def add(place: Path, run: HistoryEntry, keep: int = KEEP) -> tuple[HistoryEntry, ...]:
    """Keep a run, and tell all that are kept then.

    Raises `audit.trend-unreadable` and leaves the file; or `audit.trend-unwritable`.
    """
    before = read(place)
    if any(_alike(run, each) for each in before):
        return before
    runs = tuple(sorted((*before, run), key=lambda each: each.at)[-keep:])
    _replace(
        _file(place), "".join(escaped_json(json.dumps(_written(each), ensure_ascii=False)) + "\n" for each in runs)
    )
    return runs


def _file(place: Path) -> Path:
    there = files.is_folder(place) or files.is_file(place)
    folder = files.is_folder(place) if there else not place.suffix
    return place / NAME if folder else place


def _alike(one: HistoryEntry, other: HistoryEntry) -> bool:
    """The same content at the same minute."""
    same_minute = one.at.replace(second=0, microsecond=0) == other.at.replace(second=0, microsecond=0)
    return same_minute and {**asdict(one), "at": None} == {**asdict(other), "at": None}


def _written(run: HistoryEntry) -> dict[str, Any]:
    return {**asdict(run), "at": run.at.isoformat()}


def _run(where: str, line: str) -> HistoryEntry:
    try:
        found = files.loads(line)
        return HistoryEntry(
            at=_time(found["at"]),
            stack=str(found["stack"]),
            target=str(found.get("target", "")),
            severities=_counts(found["severities"]),
            policies=_counts(found["policies"]),
            **{name: int(found[name]) for name in ("resources", "violating", "known", "undecided", "exempt")},
        )
    except KeyError as wrong:
        raise Failure.of("audit.trend-unreadable", where=where, problem=f"it lacks {wrong.args[0]}") from None
    except (AttributeError, TypeError):
        raise Failure.of(
            "audit.trend-unreadable", where=where, problem="it isn't an object, or a member has the wrong type"
        ) from None
    except ValueError as wrong:
        raise Failure.of("audit.trend-unreadable", where=where, problem=json_mistakes.problem(wrong)) from None


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date and time") from None
    if at.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return at


def _counts(found: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): int(count) for name, count in found.items()}


def _replace(file: Path, content: str) -> None:
    """The whole file at once, so that a run that is killed leaves the old one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except OSError as wrong:
        raise Failure.of("audit.trend-unwritable", file=file, problem=wrong.strerror or str(wrong)) from None
