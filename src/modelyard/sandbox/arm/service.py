"""Azure Resource Manager's front door: who is calling, with which api-version, whether they may; then the route.

The order in which ARM checks these is recalled (R): token, path, api-version, subscription, rights, body.
"""

import asyncio
import base64
import json
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as PathRoute
from starlette.types import ASGIApp

from modelyard.arm.errors import ArmError
from modelyard.sandbox.arm import crud, deleted_account, odata, operations, subscription, versions
from modelyard.sandbox.arm.answers import ArmRefusal, refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, timestamp
from modelyard.sandbox.arm.routing import Match, routes
from modelyard.sandbox.arm.subscription import regions
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.entra.tokens import Caller, TokenRefused
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.request_body import HANDLERS, bounded, json_of
from modelyard.sandbox.store import Document, NotWritten

AUDIENCES = tuple(
    f"{host}{slash}"
    for host in ("https://management.azure.com", "https://management.core.windows.net")
    for slash in ("", "/")
)
STEP_SECONDS = 0.05
"""How often a reply that waits looks whether the sandbox's clock was advanced."""
NOTE = "x-modelyard-note"
VERBS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header names are found in any case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


def app(azure: LocalAzure) -> ASGIApp:
    """ARM of this local Azure, for the host management.azure.com."""

    async def answer(request: Request, _unrouted: Exception | None = None) -> Response:
        body = await request.body()
        received = Received(request.method, request.url.path, request.query_params, request.headers, body)
        reply = begin(azure, received)
        if reply.waits:
            while seconds := operations.left(azure, reply.waits):  # noqa: ASYNC110 - the sandbox's clock tells nobody
                await asyncio.sleep(min(seconds, STEP_SECONDS))
            settle(azure)
            reply = operations.completed(azure, reply)
        return response(azure, received, reply)

    # A path with a line's end in it, or a verb that ARM doesn't have, finds no route of Starlette's.
    everything = [PathRoute("/{path:path}", answer, methods=VERBS)]
    return bounded(Starlette(routes=everything, exception_handlers={**HANDLERS, 404: answer, 405: answer}))


def begin(azure: LocalAzure, received: Received) -> ArmReply:
    """The reply to one request, refusals among them; one that `waits` is to be completed when its operation is over."""
    settle(azure)
    try:
        return _serve(azure, received)
    except ArmError as error:
        headers: dict[str, str] = {}
        if isinstance(error, ArmRefusal):
            headers["x-modelyard-grade"] = error.answer.grade.value
            if error.advice:
                headers["x-modelyard-advice"] = error.advice
        if error.status == 401:
            headers["WWW-Authenticate"] = (
                f'Bearer authorization_uri="https://login.windows.net/{azure.tenant_id}", '
                f'error="invalid_token", error_description="{error.message}"'
            )
        return ArmReply(error.status, error.body(), headers)


def response(azure: LocalAzure, received: Received, reply: ArmReply) -> Response:
    """A reply as it is sent, with the headers that every one has."""
    head = received.method == "HEAD"
    content = b"" if reply.body is None or head else json.dumps(reply.body, allow_nan=False).encode()
    own = {name: _plain(value) for name, value in {**_etag(reply), **reply.headers}.items()}
    # HEAD of what is there is 204 (captured of a resource group in recordings of azure-dev, B).
    status = 204 if head and reply.status == 200 else reply.status
    sent = Response(content, status, {**_headers(azure, received.headers), **own})
    if content:
        sent.headers["Content-Type"] = "application/json; charset=utf-8"
    return sent


def _etag(reply: ArmReply) -> dict[str, str]:
    """A resource's ETag is a header too (captured of accounts and deployments in recordings of azure-cli, B)."""
    tag = reply.body.get("etag") if isinstance(reply.body, dict) else None
    return {"ETag": tag} if isinstance(tag, str) else {}


def _plain(text: str) -> str:
    """Text that a header can carry: names may be in any script, and hold what ends a line."""
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()


def _serve(azure: LocalAzure, received: Received) -> ArmReply:
    method = "GET" if received.method == "HEAD" else received.method
    path, query = received.path.rstrip("/") or "/", dict(received.query)
    match = routes().find(method, path)
    caller = None if match and match.route.anonymous else _caller(azure, received.headers)
    if match is None:
        raise _no_route(method, path, query)
    content = _content(received.body) if method in ("PUT", "PATCH", "POST") else None
    sent, where = query.get("api-version", ""), _location(azure, match, content)
    version = versions.check(match.route.type, sent, azure.clock.now().date(), where, list(regions()))
    call = ArmCall(
        azure=azure,
        method=method,
        path=path,
        parameters=match.parameters,
        query=query,
        body=content,
        caller=caller,
        api_version=version,
    )
    if call.newer:
        call.note(f"the sandbox knows no api-version {sent} of {match.route.type}; it answers as of {version}")
    subscription_id = match.parameters.get("subscriptionId") or _subscription(match.parameters.get("scope", ""))
    if subscription_id and not subscription.exists(azure, subscription_id):
        raise refuse("no-subscription", subscription=subscription_id)
    if match.route.action is not None:
        call.require(match.route.action, match.scope)
    if method in ("PUT", "PATCH") and subscription_id:
        _require_registration(azure, subscription_id, match.route.type.partition("/")[0])
    reply = match.route.answer(call)
    if method == "GET":
        reply = odata.page(call, match.route.options, reply)
    return _noted(call, reply)


def _noted(call: ArmCall, reply: ArmReply) -> ArmReply:
    """The reply with all notes in one header."""
    own = reply.headers.get(NOTE)
    notes = [*call.notes, *([own] if own else [])]
    return replace(reply, headers={**reply.headers, NOTE: "; ".join(notes)}) if notes else reply


def _require_registration(azure: LocalAzure, subscription_id: str, namespace: str) -> None:
    if not subscription.registered(azure, f"/subscriptions/{subscription_id}", namespace):
        detail = refuse("not-registered", namespace=namespace, target=namespace)
        raise refuse("not-registered", namespace=namespace, details=[detail.body()["error"]])


def _no_route(method: str, path: str, query: Mapping[str, str]) -> ArmError:
    verbs = routes().verbs(path)
    if verbs:
        return refuse("verb-not-emulated", method=method, advice=f"here: {', '.join(sorted(verbs))}")
    if not query.get("api-version"):
        return refuse("no-api-version")
    _, middle, below = path.rpartition("/providers/")
    namespace, _, rest = below.partition("/")
    arm_type = "/".join((namespace, *rest.split("/")[::2])) if middle else ""
    return refuse("not-emulated", what=f"{method} of {arm_type}" if arm_type else f"{method} {path}")


def _caller(azure: LocalAzure, headers: Mapping[str, str]) -> Caller:
    header = headers.get("authorization")
    if not header:
        raise refuse("no-authorization")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise refuse("bad-authorization")
    try:
        return tokens.verify(azure, token.strip(), AUDIENCES)
    except TokenRefused as refused:
        raise _refused(azure, refused.reason, token.strip()) from None


def _refused(azure: LocalAzure, reason: tokens.TokenRefusal, token: str) -> ArmError:
    claims = _claims(token)
    if reason is tokens.TokenRefusal.AUDIENCE:
        return refuse("token-audience", audience=claims.get("aud", ""))
    if reason is tokens.TokenRefusal.TENANT:
        return refuse("token-tenant", tenant=azure.tenant_id)
    if reason is tokens.TokenRefusal.EXPIRED:
        expiry = datetime.fromtimestamp(int(claims.get("exp", 0)), UTC)
        return refuse(
            "token-expired", expiry=f"{expiry:%m/%d/%Y %H:%M:%S}", now=f"{azure.clock.now():%m/%d/%Y %H:%M:%S}"
        )
    return refuse("bad-token")


def _claims(token: str) -> dict[str, Any]:
    """What a refused token says of itself, for the message only."""
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _content(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return json_of(body)
    except ValueError as error:
        raise refuse("bad-content", reason=str(error)) from None


def _subscription(scope: str) -> str:
    """The subscription id in a scope; empty where the scope is outside of subscriptions."""
    parts = scope.strip("/").split("/")
    return parts[1] if len(parts) > 1 and parts[0].lower() == "subscriptions" else ""


def _location(azure: LocalAzure, match: Match, content: Any) -> str:
    """Where the resource is or would be, for a message."""
    if isinstance(content, dict) and isinstance(content.get("location"), str):
        return str(content["location"])
    group = match.parameters.get("resourceGroupName")
    key = f"/subscriptions/{match.parameters.get('subscriptionId')}/resourceGroups/{group}".lower()
    return str((azure.store.get("resources", key) or {}).get("location", "")) if group else ""


def _headers(azure: LocalAzure, headers: Mapping[str, str]) -> dict[str, str]:
    """What every reply of ARM's carries. A client's correlation id comes back to it."""
    request_id = str(uuid.uuid4())
    correlation = headers.get("x-ms-correlation-request-id") or str(uuid.uuid4())
    return {
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": correlation,
        "x-ms-routing-request-id": f"SANDBOX:{timestamp(azure.clock.now())}:{request_id}",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }


# --- what time brings about ------------------------------------------------------------------------------------------


def settle(azure: LocalAzure) -> None:
    """Bring the store up to the sandbox's present: what is due takes effect, deleted accounts are purged.

    Whatever reads the store on behalf of a caller calls this first. When nothing is due it costs two look-ups and a
    look at the clock.
    """
    due = [at for at in (operations.next_event(azure), deleted_account.next_purge(azure)) if at is not None]
    if not due or min(due) > azure.clock.now():
        return
    with suppress(NotWritten):  # a disk that is full is no reason not to read what it holds
        operations.finish(azure, EFFECTS)
        deleted_account.purge_expired(azure)


def _succeed(azure: LocalAzure, operation: Document) -> None:
    document = azure.store.get("resources", operation["resource"])
    if document is not None:
        properties = {**document["properties"], "provisioningState": "Succeeded"}
        azure.store.put("resources", operation["resource"], {**document, "properties": properties})


def _remove(azure: LocalAzure, operation: Document) -> None:
    # A resource is deleted when the operation was due, however late somebody asks.
    crud.remove(azure, operation["resource"], datetime.fromisoformat(operation["due"]))


def _purge(azure: LocalAzure, operation: Document) -> None:
    deleted_account.purge(azure, operation["resource"])


EFFECTS: Mapping[str, operations.Effect] = {crud.SUCCEED: _succeed, crud.REMOVE: _remove, deleted_account.PURGE: _purge}
