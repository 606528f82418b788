"""Tests of policies: files of cases, each with a definition, a resource and the effect it should get."""

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from modelyard.failures import Failure
from modelyard.operations.context import OperationContext
from modelyard.policy.testing import runner
from modelyard.report.result import Check, Outcome, Report

ENDINGS = ("*.yaml", "*.yml")
ENDS = (Outcome.PASSED, Outcome.FAILED)
"""How a case can end: a policy's effect is calculated here, so that none is left open."""


def test_policies(files: Sequence[Path], context: OperationContext) -> Report:
    """Run tests of policies.

    `files` are YAML files of cases, folders of them, or patterns; docs/policy-cases.md has their format.
    `Report.checks` has one check a case; `failures` has each file that can't be read as cases. Raises nothing.
    """
    checks: list[Check] = []
    failures: list[Failure] = [] if files else [Failure.of("cli.no-cases", case="unnamed")]
    for file in _files(files, failures):
        context.progress.passing(f"  {file} …")
        begun = time.perf_counter()
        try:
            results = runner.check(file)
        except Failure as failure:  # the other files are still worth their run
            failures.append(failure)
            continue
        each = (time.perf_counter() - begun) / len(results)
        checks += [_check(result, each) for result in results]
    context.progress.clear()
    return Report(command="policy test", checks=tuple(checks), failures=tuple(failures), countable=ENDS)


def _files(places: Iterable[Path], failures: list[Failure]) -> Iterator[Path]:
    """Each file once, in the order given; a shell that leaves patterns alone is no reason to refuse one."""
    found: dict[Path, None] = {}
    for place in places:
        files = [place]
        if place.is_dir():
            files = sorted(file for ending in ENDINGS for file in place.rglob(ending))
        elif "*" in str(place) and not place.exists():
            files = sorted(Path(place.anchor).glob(str(place.relative_to(place.anchor))))
        if not files:
            failures.append(Failure.of("cli.no-cases", case="unmatched", place=place))
        found.update(dict.fromkeys(files))
    yield from found


def _check(result: runner.CaseResult, seconds: float) -> Check:
    why = [] if result.passed else [line.removeprefix("  ") for line in result.lines()][2:]
    return Check(
        id="policy.case",
        subject=f"{result.case.position}  {result.case.note}".rstrip(),
        outcome=Outcome.PASSED if result.passed else Outcome.FAILED,
        expected=result.wanted,
        observed=result.got,
        reason="\n".join(why),
        seconds=seconds,
    )
