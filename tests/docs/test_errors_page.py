"""docs/errors.md has every code that a user may meet; it is made from the code, and this test tells when it drifts.

`MODELYARD_ACCEPT=1 pytest tests/docs` writes it anew.
"""

import importlib
import inspect
import os
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import modelyard
from modelyard.cli.app import EXIT_STATUSES as EPILOGUE
from modelyard.failures import PRECEDENCE, ExitStatus, Failure, rows
from modelyard.findings import codes

README = Path(__file__).parent.parent.parent / "README.md"
PAGE = Path(__file__).parent.parent.parent / "docs" / "errors.md"
HEAD = """\
# Errors

Every code that Modelyard may show, as a finding (something to correct in a file) or as a failure (what stopped a
command). Codes are stable. This page is made from the code.

"""
EXIT_STATUSES = f"""\
## Exit statuses

One table for every command. Where several apply, the exit status is the first of
{", ".join(str(int(each)) for each in PRECEDENCE)}. JSON has it as `status`, SARIF as `exitCode`; JUnit has a failure
for what makes it 1 and an error for what makes it 6.

| exit status | title | what belongs to it |
| --- | --- | --- |
"""


def failures() -> Iterator[type[Failure]]:
    """Every failure with a code of its own that a module of the package defines, entry points of processes left out."""
    for module in pkgutil.walk_packages(modelyard.__path__, "modelyard."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting = [Failure]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("modelyard.") and "code" in vars(kind) and kind is not Failure:
            yield kind


def page() -> str:
    statuses = [f"| {int(each)} | {each.title} | {each.meaning} |" for each in ExitStatus]
    lines = [HEAD, EXIT_STATUSES + "\n".join(statuses), "", "## Findings", ""]
    lines += ["| code | severity | what it is |", "| --- | --- | --- |"]
    lines += [f"| `{code}` | {entry.severity} | {entry.title} |" for code, entry in codes().items()]
    lines += ["", "## Failures", "", "| code | exit status | what it is |", "| --- | --- | --- |"]
    known = {code: f"| `{code}` | {int(row.status)} | {row.meaning} |" for code, row in rows().items()}
    for kind in failures():
        if not kind.__subclasses__():
            known[kind.code] = f"| `{kind.code}` | {int(kind.status)} | {_meaning(kind)} |"
    return "\n".join([*lines, *(known[code] for code in sorted(known)), ""])


def _meaning(kind: type[Failure]) -> str:
    text = (inspect.getdoc(kind) or "").partition("\n\n")[0]
    return " ".join(text.split()).replace("|", "\\|")


def test_the_page_has_every_code() -> None:
    if os.environ.get("MODELYARD_ACCEPT"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "renew it: MODELYARD_ACCEPT=1 pytest tests/docs"


def test_every_page_tells_the_same_exit_statuses() -> None:
    """The README has the table in short; a pipeline's author reads only that one."""
    rows = README.read_text(encoding="utf-8").partition("| exit status | meaning")[2].partition("\n\n")[0]
    told = dict(re.findall(r"\| (\d+) +\| ([^|]+?) +(?=\|)", rows))
    assert told == {str(int(each)): each.title for each in ExitStatus}
    assert all(f"{int(each)} {each.title}" in " ".join(EPILOGUE.split()) for each in ExitStatus)


def test_a_code_belongs_to_one_failure() -> None:
    codes = [*rows(), *(kind.code for kind in failures() if not kind.__subclasses__())]
    assert len(codes) == len(set(codes)), "a code means one thing"
    assert list(rows()) == sorted(rows()), "whoever looks for a code finds it"
