"""graph.microsoft.com, as far as whoever has no permission there sees it: a token is given, and every call refused.

Azure gives each service principal a token for Microsoft Graph, and clients of ARM ask it for names of principals on the
way (`az role assignment`, azurerm); none of the sandbox's has a permission there. What a user may read of the directory
isn't emulated.
"""

import uuid

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from modelyard.sandbox.answers import Grade, KnownReply, table
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.entra.directory import PrincipalKind
from modelyard.sandbox.entra.tokens import TokenRefused
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.request_body import HANDLERS

AUDIENCES = (
    "https://graph.microsoft.com",
    "https://graph.windows.net",
    "00000003-0000-0000-c000-000000000000",
)
"""Names of Microsoft Graph and of its predecessor; the last is the former's application id."""
VERBS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]

ANSWERS = table(
    KnownReply(
        "denied",
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
        Grade.B,
        "MicrosoftDocs/azure-docs#94742; status Azure/azure-powershell#8719",
    ),
    KnownReply("no-token", 401, "InvalidAuthenticationToken", "Access token is empty.", Grade.R, "recalled"),
    KnownReply("bad-token", 401, "InvalidAuthenticationToken", "Access token validation failure.", Grade.R, "recalled"),
    KnownReply(
        "not-emulated",
        404,
        "NotInTheSandbox",
        "The Modelyard sandbox doesn't have what users may read of the directory.",
        Grade.R,
        "our own",
    ),
)


def app(azure: LocalAzure) -> Starlette:
    """The ASGI application behind Microsoft Graph's host names."""

    async def refuse(request: Request, _unrouted: Exception | None = None) -> Response:
        return _refusal(azure, ANSWERS[_which(azure, request)], request)

    everything = [Route("/{path:path}", refuse, methods=VERBS)]
    return Starlette(routes=everything, exception_handlers={**HANDLERS, 404: refuse, 405: refuse})


def _which(azure: LocalAzure, request: Request) -> str:
    """The name of the refusal."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return "no-token"
    try:
        caller = tokens.verify(azure, token.strip(), AUDIENCES)
    except TokenRefused:
        return "bad-token"
    return "not-emulated" if caller.kind is PrincipalKind.USER else "denied"


def _refusal(azure: LocalAzure, answer: KnownReply, request: Request) -> Response:
    """In Graph's envelope (Microsoft docs, graph errors, A)."""
    request_id, now = str(uuid.uuid4()), azure.clock.now()
    inner = {
        "date": f"{now:%Y-%m-%dT%H:%M:%S}",
        "request-id": request_id,
        "client-request-id": request.headers.get("client-request-id") or request_id,
    }
    error = {"code": answer.code, "message": answer.text(), "innerError": inner}
    headers = {"request-id": request_id, "x-modelyard-grade": answer.grade.value}
    return JSONResponse({"error": error}, answer.status, headers)
