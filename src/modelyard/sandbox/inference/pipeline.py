"""A call of a deployment, from its limits to its reply, and what spills over from it to another.

Spillover (Microsoft docs, spillover-traffic-management, A): a provisioned deployment's 429, 500 and 503 are taken over
by the deployment that `spilloverDeploymentName` or, without it, the request's header names. The reply then tells where
it came from; if that one fails too, the first refusal goes out, with the status of the second. Requests that are too
long for provisioned deployments (400) are not told apart here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.sandbox.faults import Faults
from modelyard.sandbox.inference import chat, conversation, embeddings, injected_faults, parameters, responses
from modelyard.sandbox.inference.accounts import Accounts, InferenceAccount, InferenceDeployment
from modelyard.sandbox.inference.call import InferenceCall
from modelyard.sandbox.inference.call_context import Kept, OperationHandler, Turn
from modelyard.sandbox.inference.filter_cache import DOWN, filter_of
from modelyard.sandbox.inference.limits import Limits, seconds
from modelyard.sandbox.inference.model_answers import OPENAI
from modelyard.sandbox.inference.refusal import (
    DEPLOYMENT_NOT_FOUND,
    FEWER_HEADERS,
    FILTER_HEADER,
    MODEL_ERROR,
    RESPONSES,
    Filtered,
    InferenceRefusal,
)
from modelyard.sandbox.inference.reply import Headers, InferenceReply, dumps, line, random_id
from modelyard.sandbox.inference.routes import InferenceRoute
from modelyard.sandbox.local_azure import LocalAzure

WORKS: Mapping[str, OperationHandler] = {
    "chat": chat,
    "embeddings": embeddings,
    "image-embeddings": embeddings,
    "responses": responses,
}
OPERATIONS = {"chat": chat.OPERATION, "embeddings": embeddings.OPERATION}
STREAMS = b"azureai-fe-is-streaming"
"""With responses on v1: False was recorded of one in one piece (B); that it is True of a stream is inferred (R)."""
RESERVED = b"units are counted by the input tokens that Microsoft publishes for them; Azure measures how busy they are"
SERVED = (
    (b"x-ms-rai-invoked", b"true"),
    (b"azureml-model-session", b"modelyard-sandbox"),
    (b"skip-error-remapping", b"true"),
    (b"x-accel-buffering", b"no"),
)
"""With every reply of a deployment (B); what a session's value says is the sandbox's own."""
OTHERWISE_RETIRED = (
    "410 is Microsoft's word; one reply of 2025-06 was 400 OperationNotSupported, BerriAI/litellm#11505: "
    "order it with --status 400 --code OperationNotSupported"
)
SPILLED = b"x-ms-is-spilled-over"  # false was captured; that it is true then is inferred (R)
SPILLS = frozenset({429, 500, 503})
SPILLOVER_HEADER = b"x-ms-spillover-deployment"


@dataclass(frozen=True, slots=True)
class _Request:
    """The facts that the message repeats; `now` is in milliseconds on the sandbox's clock."""

    deployment: InferenceDeployment
    operation: str
    version: str
    now: int


class Worker:
    """Answers calls of the deployments of one local Azure."""

    def __init__(self, azure: LocalAzure, accounts: Accounts, kept: Kept, faults: Faults) -> None:
        self._azure = azure
        self._accounts = accounts
        self._kept = kept
        self._faults = faults

    def answer(
        self, call: InferenceCall, account: InferenceAccount, deployment: InferenceDeployment, now: int
    ) -> InferenceReply:
        """The reply, or a refusal as one where the reason is not the caller's."""
        name = _spillover(call, deployment)
        if not name:
            return self._attempt(call, account, deployment, now)
        try:
            first = self._attempt(call, account, deployment, now)
        except InferenceRefusal as refusal:
            first = refused(refusal)
        if first.status not in SPILLS:
            return first
        try:
            second = self._attempt(call, account, self._target(call, account, deployment, name), now)
        except InferenceRefusal as refusal:
            second = refused(refusal)
        if second.status != 200:
            first.headers.append((b"x-ms-spillover-error", b"%d" % second.status))
            return first
        second.headers[second.headers.index((SPILLED, b"false"))] = (SPILLED, b"true")
        second.headers.append((b"x-ms-spillover-from-deployment", deployment.name.encode("latin-1", "replace")))
        return second

    def _target(
        self, call: InferenceCall, account: InferenceAccount, deployment: InferenceDeployment, name: str
    ) -> InferenceDeployment:
        """The deployment of this name, if it may stand in: a standard one of the same model and version (docs)."""
        target = self._accounts.deployment(account, name)
        if target is None:
            raise InferenceRefusal("deployment-not-found")
        check_available(call.route, target, retired=self._accounts.has_retired(target))
        if target.provisioned or (target.model, target.version) != (deployment.model, deployment.version):
            raise InferenceRefusal("no-stand-in", target=target.name, deployment=deployment.name)
        return target

    def _attempt(
        self, call: InferenceCall, account: InferenceAccount, deployment: InferenceDeployment, now: int
    ) -> InferenceReply:
        route, work = call.route, WORKS[call.route.work]
        fault = injected_faults.SOUND
        if self._faults:
            found = self._faults.take(route.method, call.host, call.path, deployment.name)
            fault = found if found is not None else fault
        limits = self._accounts.limits(account, deployment, fault.limit_percent)
        request = _Request(deployment, work.LIMITED_AS, call.version, now)
        try:
            injected_faults.begin(fault)
            body = parameters.admitted(route, call.headers, call.body)
            parameters.check_version(route, call.version, body)
            work.check(body, deployment)
            if work is responses:
                body = responses.resolved(body, self._kept, account)
        except injected_faults.Injected as injected:
            _count(limits, 0, request)
            reply = injected.reply()
            reply.headers += limits.headers(now)
            return injected_faults.suffer(fault, reply)
        except InferenceRefusal as refusal:
            _count(limits, 0, request)  # failed requests count
            refusal.headers += limits.headers(now)
            raise
        prompt = work.prompt(body)
        _count(limits, _weighed(deployment, work.debit(body, prompt), prompt), request)
        headers: Headers = limits.headers(now)
        headers.append((b"x-ms-deployment-name", deployment.name.encode("latin-1", "replace")))
        headers += SERVED
        headers.append((b"x-request-id", random_id().encode()))
        headers.append((SPILLED, b"false"))
        held = DOWN if fault.filter_down else filter_of(self._azure, account, deployment)
        for note in filter(
            None, (call.note, deployment.note, held.note, *parameters.notes(route.work, body, deployment))
        ):
            headers.append((b"x-modelyard-note", line(note)))
        seen = held.prompt.look(prompt)
        if seen.blocked:
            form = RESPONSES if work is responses else call.headers.get(FILTER_HEADER, b"full").decode("latin-1")
            filtered = Filtered(seen, form, len(prompt))
            filtered.headers += headers
            raise filtered
        prologue = deployment.format == "OpenAI" and route.endpoint != "models"
        turn = Turn(body, prompt, account, deployment, held, seen, now // 1000, self._kept, prologue)
        answered = work.answer(turn)
        if work is responses and route.endpoint == "openai-v1":
            headers.append((STREAMS, b"False" if isinstance(answered, bytes) else b"True"))
        if isinstance(answered, bytes):
            return injected_faults.suffer(fault, InferenceReply(answered, headers))
        return injected_faults.suffer(fault, InferenceReply(b"", headers, events=answered))


def _spillover(call: InferenceCall, deployment: InferenceDeployment) -> str:
    """The name of the deployment that is to stand in; empty where none is."""
    if not deployment.provisioned:
        return ""
    stated = deployment.properties.get("spilloverDeploymentName")
    return str(stated or call.headers.get(SPILLOVER_HEADER, b"").decode("latin-1"))


def refused(refusal: InferenceRefusal) -> InferenceReply:
    """A refusal on its way out, with how far its words may be believed."""
    name = refusal.answer.name
    refusal.headers.append((b"x-modelyard-grade", refusal.grade.value.encode()))
    if name in OPENAI and refusal.status == 400:
        refusal.headers += MODEL_ERROR
    reply = InferenceReply(dumps(refusal.body()), refusal.headers, refusal.status)
    reply.account_headers = FEWER_HEADERS.get(name)
    if name == DEPLOYMENT_NOT_FOUND:
        reply.typed, reply.body = False, json.dumps(refusal.body(), indent=2).encode()
    return reply


def check_available(route: InferenceRoute, deployment: InferenceDeployment, *, retired: bool) -> None:
    """Refuse a call that the deployment can't answer; `retired`: its model is, on the market's day."""
    if retired:
        raise InferenceRefusal(
            "model-retired",
            model=deployment.model,
            version=deployment.version,
            deployment=deployment.name,
            headers={"x-modelyard-note": OTHERWISE_RETIRED},
        )
    if route.work == "info" or (route.work == "chat" and deployment.note):
        return
    try:
        _check_operation(route, deployment)
    except InferenceRefusal as refusal:
        if deployment.note:
            refusal.headers.append((b"x-modelyard-note", line(deployment.note)))
        raise


def _check_operation(route: InferenceRoute, deployment: InferenceDeployment) -> None:
    model, serving = deployment.model, deployment.serving
    if route.work == "responses":
        if not responses.serves(deployment):
            raise InferenceRefusal("model-not-supported")
        return
    if route.endpoint not in serving.endpoints:
        reason = serving.reason or "Call /models or /openai/v1 instead."
        raise InferenceRefusal("not-served-here", deployment=deployment.name, model=model, reason=reason)
    if route.work == "image-embeddings":
        if model not in embeddings.IMAGE_MODELS:
            raise InferenceRefusal("operation-not-supported", operation="imageEmbeddings", model=model)
    elif route.work not in serving.operations:
        note = {"x-modelyard-note": serving.reason} if serving.reason else None
        raise InferenceRefusal("operation-not-supported", operation=OPERATIONS[route.work], model=model, headers=note)


def _weighed(deployment: InferenceDeployment, tokens: int, prompt: str) -> int:
    """The debit with its output as heavy as provisioned units take it (Microsoft docs, determine PTU requirements)."""
    if deployment.output_weight == 1:
        return tokens
    return tokens + (deployment.output_weight - 1) * max(0, tokens - conversation.tokens(len(prompt)))


def _count(limits: Limits, tokens: int, request: _Request) -> None:
    """Debit the call, or refuse it.

    `retry-after-ms` is the header that the docs name (A, quota), `retry-after` was captured beside the message in
    icereed/paperless-gpt#814, and `policy-id` for tokens in openai/openai-python#937; its twin for calls is inferred.
    """
    refused_by = limits.debit(tokens, request.now)
    if refused_by is None:
        return
    wait = limits.retry_after(refused_by, tokens, request.now)
    refusal = InferenceRefusal(
        "rate-limit-reached",
        headers={
            "retry-after": str(seconds(wait)),
            "retry-after-ms": str(wait),
            "policy-id": "DeploymentRatelimit-Token" if refused_by == "token" else "DeploymentRatelimit-Call",
        },
        deployment=request.deployment.name,
        model=request.deployment.model,
        region=request.deployment.region,
        limit="token" if refused_by == "token" else "call",
        operation=request.operation,
        version=request.version,
        seconds=seconds(wait),
    )
    refusal.headers += limits.headers(request.now)
    if limits.silent:
        refusal.headers.append((b"x-modelyard-note", RESERVED))
    if limits.tokens is not None and tokens > limits.tokens.count:
        note = f"this call counts as {tokens} tokens and the limit is {limits.tokens.count}: it will never fit"
        refusal.headers.append((b"x-modelyard-note", note.encode()))
    raise refusal
