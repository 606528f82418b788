"""The inference endpoints as an ASGI application, and the order in which a call is judged.

host → network → api-version → key or token → deployment named → data action → deployment found → not retired → served
here → body → limits → reply. That permissions come before the deployment's existence is inferred (R); so is that a
wrong path, a wrong method and a missing api-version are all "Resource not found".

It is plain ASGI, without a framework's router and middleware: a chat completion here costs about as much as they do.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from modelyard.sandbox.arm.settling import settle
from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.inference import access, chat, embeddings, throttling
from modelyard.sandbox.inference.accounts import SERVICES, SUFFIXES, Account, Accounts, Deployment
from modelyard.sandbox.inference.listing import info, listed
from modelyard.sandbox.inference.parameters import check_extra
from modelyard.sandbox.inference.refusal import Refusal
from modelyard.sandbox.inference.reply import Headers, Reply, dumps, send_reply
from modelyard.sandbox.inference.routes import ROUTES, Route

WORKS: Mapping[str, ModuleType] = {"chat": chat, "embeddings": embeddings, "image-embeddings": embeddings}
NAMED_BY_HEADER = b"x-ms-model-mesh-model-name"
API_VERSION = re.compile(r"20\d\d-\d\d-\d\d(-preview)?")


@dataclass(slots=True)
class Call:
    """One request as it came, read as far as every route needs it. `named` is the deployment of the path."""

    route: Route
    headers: Mapping[bytes, bytes]
    query: Mapping[str, str]
    named: str | None
    body: Mapping[str, Any]

    def deployment(self) -> str:
        """The name of the deployment that is called; a refusal where the call names none."""
        if self.named is not None:
            return self.named
        named = self.body.get("model")
        if self.route.endpoint == "models":
            named = named or self.query.get("model") or self.headers.get(NAMED_BY_HEADER, b"").decode("latin-1")
        if named:
            return str(named)
        raise (
            Refusal("no-model-name") if self.route.endpoint == "models" else Refusal("missing-parameter", param="model")
        )


class Inference:
    """The data plane of every account of one local Azure."""

    def __init__(self, azure: LocalAzure) -> None:
        self._azure = azure
        self._accounts = Accounts(azure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        account: Account | None = None
        settle(self._azure)
        try:
            route, named = _route(scope["method"], scope["path"])
            account = self._account(route, headers)
            access.admit(account, scope["client"][0] if scope.get("client") else access.LOOPBACK)
            query = _query(scope["query_string"])
            _check_version(route, query)
            body = _parsed(await _body(receive))
            reply = self._answer(Call(route, headers, query, named, body), account)
        except Refusal as refusal:
            reply = Reply(dumps(refusal.body()), refusal.headers, refusal.status)
        await send_reply(reply, account.headers if account else (), headers, send)

    def _account(self, route: Route, headers: Mapping[bytes, bytes]) -> Account:
        subdomain, suffix = _host(headers.get(b"host", b""))
        account = self._accounts.find(subdomain) if suffix in SUFFIXES else None
        if account is None:
            note = {"x-modelyard-note": "in Azure this host name would not resolve"}
            raise Refusal("no-such-subdomain", subdomain=subdomain, headers=note)
        if route.endpoint == "models" and suffix != SERVICES:
            raise Refusal("resource-not-found")
        return account

    def _answer(self, call: Call, account: Account) -> Reply:
        route = call.route
        who = access.caller(self._azure, account, route, call.headers)
        if route.work == "list":
            if who is not None:
                access.authorise(self._azure, account, who, route, None)
            return Reply(dumps(listed(self._accounts.deployments(account), self._now() // 1000)))
        name = call.deployment()
        deployment = self._accounts.deployment(account, name)
        if who is not None:
            access.authorise(self._azure, account, who, route, deployment.format if deployment else None)
        if deployment is None:
            if route.endpoint == "models":
                raise Refusal("unknown-model", model=name)
            raise Refusal("deployment-not-found")
        now = self._now()
        _check_served(route, deployment, now)
        if route.work == "info":
            return Reply(dumps(info(deployment)))
        return self._work(call, account, deployment, now)

    def _work(self, call: Call, account: Account, deployment: Deployment, now: int) -> Reply:
        route, body = call.route, call.body
        work = WORKS[route.work]
        limits = self._accounts.limits(account, deployment)
        version = call.query.get("api-version", "v1")
        request = throttling.Request(deployment, work.LIMITED_AS, version, now)
        try:
            check_extra(route, call.headers, body)
            work.check(body, deployment)
        except Refusal as refusal:
            throttling.count(limits, 0, request)  # failed requests count
            refusal.headers += limits.headers(now)
            raise
        throttling.count(limits, work.debit(body), request)
        headers: Headers = limits.headers(now)
        headers.append((b"x-ms-deployment-name", deployment.name.encode("latin-1", "replace")))
        if work is embeddings:
            return Reply(embeddings.reply(body, deployment), headers)
        headers.append((b"x-ms-rai-invoked", b"true"))
        created = now // 1000
        if body.get("stream"):
            prologue = deployment.format == "OpenAI" and route.endpoint != "models"
            return Reply(b"", headers, events=chat.events(body, deployment, created, prologue=prologue))
        return Reply(chat.reply(body, deployment, created), headers)

    def _now(self) -> int:
        """Milliseconds since 1970, on the sandbox's clock."""
        return int(self._azure.clock.now().timestamp() * 1000)


def app(azure: LocalAzure) -> ASGIApp:
    """The application for hosts `<subdomain>` under `SUFFIXES`; the account is found by the Host header."""
    return Inference(azure)


def _check_served(route: Route, deployment: Deployment, now: int) -> None:
    model, serving = deployment.model, deployment.serving
    if deployment.has_retired(now / 1000):
        raise Refusal("model-retired", model=model, version=deployment.version, deployment=deployment.name)
    if route.work == "info":
        return
    if route.endpoint not in serving.endpoints:
        reason = serving.reason or "Call /models or /openai/v1 instead."
        raise Refusal("not-served-here", deployment=deployment.name, model=model, reason=reason)
    if route.work == "image-embeddings":
        if model not in embeddings.IMAGE_MODELS:
            raise Refusal("operation-not-supported", operation="imageEmbeddings", model=model)
    elif route.work not in serving.operations:
        note = {"x-modelyard-note": serving.reason} if serving.reason else None
        raise Refusal("operation-not-supported", operation=WORKS[route.work].OPERATION, model=model, headers=note)


def _matcher() -> Callable[[str, str], tuple[Route, str | None]]:
    """Routes by method and path; the deployment of a path is what stands in for {deployment}."""
    exact = {(route.method, route.path): route for route in ROUTES if "{" not in route.path}
    patterns = [
        (route.method, re.compile(re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(route.path))), route)
        for route in ROUTES
        if "{" in route.path
    ]

    def match(method: str, path: str) -> tuple[Route, str | None]:
        route = exact.get((method, path))
        if route is not None:
            return route, None
        for allowed, pattern, candidate in patterns:
            if method == allowed and (found := pattern.fullmatch(path)):
                return candidate, found[1]
        raise Refusal("resource-not-found")

    return match


_route = _matcher()


def _check_version(route: Route, query: Mapping[str, str]) -> None:
    """Any well-formed version is good: which ones Azure still takes is not kept here. `/openai/v1` needs none."""
    if route.endpoint == "openai-v1":
        return
    version = query.get("api-version")
    if not version:
        raise Refusal("resource-not-found")
    if not API_VERSION.fullmatch(version):
        raise Refusal("api-version-not-supported")


@lru_cache(maxsize=1024)
def _host(raw: bytes) -> tuple[str, str]:
    """The custom subdomain and what follows it."""
    subdomain, _, suffix = raw.decode("latin-1").lower().partition(":")[0].partition(".")
    return subdomain, suffix


@lru_cache(maxsize=256)
def _query(raw: bytes) -> Mapping[str, str]:
    return {name: values[-1] for name, values in parse_qs(raw.decode("latin-1")).items()}


def _parsed(raw: bytes) -> Mapping[str, Any]:
    if not raw:
        return {}
    try:
        body = json.loads(raw.decode())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal("malformed-body")
    return body


async def _body(receive: Receive) -> bytes:
    message = await receive()
    raw: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        raw += message.get("body", b"")
    return raw
