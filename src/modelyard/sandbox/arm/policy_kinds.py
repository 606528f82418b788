"""What the kinds of policy documents share: they are kept for the evaluator too, and live at scopes of several forms.

Definitions and initiatives are at the subscription (the row's path) or at the management group; assignments and
exemptions at any scope.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import Scope
from modelyard.policy.documents import built_ins
from modelyard.policy.failures import PolicyFailure
from modelyard.sandbox import management_groups
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, odata
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import ANY, OBJECT, Form
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing, timestamp
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy import active_assignments, documents
from modelyard.sandbox.policy.documents import COLLECTION, Entry
from modelyard.sandbox.store import Document

SOURCE = "azure-mgmt-resource-policy 1.0"
NAME_LENGTH = 64  # Microsoft docs, definition-structure-basics (A)
SELECTORS: Form = [{"kind": str, "in": [str], "notIn": [str]}]
RESOURCE_SELECTORS: Form = [{"name": str, "selectors": SELECTORS}]
PARAMETERS: Form = {"*": {"type": str, "allowedValues": [ANY], "metadata": OBJECT}}
OWN_RULE = "the rule is an equivalent of Azure's, not its text"
NO_RULE = "the sandbox has no rule for this built-in: assignments of it are not evaluated"


def keep(change: ResourceChange, document: Document) -> None:
    """Let the evaluator see the document."""
    change.call.azure.store.put(COLLECTION, change.key, document)


def forget(azure: LocalAzure, key: str, _document: Document) -> None:
    """Let the evaluator see it no longer."""
    azure.store.delete(COLLECTION, key)


def check_name(change: ResourceChange) -> None:
    """Refuses names that Azure has no room for."""
    if len(change.name) > NAME_LENGTH or set(change.name) & set("%&\\?<>#*:"):
        rule = f"up to {NAME_LENGTH} characters, none of % & \\ ? < > # * :"
        raise refuse("bad-name", name=change.name, type=change.kind.type, rule=rule)


def metadata(change: ResourceChange) -> ArmDocument:
    """`metadata` with who wrote the document and when, as the service fills it in."""
    call, before = change.call, change.was("properties", "metadata") or {}
    by, at = call.caller.object_id if call.caller else None, timestamp(call.now)
    made = {name: before.get(name) for name in ("createdBy", "createdOn")} if before else {}
    return {
        **(change.properties.get("metadata") or {}),
        "createdBy": made.get("createdBy") or by,
        "createdOn": made.get("createdOn") or at,
        "updatedBy": by if before else None,
        "updatedOn": at if before else None,
    }


def told(failure: PolicyFailure) -> str:
    """A failure of the evaluator as part of a sentence: where, what, and what is allowed."""
    allowed = f"; allowed: {failure.allowed}" if failure.allowed else ""
    return f"{failure.where}: {failure.what}{allowed}"


# --- who uses what ---------------------------------------------------------------------------------------------------


def assignments_of(azure: LocalAzure, id: str) -> Iterator[Document]:  # noqa: A002 - ARM calls it id
    """The assignments of a definition or an initiative."""
    for one in documents.documents(azure, documents.ASSIGNMENTS):
        if str(one["properties"]["policyDefinitionId"]).lower() == id.lower():
            yield one


def sets_with(azure: LocalAzure, id: str) -> Iterator[Document]:  # noqa: A002 - ARM calls it id
    """The initiatives that a definition is in."""
    for one in documents.documents(azure, documents.SETS):
        members = {str(row["policyDefinitionId"]).lower() for row in one["properties"]["policyDefinitions"]}
        if id.lower() in members:
            yield one


def check_update(change: ResourceChange, entry: Entry) -> None:
    """Refuses a change of what is assigned that would leave an assignment unable to work."""
    azure, used = change.call.azure, [change.id]
    used += [str(one["id"]) for one in sets_with(azure, change.id)]
    for assignment in (one for id_ in used for one in assignments_of(azure, id_)):
        try:
            active_assignments.bind(azure, assignment, {change.key: entry})
        except PolicyFailure as failure:
            raise refuse(
                "policy-update-breaks", name=change.name, user=assignment["id"], reason=told(failure)
            ) from None


# --- definitions and initiatives: routes -----------------------------------------------------------------------------


def definition_routes(kind: SandboxKind, missing: str) -> tuple[ArmRoute, ...]:
    """Routes of definitions or of initiatives: at the subscription, at the management group, and Azure's own."""
    upper = replace(kind, row=kind.row.at(Scope.MANAGEMENT_GROUP))
    one, many = partial(_get, missing), partial(_list, kind.type)
    name = kind.row.name_parameter
    path = f"/providers/{kind.type}"
    own = (("GET", f"{path}/{{{name}}}", partial(_built_in, missing)), ("GET", path, partial(_built_ins, kind.type)))
    return (
        *crud.routes(kind, patch=False, one=one, collection=many, options={odata.FILTER}),
        *crud.routes(upper, patch=False, one=one, collection=many, options={odata.FILTER}),
        *(
            ArmRoute(
                verb=verb,
                path=where,
                answer=answer,
                action=None,
                type=kind.type,
                grade=Grade.A,
                source=SOURCE,
                options=frozenset({odata.FILTER}),
            )
            for verb, where, answer in own
        ),
    )


def _get(missing: str, kind: SandboxKind, call: ArmCall) -> ArmReply:
    found = call.azure.store.get("resources", kind.row.id(call.parameters).lower())
    if found is None:
        raise refuse(missing, name=call.parameters[kind.row.name_parameter])
    return ArmReply(200, found)


def _list(arm_type: str, kind: SandboxKind, call: ArmCall) -> ArmReply:
    """Those of the scope, those of the management groups above it, and Azure's own."""
    own = str(kind.row.id({**call.parameters, kind.row.name_parameter: ""})).lower()
    wanted = {own, *(f"{each}/providers/{arm_type}/".lower() for each in management_groups.chain(call.azure, own))}
    found: list[Mapping[str, Any]] = [
        one for key, one in call.azure.store.scan(COLLECTION) if key.rpartition("/")[0] + "/" in wanted
    ]
    return listing(list(_filtered([*found, *_own(arm_type)], call)))


def _own(arm_type: str) -> Iterable[Mapping[str, Any]]:
    return (one for one in built_ins.documents().values() if one["type"] == arm_type)


def _filtered(found: Iterable[Mapping[str, Any]], call: ArmCall) -> Iterator[Mapping[str, Any]]:
    """Those that the filter keeps: `policyType eq 'Custom'`, `category eq 'Tags'`, and `atExactScope()`, by which
    nothing of another scope is listed.
    """
    wanted = odata.wanted(call, ("policyType", "category"), ("atExactScope",))
    at = f"{call.path.partition('/providers/Microsoft.Authorization')[0]}/".lower()
    for one in found:
        properties = one["properties"]
        about = {
            "policyType": properties.get("policyType", "Custom"),
            "category": (properties.get("metadata") or {}).get("category"),
        }
        here = "atexactscope" not in wanted.functions or str(one["id"]).lower().startswith(at)
        if here and wanted.keeps(about.get):
            yield one


def _built_in(missing: str, call: ArmCall) -> ArmReply:
    found = built_ins.documents().get(call.path.lower())
    if found is None:
        advice = "the sandbox knows the built-ins that matter to AI services; others can be assigned, and do nothing"
        raise refuse(missing, name=call.path.rpartition("/")[2], advice=advice)
    ruled = documents.built_in(call.path.lower()) is not None
    return ArmReply(200, found, {"x-modelyard-note": OWN_RULE if ruled else NO_RULE})


def _built_ins(arm_type: str, call: ArmCall) -> ArmReply:
    return listing(list(_filtered(_own(arm_type), call)))
