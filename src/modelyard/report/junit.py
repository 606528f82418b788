"""A report as JUnit XML, which pipelines show as tests: one case a finding, a finding, a check, a step and a failure.

An inconclusive check, and a finding that something could not be verified, is an error rather than a failure: the run
could not tell, which is not the same as a no. One that is not proved is skipped, and its text begins with "not proved".

A finding fails where it fails the command: what weighs enough, and no baseline knows. Else one that is open, exempt or
known is skipped with its reason; what Azure would only report or change passes, with its text as output.
"""

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from modelyard.findings import Severity
from modelyard.report import policy_text, text
from modelyard.report.policy_finding import VIOLATIONS, category
from modelyard.report.result import Outcome, Report
from modelyard.report.text_escapes import legible


def write(report: Report) -> str:
    """The XML document, with one suite named after the command and the stack."""
    report = legible(report)
    suite = TestSuite(f"modelyard {report.command} {report.stack}".strip())
    for name, value in _where(report).items():
        suite.add_property(name, value)
    suite.add_testcases(
        [*_findings(report), *_policy_findings(report), *_checks(report), *_steps(report), *_failures(report)]
    )
    document = JUnitXml("modelyard")
    document.add_testsuite(suite)
    document.update_statistics()
    rendered = document.tostring()
    return rendered.decode() if isinstance(rendered, bytes) else str(rendered)


def _where(report: Report) -> dict[str, str]:
    """The suite's properties: the cloud that the command worked in, as far as it knows it."""
    if report.destination is None:
        return {}
    at = report.destination
    said = {"target": at.target, "tenant": at.tenant, "subscription": at.subscription}
    return {**said, "rehearsal": str(at.rehearsal).lower()}


def _findings(report: Report) -> list[TestCase]:
    cases = []
    for each in report.findings:
        case = TestCase(each.path or each.code, classname=each.code)
        if each.severity is Severity.ERROR:
            case.result = [Failure(text.finding(each), each.severity.value)]
        elif each.unverified:
            case.result = [Error(text.finding(each), "unverified")]
        else:
            case.system_out = text.finding(each)
        cases.append(case)
    return cases


def _policy_findings(report: Report) -> list[TestCase]:
    cases = []
    for each in sorted(report.policy_findings, key=lambda finding: finding.key):
        case = TestCase(f"{each.resource_name or each.resource}: {each.policy or each.definition}", classname="policy")
        if report.fails(each):
            case.result = [Failure(policy_text.block(each), each.effect)]
        elif category(each) not in VIOLATIONS:
            case.result = [Skipped(policy_text.line(each))]
        else:
            case.system_out = policy_text.block(each)
        cases.append(case)
    return cases


def _checks(report: Report) -> list[TestCase]:
    cases = []
    for each in report.checks:
        case = TestCase(each.subject, classname=each.id, time=round(each.seconds, 3))
        if each.outcome is Outcome.FAILED:
            case.result = [Failure(text.check(each), "check")]
        elif each.outcome is Outcome.INCONCLUSIVE:
            case.result = [Error(text.check(each), "inconclusive")]
        elif each.outcome is Outcome.SKIPPED:
            case.result = [Skipped(each.reason)]
        elif each.outcome is Outcome.NOT_PROVED:
            case.result = [Skipped(f"not proved: {each.reason}")]
        elif each.attempts > 1:
            case.system_out = text.check(each)
        cases.append(case)
    return cases


def _steps(report: Report) -> list[TestCase]:
    cases = []
    for each in report.steps:
        case = TestCase(each.name, classname="step", time=round(each.seconds, 3))
        if each.outcome is Outcome.FAILED:
            case.result = [Failure(each.detail, "step")]
        elif each.changes:
            case.system_out = "\n".join(change.text for change in each.changes)
        cases.append(case)
    return cases


def _failures(report: Report) -> list[TestCase]:
    cases = []
    for each in report.failures:
        case = TestCase(each.code, classname="failure")
        case.result = [Failure(str(each), each.code)]
        cases.append(case)
    return cases
