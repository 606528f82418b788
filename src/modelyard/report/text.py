"""A report as text for people: where it worked, findings, policy findings, checks that need attention, a closing line.

Steps are not among it: whoever waits for a longer command sees each as it ends.

Plain text with marks that need no colour; a terminal gets colour from the command line, which knows what it writes to.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from modelyard.display import shown
from modelyard.findings import Finding, Severity
from modelyard.report import failures
from modelyard.report.result import Check, Outcome, Report, Step

MARKS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.SKIPPED: "–",
    Outcome.INCONCLUSIVE: "?",
    Outcome.NOT_PROVED: "○",
}
BELOW = "\n" + " " * 14
"""A further line of a check's reason, beneath its first."""


def write(report: Report, *, verbose: bool = False, least: Severity = Severity.NOTE, headed: bool = True) -> str:
    """The report with findings of the least weight and above; `verbose` shows all, and checks that passed as well.

    Without `headed` the first line, on where the command worked, is left out. Of policy findings only violations are
    shown where the least weight is an error; else what is open or exempt as well.
    """
    weight = 0 if verbose else least.weight
    blocks = [
        *(head(report) if headed else ()),
        *(finding(each) for each in report.findings if each.severity.weight >= weight),
        *_policy_findings(report, verbose=verbose, violations_only=least is Severity.ERROR),
        *(check(each) for each in report.checks if verbose or each.outcome is not Outcome.PASSED),
        *(() if report.stopped else failures.blocks(report.failures)),
    ]
    lines = [*blocks, *filter(None, [report.text.rstrip("\n"), built_ins(report), summary(report)])]
    return shown("\n".join(lines)) + "\n" if lines else ""


def head(report: Report) -> tuple[str, ...]:
    """The first line: the target, the tenant and the subscription, where the command worked in one."""
    return (shown(f"target: {report.destination}"),) if report.destination else ()


def stop(report: Report) -> str:
    """Why the command came to no result; empty where it came to one."""
    return "".join(f"{shown(block)}\n" for block in failures.blocks(report.failures)) if report.stopped else ""


def finding(each: Finding) -> str:
    """`file:line:column: error: message [code]`, which editors and pipelines can jump to, then its parts."""
    head = f"{each.position}: " if each.position else ""
    lines = [f"{head}{each.severity}: {each.message} [{each.code}]"]
    lines += [f"  {label + ':':<9}{text}" for label, text in about(each)]
    return "\n".join(lines)


def about(each: Finding) -> Iterator[tuple[str, str]]:
    """Label and text of what a finding says beside its message."""
    parts = (("at", each.path), ("found", each.found), ("allowed", each.allowed), ("do", each.remedy))
    return ((label, text) for label, text in parts if text)


def check(each: Check) -> str:
    """One line; what was expected, what was seen and why follow only where they differ."""
    line = f"{MARKS[each.outcome]} {each.id}  {each.subject}"
    between = f", {each.waited:.1f} s of waiting between them" if each.waited else ""
    again = f"{each.attempts} calls{between}" if each.attempts > 1 else ""
    if each.outcome is Outcome.PASSED:
        seen = "; ".join(filter(None, (each.observed, again)))
        return f"{line}: {seen}" if seen else line
    if each.outcome in {Outcome.SKIPPED, Outcome.NOT_PROVED}:
        return f"{line}: {'; '.join(filter(None, (each.observed, each.reason)))}"
    parts = (("expected", each.expected), ("observed", each.observed), ("reason", each.reason), ("asked", again))
    lines = [line, *(f"    {label + ':':<10}{text}" for label, text in parts if text)]
    return "\n".join(line.replace("\n", BELOW) for line in lines)


def step(each: Step) -> str:
    """One line: mark, name, time in seconds, detail."""
    return f"{MARKS[each.outcome]} {each.name:<10}{each.seconds:6.1f} s  {each.detail}".rstrip()


def summary(report: Report) -> str:
    """The closing line: findings by severity, policy findings by category, checks by outcome, and what failed."""
    counts = []
    if report.findings:
        severities = Counter(each.severity.value for each in report.findings)
        counts.append(_counted(severities, ("error", "warning", "note"), "no findings"))
    if report.policy_findings:
        from modelyard.report import policy_text

        counts.append(policy_text.counted(report.policy_findings))
    if report.checks:
        counts.append(outcomes(report.checks, report.countable))
    if report.failures and (counts or report.text):  # else the failure itself is what is read last
        counts.append(failures.closing(report.failures))
    return "; ".join(counts)


def built_ins(report: Report) -> str:
    """How old the built-in policies are that were evaluated; empty where none came along."""
    return f"{report.built_ins}" if report.built_ins else ""


def outcomes(checks: Iterable[Check], countable: Iterable[Outcome] = Outcome) -> str:
    """How many checks had each outcome. Each is named, so that a reader sees that none was left out."""
    counts = Counter(each.outcome for each in checks)
    return ", ".join(f"{counts[outcome]} {outcome.value.replace('-', ' ')}" for outcome in countable)


def _policy_findings(report: Report, *, verbose: bool, violations_only: bool) -> Iterable[str]:
    """Their blocks. What they are written with is loaded only where there are any: most commands never have one."""
    if not report.policy_findings:
        return ()
    from modelyard.report import policy_text

    return policy_text.blocks(report.policy_findings, verbose=verbose, violations_only=violations_only)


def _counted(counts: Counter[str], words: Iterable[str], none: str) -> str:
    return (
        ", ".join(f"{counts[word]} {word}{'s' if counts[word] != 1 else ''}" for word in words if counts[word]) or none
    )
