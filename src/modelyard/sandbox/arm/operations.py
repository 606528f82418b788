"""Long-running operations: begun by a write, done when the sandbox's clock says so, whether or not anybody asks.

Nothing runs in the background. An operation is a document with the time it is due; `settle` lets what is due happen,
and everything that reads resources calls it first. So operations outlive the server.

    operations            operation id   {"id", "verb", "type", "resource", "location", "effect", "status", "started",
                                          "due", "released", "lock"?}
    operations-under-way  operation id   the same, until its effect has come and its lock is released

Sources: azure-mgmt-cognitiveservices 14.1 for what clients accept and poll (A). Which of the two headers goes with
which call of the service, and its Retry-After, nobody has written down (R): the sandbox sends both headers.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import AUTHORITY, ArmCall, ArmReply, timestamp
from modelyard.sandbox.arm.routing import SPEC, ArmRoute
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

OPERATIONS = "operations"
UNDER_WAY = "operations-under-way"
IN_PROGRESS = "InProgress"
SUCCEEDED = "Succeeded"

Effect = Callable[[LocalAzure, Document], None]


def delay(azure: LocalAzure, arm_type: str) -> timedelta:
    """How long an operation on the type takes."""
    return timedelta(seconds=azure.delays.get(arm_type, 0.0))


def begin(call: ArmCall, *, arm_type: str, resource: str, location: str, effect: str, lock: str | None) -> Document:
    """Begin an operation on `resource`; `effect` names what it does when it is due (see `settling`).

    The lock, an ARM id, is released when the operation is done, or later by the delay `<type>/lock`: an account can
    read Succeeded while it still refuses other writers (captured in hashicorp/terraform-provider-azurerm#31712).
    """
    now = call.now
    due = now + delay(call.azure, arm_type)
    document = {
        "id": str(uuid.uuid4()),
        "verb": call.method,
        "type": arm_type,
        "resource": resource,
        "location": location,
        "effect": effect,
        "status": IN_PROGRESS,
        "started": now.isoformat(),
        "due": due.isoformat(),
        "released": (due + delay(call.azure, f"{arm_type}/lock")).isoformat(),
        **({"lock": lock.lower()} if lock else {}),
    }
    call.azure.store.put(OPERATIONS, document["id"], document)
    call.azure.store.put(UNDER_WAY, document["id"], document)
    return document


def locked(azure: LocalAzure, lock: str) -> bool:
    """Whether an operation under way holds the lock."""
    wanted, now = lock.lower(), azure.clock.now()
    return any(
        document.get("lock") == wanted and datetime.fromisoformat(document["released"]) > now
        for _, document in azure.store.scan(UNDER_WAY)
    )


def under_way(azure: LocalAzure, resource: str, effect: str) -> Document | None:
    """The operation that will have this effect on the resource; None where there is none."""
    for _, document in azure.store.scan(UNDER_WAY):
        if (document["resource"], document["effect"], document["status"]) == (resource, effect, IN_PROGRESS):
            return document
    return None


def next_event(azure: LocalAzure) -> datetime | None:
    """When something is due next."""
    return azure.derived("next operation", (UNDER_WAY,), lambda: _next(azure))


def _next(azure: LocalAzure) -> datetime | None:
    times = [
        datetime.fromisoformat(document["due" if document["status"] == IN_PROGRESS else "released"])
        for _, document in azure.store.scan(UNDER_WAY)
    ]
    return min(times, default=None)


def finish(azure: LocalAzure, effects: Mapping[str, Effect]) -> None:
    """Let every operation that is due take effect, in the order they are due, and release locks."""
    now = azure.clock.now()
    waiting = sorted((document for _, document in azure.store.scan(UNDER_WAY)), key=lambda one: str(one["due"]))
    for document in waiting:
        with azure.store.transaction():
            kept = document
            if document["status"] == IN_PROGRESS and datetime.fromisoformat(document["due"]) <= now:
                effects[document["effect"]](azure, document)
                kept = {**document, "status": SUCCEEDED}
                azure.store.put(OPERATIONS, document["id"], kept)
            if kept["status"] == IN_PROGRESS:
                continue
            if datetime.fromisoformat(kept["released"]) <= now:
                azure.store.delete(UNDER_WAY, document["id"])
            elif kept is not document:
                azure.store.put(UNDER_WAY, document["id"], kept)


def headers(call: ArmCall, operation: Document) -> dict[str, str]:
    """Where to ask how the operation goes, and when to ask again.

    `Retry-After` counts whole seconds; `x-ms-retry-after-ms` is the sandbox's faster hint. azure-core for Python takes
    the former where both are there, azure-core for Go and JavaScript the latter.
    """
    subscription = call.subscription
    at = f"{AUTHORITY}{subscription}/providers/{operation['type'].partition('/')[0]}/locations/{operation['location']}"
    version = f"?api-version={call.api_version}"
    return {
        "Azure-AsyncOperation": f"{at}/operationStatuses/{operation['id']}{version}",
        "Location": f"{at}/operationResults/{operation['id']}{version}",
        **_hint(call.azure, operation),
    }


def _hint(azure: LocalAzure, operation: Document) -> dict[str, str]:
    left = datetime.fromisoformat(operation["due"]) - azure.clock.now()
    milliseconds = max(1, min(1000, round(left.total_seconds() * 1000)))
    return {"Retry-After": "1", "x-ms-retry-after-ms": str(milliseconds)}


def _found(call: ArmCall) -> Document:
    operation = call.azure.store.get(OPERATIONS, call.parameters["operationId"].lower())
    if operation is None:
        raise refuse("resource-not-found", resource=f"operations/{call.parameters['operationId']}", group="")
    return operation


def status(call: ArmCall) -> ArmReply:
    """The operation's own document."""
    operation = _found(call)
    document: dict[str, Any] = {
        "id": call.path,
        "name": operation["id"],
        "status": operation["status"],
        "startTime": timestamp(datetime.fromisoformat(operation["started"])),
    }
    if operation["status"] == IN_PROGRESS:
        return ArmReply(200, document, _hint(call.azure, operation))
    document["endTime"] = timestamp(datetime.fromisoformat(operation["due"]))
    return ArmReply(200, document)


def result(call: ArmCall) -> ArmReply:
    """202 until it is done; then what the call itself would have replied."""
    operation = _found(call)
    if operation["status"] == IN_PROGRESS:
        return ArmReply(202, None, headers(call, operation))
    resource = call.azure.store.get("resources", operation["resource"])
    if operation["verb"] == "DELETE" or resource is None:
        return ArmReply(200 if operation["type"].startswith("Microsoft.Resources/") else 204)
    return ArmReply(200, resource)


def _route(name: str, namespace: str, answer: Callable[[ArmCall], ArmReply]) -> ArmRoute:
    return ArmRoute(
        verb="GET",
        path=f"/subscriptions/{{subscriptionId}}/providers/{namespace}/locations/{{location}}/{name}/{{operationId}}",
        answer=answer,
        action=None,  # which action it takes nobody has written down (R); a writer at an account's scope must pass
        type=f"{namespace}/locations",
        grade=Grade.R,
        source=f"{SPEC} accepts such replies; the path is recalled",
    )


ROUTES = tuple(
    _route(name, namespace, answer)
    for namespace in ("Microsoft.CognitiveServices", "Microsoft.Resources")
    for name, answer in (("operationStatuses", status), ("operationResults", result))
)
