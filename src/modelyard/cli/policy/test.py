"""`modelyard policy test`."""

import time
from pathlib import Path

from modelyard.cli.options import Common
from modelyard.policy import cases
from modelyard.report.result import Check, Outcome, Report


def test(*files: Path, common: Common = Common()) -> Report:
    """Run files of policy cases: a definition, resources, and the effect each is to get.

    For example:

        modelyard policy test policies/azure/tests/*.yaml
        modelyard policy test cases.yaml --junit policies.xml

    Each failure is shown with the expression that decided it. The last line is `N passed, M failed`.

    Parameters
    ----------
    files
        YAML files of cases; docs/policy-cases.md has their format.
    """
    checks = []
    for file in files:
        begun = time.perf_counter()
        results = cases.check(file)
        each = (time.perf_counter() - begun) / max(len(results), 1)
        checks += [_check(result, each) for result in results]
    return Report(command="policy test", checks=tuple(checks))


def _check(result: cases.CaseResult, seconds: float) -> Check:
    why = [] if result.passed else list(result.lines())[2:]
    return Check(
        id="policy.case",
        subject=f"{result.case.position}  {result.case.note}",
        outcome=Outcome.PASSED if result.passed else Outcome.FAILED,
        expected=result.wanted,
        observed=result.got,
        reason="\n".join(line.strip() if number == 0 else line for number, line in enumerate(why)),
        seconds=seconds,
    )
