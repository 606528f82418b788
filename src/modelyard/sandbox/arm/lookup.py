"""Finding resources of any kind: one, a list, what a resource stands in, and the refusal of what isn't there."""

from collections.abc import Iterator, Mapping

from modelyard.arm.resource_types import PARAMETER, scope_parameter
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import SandboxKind
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document


def get(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """The resource as it is now."""
    return ArmReply(200, found(kind, call))


def list_all(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """The resources of the kind below the path."""
    where = kind.row.path.rpartition("/")[0]
    if "resourceGroupName" in call.parameters:
        require_parent(kind, call, "read")
        prefix = f"{_fill(where, call.parameters)}/"
    else:
        prefix = f"{call.subscription}/"
    return listing(list(collect(call.azure, prefix, kind.type)))


def collect(azure: LocalAzure, prefix: str, arm_type: str) -> Iterator[Document]:
    """Documents of a type whose id begins with `prefix`, in the order of their ids."""
    wanted = arm_type.lower()
    for _, document in azure.store.scan("resources", prefix.lower()):
        if str(document.get("type", "")).lower() == wanted:
            yield document


def found(kind: SandboxKind, call: ArmCall) -> Document:
    """The resource of the path; ResourceNotFound and its kin where it isn't there."""
    document = call.azure.store.get("resources", kind.row.id(call.parameters).lower())
    if document is None:
        require_parent(kind, call, "read")
        raise not_found(kind, call)
    return document


def not_found(kind: SandboxKind, call: ArmCall) -> Exception:
    """The refusal for a resource that isn't there though everything above it is."""
    if kind.is_group:
        return refuse("group-not-found", group=call.parameters["resourceGroupName"])
    above = {"resourceGroupName", scope_parameter(kind.row.path)}
    names = [call.parameters[name] for name in kind.row.parameters if name not in above]
    types = kind.type.split("/")[1:]
    steps = "/".join(f"{step}/{name}" for step, name in zip(types, names, strict=False))
    namespace = kind.type.partition("/")[0]
    return refuse(
        "resource-not-found",
        resource=f"{namespace}/{steps}",
        group=call.parameters.get("resourceGroupName", ""),
    )


def require_parent(kind: SandboxKind, call: ArmCall, operation: str) -> None:
    """Refuses a call on a resource whose group or parent isn't there."""
    store, path = call.azure.store, kind.row.path
    if "{resourceGroupName}" not in path:
        return
    group = call.parameters["resourceGroupName"]
    there = store.get("resources", f"{call.subscription}/resourceGroups/{group}".lower())
    if there is None and not kind.is_group:
        raise refuse("group-not-found", group=group)
    if there is not None and operation == "write" and there["properties"].get("provisioningState") == "Deleting":
        raise refuse("group-going", group=group)
    if kind.is_group or kind.row.parent_type is None:
        return
    parent = _fill(path.rpartition("/")[0].rpartition("/")[0], call.parameters)
    if store.get("resources", parent.lower()) is None:
        raise refuse(
            "parent-not-found", operation=operation, type=kind.type.partition("/")[2], parent=parent, target=parent
        )


def _fill(template: str, parameters: Mapping[str, str]) -> str:
    return PARAMETER.sub(lambda found: parameters[found[1]].strip("/"), template)
