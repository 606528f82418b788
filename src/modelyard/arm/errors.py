"""ARM's error envelope: `{"error": {"code", "message", "target"?, "details"?, "additionalInfo"?}}`.

Source: ErrorResponse and ErrorDetail of azure-mgmt-cognitiveservices 14.1. A refusal by Azure Policy has one
`PolicyViolation` in `additionalInfo` for each assignment that denied; its shape is captured in
Azure/azure-service-operator#5074 (B) and shown in Microsoft docs, enforce-job-execution-hybrid-worker (A).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.arm.json_path import ArmDocument, ArmObject


@dataclass(eq=False)
class ArmError(Exception):
    """An error as ARM words it; `status` is the HTTP status it comes with."""

    status: int
    code: str
    message: str
    target: str | None = None
    details: Sequence[ArmObject] = ()
    additional_info: Sequence[ArmObject] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def body(self) -> ArmDocument:
        """The envelope, with the optional members only where they say something."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target is not None:
            error["target"] = self.target
        if self.details:
            error["details"] = list(self.details)
        if self.additional_info:
            error["additionalInfo"] = list(self.additional_info)
        return {"error": error}


def parse(status: int, body: object) -> ArmError:
    """The error in a reply's JSON. A reply in no known shape keeps its text, so that nothing is lost on the way."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return ArmError(status, str(status), str(body))
    return ArmError(
        status,
        str(error.get("code") or status),
        str(error.get("message") or ""),
        target=error.get("target"),
        details=tuple(error.get("details") or ()),
        additional_info=tuple(error.get("additionalInfo") or ()),
    )


def lines(error: ArmError) -> list[str]:
    """What the error says beside its message, in lines that people read.

    One fact a line, with a word for what it is, indented as what belongs to the message above them.
    """
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
