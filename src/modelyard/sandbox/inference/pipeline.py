"""A call of a deployment, from its limits to its reply, and what spills over from it to another.

Spillover (Microsoft docs, spillover-traffic-management, A): a provisioned deployment's 429, 500 and 503 are taken over
by the deployment that `spilloverDeploymentName` or, without it, the request's header names. The reply then tells where
it came from; if that one fails too, the first refusal goes out, with the status of the second. Requests that are too
long for provisioned deployments (400) are not told apart here.
"""

from collections.abc import Mapping

from modelyard.sandbox.faults import Faults
from modelyard.sandbox.inference import (
    availability,
    chat,
    embeddings,
    injected_faults,
    parameters,
    responses,
    throttling,
)
from modelyard.sandbox.inference.accounts import Accounts, InferenceAccount, InferenceDeployment
from modelyard.sandbox.inference.call import InferenceCall
from modelyard.sandbox.inference.call_context import OperationHandler, Turn
from modelyard.sandbox.inference.filter_cache import DOWN, filter_of
from modelyard.sandbox.inference.filter_error import HEADER, RESPONSES, Filtered
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.reply import Headers, InferenceReply, dumps, line
from modelyard.sandbox.inference.response_store import Kept
from modelyard.sandbox.local_azure import LocalAzure

WORKS: Mapping[str, OperationHandler] = {
    "chat": chat,
    "embeddings": embeddings,
    "image-embeddings": embeddings,
    "responses": responses,
}
SPILLS = frozenset({429, 500, 503})
SPILLOVER_HEADER = b"x-ms-spillover-deployment"


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
        second.headers.append((b"x-ms-spillover-from-deployment", deployment.name.encode("latin-1", "replace")))
        return second

    def _target(
        self, call: InferenceCall, account: InferenceAccount, deployment: InferenceDeployment, name: str
    ) -> InferenceDeployment:
        """The deployment of this name, if it may stand in: a standard one of the same model and version (docs)."""
        target = self._accounts.deployment(account, name)
        if target is None:
            raise InferenceRefusal("deployment-not-found")
        availability.check(call.route, target, retired=self._accounts.has_retired(target))
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
        request = throttling.Request(deployment, work.LIMITED_AS, call.version, now)
        try:
            injected_faults.begin(fault)
            body = parameters.admitted(route, call.headers, call.body)
            if deployment.format == "OpenAI":
                parameters.check(route.work, body)
            work.check(body, deployment)
            if work is responses:
                body = responses.resolved(body, self._kept, account)
        except injected_faults.Injected as injected:
            throttling.count(limits, 0, request)
            reply = injected.reply()
            reply.headers += limits.headers(now)
            return injected_faults.suffer(fault, reply)
        except InferenceRefusal as refusal:
            throttling.count(limits, 0, request)  # failed requests count
            refusal.headers += limits.headers(now)
            raise
        prompt = work.prompt(body)
        throttling.count(limits, throttling.weighed(deployment, work.debit(body, prompt), prompt), request)
        headers: Headers = limits.headers(now)
        headers.append((b"x-ms-deployment-name", deployment.name.encode("latin-1", "replace")))
        headers.append((b"x-ms-rai-invoked", b"true"))
        held = DOWN if fault.filter_down else filter_of(self._azure, account, deployment)
        for note in filter(None, (deployment.note, held.note, parameters.ignored(body))):
            headers.append((b"x-modelyard-note", line(note)))
        seen = held.prompt.look(prompt)
        if seen.blocked:
            form = RESPONSES if work is responses else call.headers.get(HEADER, b"full").decode("latin-1")
            filtered = Filtered(seen, form, len(prompt))
            filtered.headers += headers
            raise filtered
        prologue = deployment.format == "OpenAI" and route.endpoint != "models"
        turn = Turn(body, prompt, account, deployment, held, seen, now // 1000, self._kept, prologue)
        answered = work.answer(turn)
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
    refusal.headers.append((b"x-modelyard-grade", refusal.answer.grade.value.encode()))
    return InferenceReply(dumps(refusal.body()), refusal.headers, refusal.status)
