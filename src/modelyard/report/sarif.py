"""A report as SARIF 2.1.0, which code hosts show beside the lines of a pull request.

A rule is a policy definition, or a code of findings. A finding is a result: what is undecided, like a finding about
something that could not be verified, has the kind `open` (SARIF 3.27.9: not enough information to decide). What is
exempt or known is suppressed with its reason, and `partialFingerprints` come from the finding's key, so a result stays
the same one when lines move. `baselineState` is there only when policy findings were compared with a baseline.
Failures of the command are notifications of its invocation, and so are findings about no place in a file. Every result
has a file, since GitHub refuses the whole log for one that has none: what no line says stands on the first of the file
that was looked at.

The library's models lack `suppressions`, `baselineState`, `exitCode`, both kinds of notifications and `columnKind`,
and take members that they don't have as they are: those are written here as SARIF spells them.

Values shown are those of policy findings, which come from documents that hold UNKNOWN in place of secrets.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from sarif_pydantic.sarif import (
    ArtifactLocation,
    Invocation,
    Level,
    Location,
    LogicalLocation,
    Message,
    Notification,
    PhysicalLocation,
    Region,
    ReportingConfiguration,
    ReportingDescriptor,
    ReportingDescriptorReference,
    Result,
    Run,
    RunAutomationDetails,
    Sarif,
    Suppression,
    Tool,
    ToolDriver,
)

from modelyard import __version__
from modelyard.display import escaped_json
from modelyard.failures import Failure
from modelyard.findings import Finding, Position, Severity
from modelyard.report import policy_text, text
from modelyard.report.policy_finding import FindingCategory, PolicyFinding, category
from modelyard.report.result import Report
from modelyard.report.text_escapes import legible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "modelyard/v1"
ROOT = "%SRCROOT%"
LEVELS: Mapping[Severity, Level] = {
    Severity.ERROR: Level.ERROR,
    Severity.WARNING: Level.WARNING,
    Severity.NOTE: Level.NOTE,
}
KINDS: Mapping[FindingCategory, str] = {
    FindingCategory.UNDECIDED: "open",
    FindingCategory.ATTESTED: "review",
    FindingCategory.PROTECTED: "informational",
}
"""Of policy findings that are no violations; SARIF wants level `none` with them (3.27.10)."""


def write(report: Report, root: Path | None = None) -> str:
    """The log, with one run. Files are named relative to `root`, where they lie below it."""
    report = legible(report)
    rules: dict[str, ReportingDescriptor] = {}
    placed = [each for each in report.findings if each.position]
    results = [*_policy_findings(report, root, rules), *_findings(placed, root, rules)]
    at = {name: index for index, name in enumerate(rules)}
    for each in results:
        each.rule_index = at[str(each.rule_id)]
    driver = ToolDriver(name="Modelyard", semantic_version=__version__, rules=list(rules.values()))
    # A rehearsal of a stack is another category than the stack in Azure, so that a code host keeps both results.
    category = "/".join(filter(None, ("modelyard", report.command, report.stack, report.target)))
    run = Run(
        tool=Tool(driver=driver),
        results=list(results),
        invocations=[_invocation(report)],
        automation_details=RunAutomationDetails(id=f"{category}/"),
        columnKind="unicodeCodePoints",
        properties=_where(report),
    )
    log = Sarif.model_validate({"$schema": SCHEMA, "runs": [run]})
    return f"{escaped_json(log.model_dump_json(by_alias=True, exclude_none=True, indent=2))}\n"


def _where(report: Report) -> dict[str, Any] | None:
    """The run's properties: the cloud that the command worked in, and how old the built-ins are."""
    at = report.destination
    found: dict[str, Any] = {} if report.built_ins is None else {"builtIns": report.built_ins.document}
    if at is not None:
        found |= {
            "target": at.target,
            "tenant": at.tenant,
            "subscription": at.subscription,
            "rehearsal": at.rehearsal,
        }
    return found or None


def _policy_findings(report: Report, root: Path | None, rules: dict[str, ReportingDescriptor]) -> Iterator[Result]:
    ordered = sorted(report.policy_findings, key=lambda each: each.key)
    alike: dict[str, list[PolicyFinding]] = {}
    for each in ordered:
        alike.setdefault(_rule_id(each), []).append(each)
    for name, group in alike.items():
        rules[name] = _policy(name, group)
    for each in ordered:
        yield _result(each, root, report.file, compared=report.baseline)


def _result(each: PolicyFinding, root: Path | None, file: str, *, compared: bool) -> Result:
    kind = KINDS.get(category(each), "fail")
    state = ("unchanged" if each.known else "new") if compared else None
    return Result(
        rule_id=_rule_id(each),
        kind=kind,
        level=LEVELS[each.severity] if kind == "fail" else Level.NONE,
        message=Message(text=_message(each)),
        locations=[_place(each.position, root, each, file)],
        partial_fingerprints={FINGERPRINT: fingerprint(each.key)},
        suppressions=_suppressions(each),
        baselineState=state,
        properties=_properties(each),
    )


def _message(each: PolicyFinding) -> str:
    """One sentence first, for lists that show no more; then the parts, a line each."""
    lines = [policy_text.sentence(each), *(f"{label}: {said}" for label, said in policy_text.parts(each))]
    return "\n".join(lines)


def _properties(each: PolicyFinding) -> dict[str, Any]:
    """What a program wants and the message doesn't hold in a form for it."""
    named = {
        "resource": each.resource,
        "resourceType": each.resource_type,
        "urn": each.urn,
        "state": each.state,
        "effect": each.effect,
        "assignment": each.assignment_id,
        "scope": each.scope,
        "reference": each.reference,
        "initiative": each.initiative,
        "sources": list(each.sources),
        "changes": list(each.changes),
        "waitsFor": list(each.waits_for),
    }
    return {name: value for name, value in named.items() if value}


def _suppressions(each: PolicyFinding) -> list[Suppression] | None:
    """Who said that it may be so: an exemption in Azure, or the baseline file."""
    if category(each) is FindingCategory.EXEMPT:
        return [Suppression(kind="external", status="accepted", justification=f"exemption {each.exemption}".strip())]
    if each.known:
        return [Suppression(kind="external", status="accepted", justification="known in the baseline")]
    return None


def _rule_id(each: PolicyFinding) -> str:
    """The definition's ARM id without its leading slash: SARIF reads slashes as a hierarchy."""
    return each.definition.strip("/") or each.policy


def _policy(name: str, group: Sequence[PolicyFinding]) -> ReportingDescriptor:
    """The rule of a definition: it weighs what the heaviest of its findings does, and says what that one says."""
    each = min(group, key=lambda finding: (-finding.severity.weight, finding.key))
    member = f" It is member {each.reference} of initiative '{each.initiative}'." if each.initiative else ""
    remedy = f" What to do: {each.remedy}." if each.remedy else ""
    about = f"Azure Policy '{each.policy}', assigned as '{each.assignment}' at {each.scope}.{member}{remedy}"
    effects = {finding.effect for finding in group if finding.effect}
    controls = {control for finding in group for control in finding.frameworks}
    return ReportingDescriptor(
        id=name,
        name=each.policy,
        short_description=Message(text=each.policy or name),
        full_description=Message(text=about),
        help=Message(text=about),
        default_configuration=ReportingConfiguration(level=LEVELS[each.severity].value),
        properties={"tags": ["policy", *sorted(effects), *sorted(controls)]},
    )


def _findings(
    findings: Iterable[Finding], root: Path | None, rules: dict[str, ReportingDescriptor]
) -> Iterator[Result]:
    for each in findings:
        title = each.code.rpartition(".")[2].replace("-", " ")
        rules.setdefault(
            each.code,
            ReportingDescriptor(
                id=each.code,
                name=title,
                short_description=Message(text=title),
                full_description=Message(text=title),
                help=Message(text=each.remedy or title),
                default_configuration=ReportingConfiguration(level=LEVELS[each.severity].value),
                properties={"tags": ["configuration"]},
            ),
        )
        yield Result(
            rule_id=each.code,
            kind="open" if each.unverified else "fail",
            level=Level.NONE if each.unverified else LEVELS[each.severity],
            message=_told(each),
            locations=[_place(each.position, root, None)],
            partial_fingerprints={FINGERPRINT: fingerprint(f"{each.code}|{each.path}|{each.message}")},
        )


def _told(each: Finding) -> Message:
    return Message(text="\n".join([each.message, *(f"{label}: {said}" for label, said in text.about(each))]))


def _place(position: Position | None, root: Path | None, finding: PolicyFinding | None, file: str = "") -> Location:
    """The line in a file, or the first of the one that was looked at, and the resource."""
    physical = logical = None
    if position is not None:
        physical = PhysicalLocation(
            artifact_location=_artifact(position.file, root),
            region=Region(start_line=position.line, start_column=position.column),
        )
    elif file:
        physical = PhysicalLocation(artifact_location=_artifact(file, root), region=Region(start_line=1))
    if finding is not None:
        logical = [LogicalLocation(name=finding.resource_name, fully_qualified_name=finding.resource, kind="resource")]
    return Location(physical_location=physical, logical_locations=logical)


def _artifact(file: str, root: Path | None) -> ArtifactLocation:
    path = PurePath(file)
    if root is not None and path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    if path.is_absolute():
        return ArtifactLocation(uri=path.as_uri())
    return ArtifactLocation(uri=quote(path.as_posix()), uri_base_id=ROOT)


def _invocation(report: Report) -> Invocation:
    """Whether the command could do its work; what it found is no matter of that."""
    return Invocation(
        execution_successful=not report.failures,
        exitCode=int(report.status),
        toolExecutionNotifications=[_notification(each) for each in report.failures] or None,
        toolConfigurationNotifications=[_remark(each) for each in report.findings if not each.position] or None,
    )


def _remark(each: Finding) -> Notification:
    return Notification(
        descriptor=ReportingDescriptorReference(id=each.code), level=LEVELS[each.severity], message=_told(each)
    )


def _notification(each: Failure) -> Notification:
    return Notification(
        descriptor=ReportingDescriptorReference(id=each.code), level=Level.ERROR, message=Message(text=str(each))
    )


def fingerprint(key: str) -> str:
    """The key, of one length and without characters that a code host may trip on."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
