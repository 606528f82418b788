"""The sandbox's control API, under `/_modelyard/` on the proxy's port. None of it is Azure's.

    GET  /_modelyard/status        the server and what it holds; open to anybody on this machine
    GET  /_modelyard/clock         {"now", "advancedSeconds", "marketDay"}
    POST /_modelyard/clock         {"advanceSeconds": 300}; the clock only moves forward
    POST /_modelyard/reset         forget everything and seed anew
    GET  /_modelyard/principals    the directory, without secrets
    POST /_modelyard/token         {"principal": name or id, "audience"?, "lifetimeSeconds"?} → an access token
    POST /_modelyard/assertion     {"subject"?, "audience"?} → what a pipeline's OIDC provider would give
    POST /_modelyard/subscriptions {"subscriptionId"}; the sandbox has it from then on, for rehearsals
    GET  /_modelyard/delays        seconds that operations take, by ARM type
    PUT  /_modelyard/delays        {type: seconds}; the others stay as they are
    GET  /_modelyard/faults        what goes wrong to order
    POST /_modelyard/faults        a fault (see `control_request`): {"deployment": "chat", "status": 429, "times": 3}
    DELETE /_modelyard/faults      nothing goes wrong any more

All but the status want the header `x-modelyard-control` with the secret in the sandbox's folder: another user of this
machine reaches the port too. A browser is kept out by the Host header, which must be loopback's.
"""

import hmac
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from modelyard import __version__
from modelyard.sandbox import seed_data
from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.control_request import ControlBody, ControlRefused, number, read_fault, text, write_fault
from modelyard.sandbox.entra import directory, federation, keys, tokens
from modelyard.sandbox.faults import Faults
from modelyard.sandbox.local_azure import DELAYS, LocalAzure
from modelyard.sandbox.request_body import HANDLERS, MOST_FORM_BYTES, bounded, json_of
from modelyard.sandbox.state_dir import Home

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
AUDIENCE = "https://cognitiveservices.azure.com"

SUBSCRIPTION = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

Action = Callable[[ControlBody], ControlBody]


class Control:
    """What can be asked. Each method takes the JSON of a request and gives that of the reply."""

    def __init__(self, azure: LocalAzure, home: Home, faults: Faults, facts: Callable[[], ControlBody]) -> None:
        self._azure = azure
        self._home = home
        self._faults = faults
        self._facts = facts

    def status(self, _: ControlBody) -> ControlBody:
        """The server, its clock, and how much of what there is."""
        store = self._azure.store
        types: dict[str, int] = {}
        for _key, document in store.scan("resources"):
            kind = document.get("type", "")
            types[kind] = types.get(kind, 0) + 1
        return {
            "version": __version__,
            "home": str(self._home.path),
            **self._facts(),
            **self.clock({}),
            "counts": {kind: count for kind, count in sorted(types.items()) if kind},
            "principals": len(directory.directory(self._azure).by_id),
        }

    def clock(self, _: ControlBody) -> ControlBody:
        """The sandbox's time, how far it is ahead, and the market's day."""
        clock = self._azure.clock
        return {
            "now": clock.now().isoformat(),
            "advancedSeconds": clock.advanced.total_seconds(),
            "marketDay": self._azure.market_day.isoformat(),
        }

    def advance(self, asked: ControlBody) -> ControlBody:
        """Move the clock forward."""
        seconds = number(asked, "advanceSeconds")
        try:
            self._azure.clock.advance(timedelta(seconds=seconds))
        except (ValueError, OverflowError) as error:
            raise ControlRefused(400, str(error)) from error
        return self.clock({})

    def subscribe(self, asked: ControlBody) -> ControlBody:
        """Have a subscription of this id, as the first one is; one that is there stays as it was."""
        subscription_id = text(asked, "subscriptionId")
        if not SUBSCRIPTION.fullmatch(subscription_id):
            raise ControlRefused(400, "subscriptionId has to be 32 hexadecimal digits in five groups")
        seed_data.subscribe(self._azure, subscription_id)
        return {"subscriptionId": subscription_id.lower()}

    def reset(self, _: ControlBody) -> ControlBody:
        """Begin anew, with new keys too, so that tokens given out before open nothing any more."""
        secrets = self._home.secrets()
        with self._azure.store.transaction():
            self._azure.store.clear()
            seed_data.seed(self._azure, client_id=secrets.client_id, client_secret=secrets.client_secret)
        self._azure.delays = dict(DELAYS)
        self._faults.clear()
        return self.status({})

    def principals(self, _: ControlBody) -> ControlBody:
        """Who there is."""
        known = directory.directory(self._azure)
        return {
            "principals": [
                {key: value for key, value in one.document().items() if key != "secrets"}
                for one in known.by_id.values()
            ]
        }

    def token(self, asked: ControlBody) -> ControlBody:
        """An access token for anybody in the directory."""
        which = text(asked, "principal")
        principal = directory.find(self._azure, which)
        if principal is None or principal.kind is directory.PrincipalKind.GROUP:
            known = ", ".join(sorted(directory.directory(self._azure).by_name))
            raise ControlRefused(404, f"no user or service principal is called {which!r}; there are {known}")
        lifetime = timedelta(seconds=number(asked, "lifetimeSeconds", tokens.LIFETIME.total_seconds()))
        audience = text(asked, "audience", AUDIENCE).removesuffix("/.default")
        token = tokens.issue(self._azure, principal.object_id, audience, lifetime=lifetime)
        return {"accessToken": token, "expiresInSeconds": int(lifetime.total_seconds()), "audience": audience}

    def assertion(self, asked: ControlBody) -> ControlBody:
        """A federated token of the sandbox's test issuer."""
        subject = text(asked, "subject", seed_data.FEDERATED_SUBJECT)
        audience = text(asked, "audience", federation.AUDIENCE)
        said = federation.assertion(self._azure, subject, audience=audience)
        return {"assertion": said, "issuer": keys.TEST_ISSUER, "subject": subject, "audience": audience}

    def delays(self, _: ControlBody) -> ControlBody:
        """How long operations take."""
        return {"delays": dict(self._azure.delays)}

    def delay(self, asked: ControlBody) -> ControlBody:
        """Change how long operations take, from the next one on."""
        wanted = {kind: number(asked, kind) for kind in asked}
        self._azure.delays = {**self._azure.delays, **wanted}
        return self.delays({})

    def faults(self, _: ControlBody) -> ControlBody:
        """What goes wrong to order."""
        return {"faults": [write_fault(fault) for fault in self._faults]}

    def fault(self, asked: ControlBody) -> ControlBody:
        """Let something go wrong from the next request on."""
        self._faults.add(read_fault(asked))
        return self.faults({})

    def sound(self, _: ControlBody) -> ControlBody:
        """Let nothing go wrong any more."""
        self._faults.clear()
        return self.faults({})


def app(azure: LocalAzure, home: Home, faults: Faults, facts: Callable[[], ControlBody]) -> ASGIApp:
    """The ASGI application for the control API; `facts` gives what the server knows of itself."""
    control = Control(azure, home, faults, facts)
    secret = home.secrets().control
    routes = (
        ("GET", "status", control.status),
        ("GET", "clock", control.clock),
        ("POST", "clock", control.advance),
        ("POST", "reset", control.reset),
        ("GET", "principals", control.principals),
        ("POST", "token", control.token),
        ("POST", "subscriptions", control.subscribe),
        ("POST", "assertion", control.assertion),
        ("GET", "delays", control.delays),
        ("PUT", "delays", control.delay),
        ("GET", "faults", control.faults),
        ("POST", "faults", control.fault),
        ("DELETE", "faults", control.sound),
    )
    routed = Starlette(
        routes=[
            Route(f"/_modelyard/{name}", _endpoint(action, None if name == "status" else secret), methods=[method])
            for method, name, action in routes
        ],
        exception_handlers={**HANDLERS, 404: _unknown, 405: _unknown},
    )
    return bounded(routed, MOST_FORM_BYTES)


async def _unknown(request: Request, _unrouted: Exception) -> Response:
    return JSONResponse({"error": f"the control API has no {request.method} {request.url.path}"}, 404)


def _endpoint(action: Action, secret: str | None) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            _admit(request, secret)
            return JSONResponse(action(await _json(request)))
        except ControlRefused as refused:
            return JSONResponse({"error": str(refused)}, refused.status)

    return endpoint


def _admit(request: Request, secret: str | None) -> None:
    host = request.headers.get("host", "")
    if host.rpartition(":")[0] not in LOOPBACK and host not in LOOPBACK:
        raise ControlRefused(403, "the control API is asked by its loopback address only")
    presented = request.headers.get(HEADER, "")
    if secret is not None and not hmac.compare_digest(presented.encode(), secret.encode()):
        raise ControlRefused(401, f"the header {HEADER} must hold the control secret of the sandbox's folder")


async def _json(request: Request) -> ControlBody:
    body = await request.body()
    if not body:
        return {}
    try:
        asked = json_of(body)
    except ValueError as error:
        raise ControlRefused(400, f"the body is no JSON: {error}") from error
    if not isinstance(asked, dict):
        raise ControlRefused(400, "the body must be a JSON object")
    return asked
