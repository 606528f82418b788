"""The inference endpoints as an ASGI application, and the order in which a call is judged.

host → network → api-version → key or token → deployment named → data action → deployment found → not retired → served
here → body → limits → content filter → reply. That permissions come before the deployment's existence is inferred (R);
so is that a wrong path, a wrong method and a missing api-version are all "Resource not found".

It is plain ASGI, without a framework's router and middleware: a chat completion here costs about as much as they do.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from modelyard.sandbox.arm.service import settle
from modelyard.sandbox.faults import Faults, reset
from modelyard.sandbox.inference import access
from modelyard.sandbox.inference.accounts import SERVICES, SUFFIXES, Accounts, InferenceAccount
from modelyard.sandbox.inference.call import (
    InferenceCall,
    check_headers,
    check_version,
    host_of,
    parsed,
    query_of,
)
from modelyard.sandbox.inference.call_context import Kept
from modelyard.sandbox.inference.listing import info, listed, looked_up
from modelyard.sandbox.inference.pipeline import Worker, check_available, refused
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.reply import InferenceReply, dumps, send_reply
from modelyard.sandbox.inference.routes import ELSEWHERE, InferenceRoute, match
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.request_body import bounded, whole

TOLD = frozenset({"list", "listed", "response", "response-removal"})
"""What is told without a deployment being called."""


class Inference:
    """The data plane of every account of one local Azure."""

    def __init__(self, azure: LocalAzure, faults: Faults) -> None:
        self._azure = azure
        self._accounts = Accounts(azure)
        self._kept = Kept()
        self._worker = Worker(azure, self._accounts, self._kept, faults)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        account: InferenceAccount | None = None
        settle(self._azure)
        try:
            route, named = _route(scope["method"], scope["path"])
            account = self._account(route, headers)
            access.admit(account, scope["client"][0] if scope.get("client") else access.LOOPBACK)
            check_headers(headers)
            query = query_of(scope["query_string"])
            check_version(route, query)
            body = parsed(await whole(receive))
            reply = self._answer(InferenceCall(route, headers, query, named, body, scope["path"]), account)
        except InferenceRefusal as refusal:
            reply = refused(refusal)
        if not await send_reply(reply, account.headers if account else (), headers, send):
            await reset(scope, receive)

    def _account(self, route: InferenceRoute, headers: Mapping[bytes, bytes]) -> InferenceAccount:
        subdomain, suffix = host_of(headers.get(b"host", b""))
        account = self._accounts.find(subdomain) if suffix in SUFFIXES else None
        if account is None:
            note = {"x-modelyard-note": "in Azure this host name would not resolve"}
            raise InferenceRefusal("no-such-subdomain", subdomain=subdomain, headers=note)
        if route.endpoint == "models" and suffix != SERVICES:
            raise InferenceRefusal("resource-not-found")
        return account

    def _answer(self, call: InferenceCall, account: InferenceAccount) -> InferenceReply:
        route = call.route
        who = access.caller(self._azure, account, route, call.headers)
        if route.work in TOLD:
            if who is not None:
                access.authorise(self._azure, account, who, route, None)
            return self._told(call, account)
        name = call.deployment()
        deployment = self._accounts.deployment(account, name)
        if who is not None:
            access.authorise(self._azure, account, who, route, deployment.format if deployment else None)
        if deployment is None:
            if route.endpoint == "models":
                raise InferenceRefusal("unknown-model", model=name)
            raise InferenceRefusal("deployment-not-found" if route.endpoint == "openai" else "no-such-deployment")
        now = self._now()
        check_available(route, deployment, retired=self._accounts.has_retired(deployment))
        if route.work == "info":
            return InferenceReply(dumps(info(deployment)))
        return self._worker.answer(call, account, deployment, now)

    def _told(self, call: InferenceCall, account: InferenceAccount) -> InferenceReply:
        if call.route.work == "list":
            return InferenceReply(dumps(listed(self._azure, account, call.route.endpoint)))
        if call.route.work == "listed":
            model = looked_up(self._azure, account, call.route.endpoint, str(call.named))
            if model is None:
                raise InferenceRefusal("no-such-model", param="model", model=call.named)
            return InferenceReply(dumps(model))
        response = str(call.named)
        exchange = self._kept.find(account.id, response)
        if exchange is None:
            raise InferenceRefusal("response-not-found", id=response)
        if call.route.work == "response":
            return InferenceReply(dumps(exchange.document))
        self._kept.forget(account.id, response)
        return InferenceReply(dumps({"id": response, "object": "response", "deleted": True}))

    def _now(self) -> int:
        """Milliseconds since 1970, on the sandbox's clock."""
        return int(self._azure.clock.now().timestamp() * 1000)


def app(azure: LocalAzure, faults: Faults | None = None) -> ASGIApp:
    """The application for hosts `<subdomain>` under `SUFFIXES`; the account is found by the Host header."""
    return bounded(Inference(azure, Faults() if faults is None else faults))


def _route(method: str, path: str) -> tuple[InferenceRoute, str | None]:
    found = match(method, path)
    if found is None:
        if ELSEWHERE.fullmatch(path):
            raise InferenceRefusal("not-in-the-sandbox", operation=f"{method} {path}")
        raise InferenceRefusal("resource-not-found")
    return found
