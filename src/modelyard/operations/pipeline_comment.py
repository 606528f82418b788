"""One comment on a pull request, in Markdown, from the JSON reports of previews.

Code hosts refuse a comment that is too long (GitHub: 65,536 characters), so every stack has its row, and details are
left out from where they don't fit. Texts of reports stand in fenced blocks, longer than any fence within, for a stack
file of a pull request is somebody else's text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from modelyard.failures import ExitStatus, Failure
from modelyard.files import FileUnreadable, json_of
from modelyard.operations.context import OperationContext
from modelyard.operations.output_files import writable, write
from modelyard.report.change import Change
from modelyard.report.json import VERSION
from modelyard.report.result import Report

MARKER = "<!-- modelyard: previews -->"
"""The first line, by which a pipeline finds its comment and writes it anew."""
LONGEST = 65_000
"""Characters of a comment."""


def comment(
    reports: Sequence[Path], context: OperationContext, *, link: str = "", output: Path | None = None
) -> Report:
    """Write one comment for a pull request from what `modelyard preview STACK --json` printed, a file a stack.

    `link` leads to the whole reports, for what doesn't fit. `output` is a file for the comment; without it, it is the
    report's text. `Report.data` has `stacks`, `left_out` (stacks without details) and `characters`. Raises
    FileUnwritable and `pipeline.report-unreadable`.
    """
    if output:
        writable(output)
    context.progress.passing("  writing the comment …")
    read = [_report(file) for file in reports]
    text, left_out = _comment(read, link)
    if output:
        write(output, text)
    stacks = [str(each["stack"]) for each in read]
    return Report(
        command="pipeline comment",
        text=f"{output}: {len(stacks)} stacks, {len(text):,} characters" if output else text,
        data={"stacks": stacks, "left_out": left_out, "characters": len(text)},
    )


def _report(file: Path) -> Mapping[str, Any]:
    try:
        found: Any = json_of(file)
    except FileUnreadable as wrong:
        raise Failure.of("pipeline.report-unreadable", file=file, problem=wrong.problem) from None
    if not isinstance(found, dict) or found.get("command") != "preview" or found.get("version") != VERSION:
        raise Failure.of("pipeline.report-unreadable", file=file, problem="this is no report of a preview")
    return found


def _comment(reports: Sequence[Mapping[str, Any]], link: str) -> tuple[str, list[str]]:
    rows = ["| stack | target | result | operations | findings | policies |", "| --- | --- | --- | --- | --- | --- |"]
    head = [MARKER, "### Modelyard", "", *rows, *map(_row, reports)]
    size = sum(len(line) + 1 for line in head)
    details, left_out = list[str](), list[str]()
    more = f"[the whole reports]({link})" if link else "the whole reports: `modelyard preview STACK --json`"
    tail = "Details of {} stacks don't fit here: " + more
    room = LONGEST - len(tail) - 20
    for each in reports:
        section = "\n".join(_section(each))
        if size + len(section) + 1 > room:
            left_out.append(str(each["stack"]))
            continue
        details.append(section)
        size += len(section) + 1
    if left_out:
        details.append(tail.format(len(left_out)))
    return "\n".join([*head, "", *details]) + "\n", left_out


def _row(report: Mapping[str, Any]) -> str:
    changes = report["data"].get("changes") or {}
    counted = ", ".join(f"{count} to {op}" for op, count in sorted(changes.items()) if op != "same") or "nothing"
    against = [each for each in report["policyFindings"] if each["category"] == "violation"]
    cells = (
        report["stack"],
        report["target"],
        next((each.title for each in ExitStatus if each == report["status"]), str(report["status"])),
        counted,
        str(len(report["findings"])),
        str(len(against)),
    )
    return f"| {' | '.join(_cell(str(each)) for each in cells)} |"


def _section(report: Mapping[str, Any]) -> Iterator[str]:
    """What a stack would do, and what is said of it; nothing where there is nothing to say."""
    lines = [*_operations(report), *_said(report)]
    if lines:
        fence = "`" * max(3, *(len(run) + 1 for line in lines for run in re.findall("`+", line)), 3)
        yield f"<details><summary>{_cell(str(report['stack']))}</summary>\n"
        yield from (fence, *lines, fence)
        yield "\n</details>"


def _operations(report: Mapping[str, Any]) -> Iterator[str]:
    for step in report["steps"]:
        yield f"{step['name']}"
        for each in step.get("changes", ()):
            change = Change(each["path"], each["old"], each["new"], replaces=each["replaces"])
            yield f"    {change.text}"


def _said(report: Mapping[str, Any]) -> Iterator[str]:
    for each in report["findings"]:
        place = f"{each['file']}:{each['line']}: " if each["file"] else ""
        yield f"{place}{each['severity']}: {each['message']} [{each['code']}]"
    for each in report["policyFindings"]:
        if each["category"] == "violation":
            yield f"{each['severity']}: policy {each.get('policy', '')}: {each.get('resource', '')}"
    for each in report["failures"]:
        yield f"{each['message']} [{each['code']}]"


def _cell(text: str) -> str:
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", " ".join(text.split()))
