"""Tests of policies, as files: a rule or a definition, resources, and the effect expected for each.

    aliases: aliases.json            # optional; beside the file, or in its folder aliases/
    policy_definition: keyless.json  # a file, JSON text, or YAML; or a policy_rule in each case
    now: 2026-11-23T00:00:00Z        # optional; utcNow()
    cases:
      - note: keys are on
        resource: {type: Microsoft.CognitiveServices/accounts, properties: {disableLocalAuth: false}}
        parameters: {effect: Deny}   # bare values
        context: {requestContext: {apiVersion: 2025-06-01}}
        host_await: [{response: null}]   # related resources: null, one, or a list
        want_effect: Deny            # or one of want_undefined: true, want_undecided: [properties.x],
                                     # want_failed: true, want_error: true or what the refusal says

The tag `!unknown` marks a value that isn't known yet. The format is that of Microsoft's open policy evaluator (regorus,
tests/azure_policy) with the keys `now`, `want_undecided`, `want_failed` and `want_error` added. Of its habits two are
kept: plain paths may stand for fields, and where a file names aliases, `properties.tags` is taken for the resource's
tags.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.policy import RuleOutcome, RuleResult
from modelyard.policy.effects.changes import FieldOperation
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language import dates
from modelyard.policy.language.context import EvaluationContext, RelatedQuery, nobody_knows
from modelyard.policy.language.explanation import Explanation
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN, EvaluationFailed
from modelyard.policy.testing import schema
from modelyard.policy.testing.loader import Case, CaseFile, read

SOMEWHERE = {
    "resourceGroup": {"name": "myResourceGroup", "location": "eastus"},
    "subscription": {"subscriptionId": "00000000-0000-0000-0000-000000000000"},
}
"""The surroundings of a case that names none."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case came out. `decided_by` are the parts of the rule that decided, where there was a result."""

    case: Case
    passed: bool
    wanted: str
    got: str
    reason: str = ""
    decided_by: tuple[Explanation, ...] = field(default=(), repr=False)

    def lines(self) -> Iterator[str]:
        """The result for people; a failure with the expression that decided it."""
        yield f"{'passed' if self.passed else 'failed'}  {self.case.position}  {self.case.note}"
        if self.passed:
            return
        yield f"  wanted {self.wanted}, got {self.got}"
        yield from (f"  {line}" for line in self.reason.splitlines())
        for part in self.decided_by:
            yield from (f"  {line}" for line in part.lines())


def check(path: Path) -> tuple[CaseResult, ...]:
    """The results of all cases in a file. Raises `policy.cases-unreadable`, `policy.aliases-unreadable`."""
    return run(read(path))


def run(file: CaseFile) -> tuple[CaseResult, ...]:
    """The results of a file's cases; a definition that can't be read fails the cases that are of it."""
    return tuple(_run(file, case) for case in file.cases)


def _run(file: CaseFile, case: Case) -> CaseResult:
    if case.wrong:
        return CaseResult(case, passed=False, wanted="a case that can be run", got="one that can't", reason=case.wrong)
    written = file.definition_of(case.written)
    if written.problem:
        why = f"the definition can't be read: {written.problem}"
        return CaseResult(case, not written.named and _expects(case, why), _wanted(case), "refused", why)
    try:
        definition = Definition.load(written.document, written.fields, name=case.note, open_parameters=written.alone)
        policy = definition.bind(case.written.get("parameters") or {}, policy=_policy(case.written))
    except PolicyFailure as wrong:
        return CaseResult(case, _expects(case, str(wrong)), _wanted(case), "refused", str(wrong))
    result = policy.evaluate(EvaluatedResource(_resource(file, case.written), _context(file, case.written)))
    wanted, got = _wanted(case), _got(result)
    passed, reason = _as_wanted(result, case.written, wanted, got), result.reason
    if passed and (unlike := _unlike(result, case.written.get("want_details"))):
        passed, got, reason = False, f"{got} with other changes", unlike
    return CaseResult(case, passed, wanted, got, reason, () if passed else _decided_by(result))


def _decided_by(result: RuleResult) -> tuple[Explanation, ...]:
    """The deciding conditions; for an …IfNotExists effect, those that related resources were held to as well."""
    if result.outcome is RuleOutcome.NOT_APPLICABLE:
        return ()
    related = result.related
    return (result.decided_by, *(() if related is None else (related.decisive(),)))


def _expects(case: Case, refusal: str) -> bool:
    """Whether a refusal is what the case is for; `want_error` may quote a part of it."""
    said = case.written.get("want_error")
    if isinstance(said, str):
        return said.lower() in refusal.lower()
    return bool(said) or any(_states(case.written, key) for key in schema.REFUSALS)


def _states(written: Mapping[str, Any], key: str) -> bool:
    """Whether an expectation is stated, in our words or in a part of regorus' own."""
    names = (key, *(other for other, same in schema.IN_OTHER_WORDS.items() if same == key))
    return any(written.get(name) not in {None, False} for name in names)


def _policy(written: Mapping[str, Any]) -> Mapping[str, str] | None:
    found = (written.get("context") or {}).get("policy")
    return found if isinstance(found, dict) else None


def _resource(file: CaseFile, written: Mapping[str, Any]) -> dict[str, Any]:
    resource = dict(written.get("resource") or {})
    inner = resource.get("properties")
    if file.tags_in_properties and "tags" not in resource and isinstance(inner, dict) and "tags" in inner:
        resource["tags"] = inner["tags"]
    if "api_version" in written:
        resource.setdefault("apiVersion", written["api_version"])
    return resource


def _context(file: CaseFile, written: Mapping[str, Any]) -> EvaluationContext:
    around = written.get("context") or SOMEWHERE
    now = dates.moment(str(written.get("now", around.get("utcNow", file.now))))
    request = around.get("requestContext", written.get("request_context"))
    if request is None:
        request = {"apiVersion": written["api_version"]} if "api_version" in written else UNKNOWN
    answers = written.get("host_await")
    response = answers[0].get("response") if answers else None
    found = [] if response is None else response if isinstance(response, list) else [response]

    def related(query: RelatedQuery) -> list[Any]:
        """The answer, whose type is the one that was asked for where nothing else is said."""
        return [{"type": query.type, **each} for each in found]

    return EvaluationContext(
        now=UNKNOWN if now is None else now,
        resource_group=around.get("resourceGroup", UNKNOWN),
        subscription=around.get("subscription", UNKNOWN),
        request=request,
        related=nobody_knows if answers is None else related,
    )


def _wanted(case: Case) -> str:
    written = case.written
    if "want_undecided" in written:
        places = written["want_undecided"]
        return f"undecided, waiting for {', '.join(places)}" if isinstance(places, list) else "undecided"
    if _states(written, "want_failed"):
        return "a failed evaluation"
    if isinstance(said := written.get("want_error"), str):
        return f"refused with '{said}'"
    if any(_states(written, key) for key in schema.REFUSALS):
        return "refused"
    effect = written.get("want_effect")
    return "no effect" if effect is None or written.get("want_undefined") else str(effect)


def _got(result: RuleResult) -> str:
    if result.outcome is RuleOutcome.UNDECIDED:
        return f"undecided, waiting for {', '.join(result.waits_for)}"
    if result.outcome is RuleOutcome.FAILED:
        return "a failed evaluation"
    return result.effect_as_written or "no effect"


def _as_wanted(result: RuleResult, written: Mapping[str, Any], wanted: str, got: str) -> bool:
    if result.outcome is RuleOutcome.UNDECIDED:
        places = written.get("want_undecided")
        return places is True or (isinstance(places, list) and set(places) == set(result.waits_for))
    return wanted.lower() == got.lower()


def _unlike(result: RuleResult, wanted: Any) -> str:
    """How the computed changes differ from those wanted; a field may be given as written or as it comes out."""
    if wanted is None:
        return ""
    try:
        changes = [change for change in result.changes if change.applies is True]
    except EvaluationFailed as wrong:
        return f"the changes can't be computed: {wrong}"
    rows = wanted if isinstance(wanted, list) else wanted.get("operations", [])
    if len(rows) == len(changes) and all(map(_is_change, rows, changes)):
        return ""
    made = [f"{each.operation} {each.written} = {each.value!r}" for each in changes]
    return f"the changes are {'; '.join(made) or 'none'}"


def _is_change(row: Mapping[str, Any], change: FieldOperation) -> bool:
    named = row.get("field") in (change.written, change.field.name if change.field else None)
    operation = str(row.get("operation", change.operation)).lower()
    return named and row.get("value") == change.value and operation == change.operation.lower()
