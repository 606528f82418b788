"""login.microsoftonline.com: discovery, keys and the token endpoint of the sandbox's one tenant; and Microsoft Graph.

What it serves is what clients of services ask for: the client credentials grant with a secret or a federated
assertion. People don't sign in here; `modelyard.sandbox.control` gives out tokens of users.
"""

import uuid
from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from modelyard.sandbox.entra import discovery, grants, graph, keys
from modelyard.sandbox.entra.errors import CODE, EntraDocument, EntraError, NotEmulated
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.request_body import HANDLERS, MOST_FORM_BYTES, bounded, own_reply

NOT_EMULATED = "x-modelyard-not-emulated"
NO_STORE = {"cache-control": "no-store, no-cache", "pragma": "no-cache"}


__all__ = ["app", "graph"]


def app(azure: LocalAzure) -> ASGIApp:
    """The ASGI application behind Entra's host names."""

    async def instances(_: Request) -> Response:
        return _reply(discovery.instances(azure))

    async def configuration(request: Request) -> Response:
        version = request.path_params.get("version", "")
        return _about(request, lambda: discovery.configuration(azure, version=version))

    async def key_set(request: Request) -> Response:
        return _about(request, lambda: keys.key_set(azure))

    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        try:
            return _reply(grants.grant(azure, request.path_params["tenant"], form), NO_STORE)
        except EntraError as error:
            return _refusal(request, error)
        except NotEmulated as error:
            return _not_emulated(error)

    def _about(request: Request, document: Callable[[], EntraDocument]) -> Response:
        try:
            if request.path_params["tenant"] not in ("common", "organizations"):
                grants.known_tenant(azure, request.path_params["tenant"])
        except EntraError as error:
            return _refusal(request, error)
        return _reply(document())

    def _refusal(request: Request, error: EntraError) -> Response:
        trace_id = str(uuid.uuid4())
        body = error.body(azure.clock.now(), trace_id, request.headers.get("client-request-id"))
        headers = {**NO_STORE, "x-ms-request-id": trace_id, "x-modelyard-grade": error.answer.grade.value}
        return JSONResponse(body, error.answer.status, headers)

    routed = Starlette(
        exception_handlers={**HANDLERS, 404: _unknown, 405: _unknown},
        routes=[
            Route("/common/discovery/instance", instances),
            Route("/{tenant}/discovery/instance", instances),
            Route("/{tenant}/{version:str}/.well-known/openid-configuration", configuration),
            Route("/{tenant}/.well-known/openid-configuration", configuration),
            Route("/{tenant}/discovery/v2.0/keys", key_set),
            Route("/{tenant}/discovery/keys", key_set),
            Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
            Route("/{tenant}/oauth2/token", token, methods=["POST"]),
        ],
    )
    return bounded(routed, MOST_FORM_BYTES)


def _reply(document: EntraDocument, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(document, headers={**(headers or {}), "x-ms-request-id": str(uuid.uuid4())})


async def _unknown(request: Request, _unrouted: Exception | None = None) -> Response:
    """What isn't there; clients of OAuth read errors of OAuth."""
    what = f"{request.method} {request.url.path}"
    if "/oauth2/" in request.url.path.lower():
        return _not_emulated(NotEmulated(what))
    text = f"The sandbox's Entra has no {what}; it answers discovery, keys and the token endpoint."
    reply = own_reply(404, CODE, text, "the sandbox's own, not Azure's")
    reply.headers[NOT_EMULATED] = "true"
    return reply


def _not_emulated(error: NotEmulated) -> Response:
    return JSONResponse(error.body(), 400, {**NO_STORE, NOT_EMULATED: "true"})
