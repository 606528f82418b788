"""docs/errors.md has every code that a user may meet; it is made from the code, and this test tells when it drifts.

`MODELYARD_ACCEPT=1 pytest tests/docs` writes it anew.
"""

import importlib
import inspect
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import modelyard
from modelyard.audit import freshness, gaps, impact, reach
from modelyard.config.codes import CODES
from modelyard.engine import applications, last_run, renames, replacements
from modelyard.epac import codes as epac_codes
from modelyard.failures import Failure

PAGE = Path(__file__).parent.parent.parent / "docs" / "errors.md"
FINDINGS = {
    **CODES,
    **{
        code.code: code
        for room in (applications, freshness, gaps, impact, last_run, reach, renames, replacements, epac_codes)
        for code in room.CODES
    },
}
HEAD = """\
# Errors

Every code that Modelyard may show, as a finding (something to mend in a stack file) or as a failure (what stopped a
command). Codes are stable. This page is made from the code.

Exit statuses: 0 done, 1 findings or failed checks, 2 usage, 3 refused by Azure, 4 engine, 5 sandbox, 6 inconclusive
only, 130 interrupted.
"""


def failures() -> Iterator[type[Failure]]:
    """Every failure that a module of the package defines, entry points of processes left out."""
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
    lines = [HEAD, "## Findings", "", "| code | severity | what it is |", "| --- | --- | --- |"]
    lines += [f"| `{code}` | {entry.severity} | {entry.title} |" for code, entry in sorted(FINDINGS.items())]
    lines += ["", "## Failures", "", "| code | exit status | what it is |", "| --- | --- | --- |"]
    known = {}
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


def test_a_code_belongs_to_one_failure_and_names_its_room() -> None:
    kinds = [kind for kind in failures() if not kind.__subclasses__()]
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes)), "a code means one thing"
    for kind in kinds:
        room = kind.__module__.split(".")[1]
        assert kind.code.startswith(f"{room}."), f"{kind.code} is kept in {room}"
