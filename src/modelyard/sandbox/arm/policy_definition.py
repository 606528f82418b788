"""Policy definitions. What the evaluator can't take as Azure would is refused when it is written, by name and place."""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.kinds import POLICY_DEFINITION
from modelyard.policy.documents.definition import Definition
from modelyard.policy.failures import DefinitionRefused
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import policy_kinds
from modelyard.sandbox.arm.answers import ArmRefusal, refuse
from modelyard.sandbox.arm.body_schema import ANY, OBJECT, Form
from modelyard.sandbox.arm.call import ArmCall
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.policy import documents
from modelyard.sandbox.store import Document

PROPERTIES: Mapping[str, Form] = {
    "description": str,
    "displayName": str,
    "metadata": OBJECT,
    "mode": str,
    "parameters": policy_kinds.PARAMETERS,
    "policyRule": ANY,
    "policyType": str,
    "version": str,
    "versions": [str],
}
MODE = "Indexed"  # what a definition without one has (Microsoft docs, definition-structure-basics, A)
VERSION = "1.0.0"


def _check(change: ResourceChange) -> None:
    policy_kinds.check_name(change)
    wanted = change.properties
    if str(wanted.get("policyType") or "Custom").lower() != "custom":
        reason = "Only definitions of type Custom can be written."
        raise refuse("bad-definition-request", name=change.name, reason=reason)
    if not isinstance(wanted.get("policyRule"), dict):
        raise refuse("bad-definition-request", name=change.name, reason="properties.policyRule is required.")
    try:
        entry = documents.load({"id": change.id, "name": change.name, "properties": wanted})
    except DefinitionRefused as failure:
        raise _refusal(change.name, failure) from None
    if change.existing:
        policy_kinds.check_update(change, entry)


def _note(change: ResourceChange) -> str | None:
    entry = documents.load({"id": change.id, "name": change.name, "properties": change.properties})
    return "; ".join(entry.notes) or None if isinstance(entry, Definition) else None


def _refusal(name: str, failure: DefinitionRefused) -> ArmRefusal:
    """The code of Azure's that fits the place of what is wrong."""
    told = policy_kinds.told(failure)
    if failure.place.startswith("parameters"):
        return refuse("bad-policy-parameters", name=name, reason=told)
    if failure.place == "mode":
        return refuse("bad-definition-request", name=name, reason=f"{told}.")
    if ".then.details" in failure.place:
        return refuse("bad-policy-details", name=name, advice=told)
    if failure.place.endswith(".field"):
        return refuse("bad-policy-alias", name=name, reason=f"{told}.")
    return refuse("bad-policy", reason=told)


def _fill(change: ResourceChange) -> dict[str, Any]:
    wanted = change.properties
    version = wanted.get("version") or change.was("properties", "version") or VERSION
    return {
        "properties": {
            **wanted,
            "policyType": "Custom",
            "mode": wanted.get("mode") or MODE,
            "metadata": policy_kinds.metadata(change),
            "version": version,
            "versions": wanted.get("versions") or [version],
        }
    }


def _going(call: ArmCall, existing: Document) -> None:
    for user in policy_kinds.sets_with(call.azure, str(existing["id"])):
        raise refuse("policy-in-set", name=existing["name"], user=user["id"])
    for user in policy_kinds.assignments_of(call.azure, str(existing["id"])):
        raise refuse("policy-in-assignment", name=existing["name"], user=user["id"])


KIND = SandboxKind(
    row=POLICY_DEFINITION,
    properties=PROPERTIES,
    grade=Grade.A,
    source=policy_kinds.SOURCE,
    check=_check,
    fill=_fill,
    wrote=policy_kinds.keep,
    going=_going,
    note=_note,
    removed=policy_kinds.forget,
    replaced=201,
)

ROUTES = policy_kinds.definition_routes(KIND, "policy-not-found")
