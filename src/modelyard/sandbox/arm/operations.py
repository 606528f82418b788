"""Long-running operations: begun by a write, done when the sandbox's clock says so, whether or not anybody asks.

Nothing runs in the background. An operation is a document with the time it is due; `settle` lets what is due happen,
and everything that reads resources calls it first. So operations outlive the server.

    operations            operation id   {"id", "verb", "type", "resource", "location", "effect", "status", "state",
                                          "started", "due", "released", "lock"?}
    operations-under-way  operation id   the same, until its effect has come and its lock is released

How a reply announces one is captured (B) of an account that is written, and of a resource group that is deleted: one
header each, at an address and with an api-version that aren't the caller's (the signature in its query is not made
here). Others follow the account (R), and what is deleted is announced by `Location`, as the official client polls it
(azure-mgmt-cognitiveservices 14.1, A). Some calls take their time within the request instead: their reply waits.
"""

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import AUTHORITY, ArmCall, ArmReply
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

OPERATIONS = "operations"
UNDER_WAY = "operations-under-way"
IN_PROGRESS = "InProgress"
SUCCEEDED = "Succeeded"

SERVICES = "Microsoft.CognitiveServices"
OPERATION_RESULTS = f"{SERVICES}/locations/operationResults"
SERVICES_VERSION = "2017-04-18"
"""The api-version of the address of an operation of the service (captured in recordings of azure-cli, B)."""
GROUPS_VERSION = "2021-04-01"
"""That of a resource group's deletion (captured in recordings of azure-dev, B)."""

Effect = Callable[[LocalAzure, Document], None]


def delay(azure: LocalAzure, arm_type: str) -> timedelta:
    """How long an operation on the type takes."""
    return timedelta(seconds=azure.delays.get(arm_type, 0.0))


def begin(
    call: ArmCall, *, arm_type: str, resource: str, location: str, effect: str, lock: str | None, state: str = ""
) -> Document:
    """Begin an operation on `resource`; `effect` names what it does when it is due (see `service.settle`).

    `state` is the resource's provisioning state meanwhile, which the operation's status repeats (captured, B).

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
        "state": state or IN_PROGRESS,
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


# --- within a request ------------------------------------------------------------------------------------------------


def left(azure: LocalAzure, operation_id: str) -> float:
    """Seconds, on the sandbox's clock, that are left of an operation; none of one that is over."""
    operation = azure.store.get(OPERATIONS, operation_id)
    if operation is None or operation["status"] != IN_PROGRESS:
        return 0.0
    return max(0.0, (datetime.fromisoformat(operation["due"]) - azure.clock.now()).total_seconds())


def completed(azure: LocalAzure, reply: ArmReply) -> ArmReply:
    """The reply that waited for its operation, with the resource as the operation left it."""
    operation = azure.store.get(OPERATIONS, reply.waits)
    written = operation is not None and operation["verb"] != "DELETE"
    resource = azure.store.get("resources", operation["resource"]) if operation is not None and written else None
    return replace(reply, body=reply.body if resource is None else resource, waits="")


# --- announced by a header -------------------------------------------------------------------------------------------


def headers(call: ArmCall, operation: Document) -> dict[str, str]:
    """Where to ask how the operation goes, and when to ask again.

    `Retry-After` counts whole seconds (recordings don't keep it, R); `x-ms-retry-after-ms` is the sandbox's finer hint.
    azure-core for Python takes the former where both are there, azure-core for Go and JavaScript the latter.
    """
    hint = {"Retry-After": "1", **_hint(call.azure, operation)}
    started = int(datetime.fromisoformat(operation["started"]).timestamp() * 1000)
    if operation["type"].startswith("Microsoft.Resources/"):
        job = base64.urlsafe_b64encode(json.dumps({"jobId": operation["id"]}).encode()).decode()
        query = f"?api-version={GROUPS_VERSION}&t={started}"
        return {"Location": f"{AUTHORITY}{call.subscription}/operationresults/{job}{query}", **hint}
    namespace = operation["type"].partition("/")[0]
    location = quote(operation["location"])  # as it was sent (captured: JAPANEAST, B)
    at = f"{AUTHORITY}{call.subscription}/providers/{namespace}/locations/{location}/operationResults"
    version = SERVICES_VERSION if namespace == SERVICES else call.api_version
    return {_header(operation): f"{at}/{operation['id']}?api-version={version}&t={started}", **hint}


def _header(operation: Document) -> str:
    return "Location" if operation["verb"] == "DELETE" else "Azure-AsyncOperation"


def _hint(azure: LocalAzure, operation: Document) -> dict[str, str]:
    ahead = datetime.fromisoformat(operation["due"]) - azure.clock.now()
    return {"x-ms-retry-after-ms": str(max(1, min(1000, round(ahead.total_seconds() * 1000))))}


def _found(call: ArmCall) -> Document:
    asked = call.parameters["operationId"]
    operation = call.azure.store.get(OPERATIONS, _job(asked) or asked.lower())
    if operation is None:
        raise refuse("resource-not-found", resource=f"operations/{asked}", group="")
    return operation


def _job(token: str) -> str:
    """The operation in the token of a resource group's deletion; empty for what is none."""
    try:
        job = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        return ""
    return str(job.get("jobId", "")) if isinstance(job, dict) else ""


def result(call: ArmCall) -> ArmReply:
    """How the operation goes, in the way in which it was announced."""
    operation = _found(call)
    return _outcome(call, operation) if _header(operation) == "Location" else _status(call, operation)


def _status(call: ArmCall, operation: Document) -> ArmReply:
    """The operation's own document; times without fractions, and the resource's state while it goes on (B)."""
    under_way = operation["status"] == IN_PROGRESS
    document: dict[str, Any] = {
        "id": call.path,
        "name": operation["id"],
        "status": operation.get("state", IN_PROGRESS) if under_way else operation["status"],
        "startTime": _second(operation["started"]),
    }
    if under_way:
        return ArmReply(200, document, _hint(call.azure, operation))
    return ArmReply(200, {**document, "endTime": _second(operation["due"])})


def _second(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%dT%H:%M:%SZ}"


def _outcome(call: ArmCall, operation: Document) -> ArmReply:
    """202 until it is done; then 200 without a body for a resource group (B), 204 for what is in one (A)."""
    if operation["status"] == IN_PROGRESS:
        return ArmReply(202, None, headers(call, operation))
    return ArmReply(200 if operation["type"].startswith("Microsoft.Resources/") else 204)


ROUTES = tuple(
    ArmRoute(
        verb="GET",
        path=path,
        answer=result,
        action=None,  # which action it takes nobody has written down (R); a writer at an account's scope must pass
        type=arm_type,
        grade=Grade.B,
        source=source,
    )
    for path, arm_type, source in (
        (
            f"/subscriptions/{{subscriptionId}}/providers/{OPERATION_RESULTS}/{{operationId}}".replace(
                "/locations/", "/locations/{location}/"
            ),
            OPERATION_RESULTS,
            "recordings of azure-cli, test_cognitiveservices_deployment (2025-10-28)",
        ),
        (
            "/subscriptions/{subscriptionId}/operationresults/{operationId}",
            "Microsoft.Resources/operationresults",
            "recordings of azure-dev (2026-04-09)",
        ),
    )
)
