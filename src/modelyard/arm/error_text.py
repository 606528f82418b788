"""What ARM's error says beside its message, in lines that people read.

Each line has a word for what it is. A refusal by Azure Policy has one `PolicyViolation` in `additionalInfo` for each
assignment that denied; its shape is captured in Azure/azure-service-operator#5074 (B) and shown in Microsoft docs,
enforce-job-execution-hybrid-worker (A).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.arm.errors import ArmError


def lines(error: ArmError) -> list[str]:
    """One thing a line, indented as what belongs to the message above them."""
    return [f"  {word + ':':<8} {text}" for word, text in _parts(error)]


def _parts(error: ArmError) -> Iterator[tuple[str, str]]:
    if error.target:
        yield "target", error.target
    for detail in error.details:
        yield "detail", _detail(detail)
    for part in error.additional_info:
        info = part.get("info")
        if part.get("type") == "PolicyViolation" and isinstance(info, Mapping):
            yield from _violation(info)
        else:
            yield "info", _text(part)


def _detail(part: Mapping[str, Any]) -> str:
    if set(part) <= {"code", "message", "target"} and "code" in part:
        return f'Code="{part["code"]}" Message="{part.get("message", "")}"'
    return _text(part)


def _violation(info: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The policy, and each condition that decided. Azure leaves out what it doesn't want to tell."""
    definition = info.get("policyDefinitionDisplayName") or info.get("policyDefinitionName") or "?"
    assignment = info.get("policyAssignmentDisplayName") or info.get("policyAssignmentName") or "?"
    effect, place = info.get("policyDefinitionEffect") or "?", info.get("policyAssignmentId") or "?"
    initiative = info.get("policySetDefinitionName")
    member = f", {info.get('policyDefinitionReferenceId') or '?'} of {initiative}" if initiative else ""
    yield "policy", f"{definition} ({effect}){member}, assigned as {assignment}: {place}"
    details = info.get("evaluationDetails")
    for each in (details.get("evaluatedExpressions") if isinstance(details, Mapping) else None) or ():
        found = f"is {_text(each['expressionValue'])}" if "expressionValue" in each else "isn't there"
        wanted = f"{each.get('operator', '?')} {_text(each.get('targetValue'))}"
        yield "because", f"{each.get('expression', '?')} {found}; {wanted} is {each.get('result', '?')}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
