"""What a reply proves. Each judge takes what was asked and came back, and says how the check ended and why."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from modelyard.azure.retry_after import retry_after
from modelyard.report.result import Outcome
from modelyard.smoke.caller import NO_DEPLOYMENT, Answered, Asked
from modelyard.smoke.outputs import Deployed

ROUTER = "model-router"


def matches(reported: str, deployment: Deployed) -> bool:
    """Whether the model that a reply names is the configured one: exact where Azure is, tolerant where publishers
    differ.

    OpenAI          `<name>` or `<name>-<version>` (captured: gpt-4.1-2025-04-14); another version is another model.
                    `gpt-35-turbo` calls itself `gpt-3.5-turbo`, so dots don't count.
    model-router    names the model that it chose, so any name will do.
    other           the name, perhaps behind the publisher's (`deepseek-ai/DeepSeek-V3`), perhaps with more after it,
                    in any case and with any separators (grade R: no statement was found).

    A reply that names the deployment proves nothing about the model, unless the two are called the same.
    """
    if deployment.model == ROUTER:
        return bool(reported)
    said, name = _plain(reported), _plain(deployment.model)
    if deployment.format == "OpenAI":
        return said in (name, name + _plain(deployment.version))
    return name in said


def expected(deployment: Deployed) -> str:
    """What a report says was expected."""
    if deployment.model == ROUTER:
        return "any model, chosen by the router"
    return f"{deployment.model}-{deployment.version}" if deployment.version else deployment.model


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


DIMENSIONS = {"text-embedding-3-large": 3072, "text-embedding-3-small": 1536, "text-embedding-ada-002": 1536}
"""Microsoft docs, models. Of other publishers' models only the shape is checked."""

SPILLOVER_FAILED = "x-ms-spillover-error"
"""With it the first refusal goes out where the spillover failed, and says how the other deployment answered."""


MODELS_ROUTE_RETIRES = "2026-08-26"
"""Microsoft in azure-rest-api-specs PR 43907 (A). What the route answers since then has not been observed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a check ended, what was seen, and, unless it passed, why."""

    outcome: Outcome
    observed: str
    reason: str = ""


Judge = Callable[[Asked], Verdict]


def passed(observed: str) -> Verdict:
    return Verdict(Outcome.PASSED, observed)


def failed(observed: str, reason: str) -> Verdict:
    return Verdict(Outcome.FAILED, observed, reason)


def inconclusive(observed: str, reason: str) -> Verdict:
    return Verdict(Outcome.INCONCLUSIVE, observed, reason)


def chat(deployment: Deployed, propagation: float) -> Judge:
    """A chat completion by the configured model."""

    def judge(asked: Asked) -> Verdict:
        answer = asked.answer
        if answer.status != 200:
            return not_answered(asked, propagation)
        body: Any = answer.body if isinstance(answer.body, Mapping) else {}
        model = str(body.get("model") or "")
        if not body.get("choices"):
            return failed(f"200, {model or 'no model'}, no choices", "the reply isn't a chat completion")
        return _of_model(deployment, model)

    return judge


def embeddings(deployment: Deployed, propagation: float) -> Judge:
    """A vector of the right shape by the configured model."""

    def judge(asked: Asked) -> Verdict:
        answer = asked.answer
        if answer.status != 200:
            return not_answered(asked, propagation)
        body: Any = answer.body if isinstance(answer.body, Mapping) else {}
        model, vector = str(body.get("model") or ""), _vector(body)
        if not vector or not all(isinstance(one, (int, float)) and isfinite(one) for one in vector):
            return failed(f"200, {model}, no vector", "the reply holds no vector of finite numbers")
        length = DIMENSIONS.get(deployment.model, len(vector))
        if len(vector) != length:
            return failed(f"200, {model}, {len(vector)} dimensions", f"{deployment.model} has {length} dimensions")
        verdict = _of_model(deployment, model)
        return Verdict(verdict.outcome, f"{verdict.observed}, {len(vector)} dimensions", verdict.reason)

    return judge


def responses(deployment: Deployed, propagation: float) -> Judge:
    """A reply of the Responses API by the configured model."""

    def judge(asked: Asked) -> Verdict:
        answer = asked.answer
        if answer.status != 200:
            return not_answered(asked, propagation)
        body: Any = answer.body if isinstance(answer.body, Mapping) else {}
        model = str(body.get("model") or "")
        if body.get("object") != "response":
            return failed(f"200, {model or 'no model'}, no response", "the reply isn't one of the Responses API")
        if model == deployment.name and not matches(model, deployment):
            return inconclusive(f"200, {model}", "the reply names the deployment instead of the model")
        return _of_model(deployment, model)

    return judge


def spillover(deployment: Deployed) -> Judge:
    """Where the reply came from (Microsoft docs, spillover-traffic-management). Nothing is filled on purpose."""

    def judge(asked: Asked) -> Verdict:
        headers = asked.answer.headers
        source, server = headers.get("x-ms-spillover-from-deployment"), headers.get("x-ms-deployment-name", "")
        if headers.get(SPILLOVER_FAILED):
            return failed(f"{headers[SPILLOVER_FAILED]} from {deployment.spillover}", "the spillover failed")
        if source is None:
            return Verdict(
                Outcome.SKIPPED,
                f"answered by {server or deployment.name}",
                "the deployment had capacity, so no call spilled over",
            )
        if server.lower() != deployment.spillover.lower():
            return failed(f"answered by {server}", "another deployment answered than the one configured")
        return passed(f"answered by {server}, from {source}")

    return judge


def honoured(limited: Sequence[tuple[str, Asked]]) -> Verdict:
    """How calls fared that met a limit: whether each 429 said how long to wait, and whether an answer followed."""
    if not limited:
        return Verdict(Outcome.SKIPPED, "no limit was met", "checks don't provoke a limit")
    shown = "; ".join(
        f"{subject}: {asked.limited} × 429, waited {asked.waited:.1f} s, then {asked.answer.status}"
        for subject, asked in limited
    )
    if any(asked.untold for _, asked in limited):
        return failed(shown, "a 429 didn't say how long to wait")
    if any(asked.answer.status == 429 for _, asked in limited):
        return inconclusive(shown, "the wait that Azure asked for exceeds the run's budget, or wasn't enough")
    return passed(shown)


def refused(status: int, code: str = "", *, otherwise: Mapping[int, str]) -> Judge:
    """A refusal with this status and code (none: any code); `otherwise` says what some other statuses would mean."""

    def judge(asked: Asked) -> Verdict:
        answer = asked.answer
        if answer.status == status and code in ("", answer.code):
            return passed(answer.shown)
        return _not_refused(asked, otherwise.get(answer.status, f"expected {status} {code}".rstrip()))

    return judge


def no_such_model(asked: Asked) -> Verdict:
    """404 in any words: which ones `/models` has, nobody has captured."""
    answer = asked.answer
    if answer.status == 404:
        return passed(answer.shown)
    return _not_refused(asked, "a deployment that doesn't exist must not be found")


def not_answered(asked: Asked, propagation: float) -> Verdict:
    """Why a positive check has no answer: which of Azure's delays it may be, or that it is none."""
    answer, waited = asked.answer, asked.waited
    if answer.status == 429:
        told = retry_after(answer.headers)
        more = "" if told is None else f"; Azure asks for {told:.0f} s more"
        return inconclusive(answer.shown, f"the rate limit was still reached after {waited:.0f} s of waiting{more}")
    if answer.timed_out:
        return inconclusive(answer.shown, f"asked {asked.attempts} times")
    if answer.propagating:
        meant = {
            401: "the role assignment is missing, or isn't known everywhere yet",
            404: "the deployment is missing, or isn't known everywhere yet",
        }[answer.status]
        if waited < propagation:
            more = f"{meant}; waited {waited:.0f} s, and Azure may take {propagation:.0f} s"
            return inconclusive(answer.shown, more)
        return failed(answer.shown, f"{meant}; waited {waited:.0f} s")
    reasons = {
        0: "the endpoint can't be reached",
        401: "the credential was refused",
        403: "the account's network or authentication settings refuse the caller",
        410: "the model has been retired",
    }
    return failed(answer.shown, reasons.get(answer.status, "the deployment doesn't answer"))


def route_missing(answer: Answered) -> bool:
    """Whether an answer may mean that the route itself is gone: 404 or 410, and not because of the deployment."""
    return answer.status in {404, 410} and answer.code not in NO_DEPLOYMENT


def route_gone(answer: Answered, deployment: str) -> Verdict:
    """The verdict on `/models` where the same deployment has passed on `/openai/v1` in the same run."""
    return Verdict(
        Outcome.SKIPPED,
        answer.shown,
        f"/models is gone: it answers {answer.status}, and {deployment} answers on /openai/v1; "
        f"Microsoft announced its retirement for {MODELS_ROUTE_RETIRES}, so move its callers to /openai/v1",
    )


def limits(deployment: Deployed) -> Judge:
    """The limits that a reply states against those declared: more fails, less may be a passing dip (docs, quota)."""
    declared = {"tokens": deployment.tokens_per_minute, "requests": deployment.requests_per_minute}

    def judge(asked: Asked) -> Verdict:
        stated = {name: _figure(asked.answer.headers.get(f"x-ratelimit-limit-{name}")) for name in declared}
        pairs = [(name, stated[name], most) for name, most in declared.items() if most and stated[name] is not None]
        shown = ", ".join(f"{figure} {name} a minute" for name, figure, _ in pairs)
        if not pairs:
            return Verdict(Outcome.SKIPPED, "no limit in the reply's headers", "nothing to compare")
        if any(figure > most for _, figure, most in pairs if figure is not None):
            return failed(shown, "the endpoint allows more than was declared")
        if any(figure < most for _, figure, most in pairs if figure is not None):
            return inconclusive(shown, "less than declared; Azure may lower a limit for a while")
        return passed(shown)

    return judge


def _of_model(deployment: Deployed, model: str) -> Verdict:
    if matches(model, deployment):
        return passed(f"200, {model}")
    if not model:
        return inconclusive("200, no model named", "the reply doesn't say which model answered")
    return failed(f"200, {model}", "another model answered than the one configured")


def _not_refused(asked: Asked, meaning: str) -> Verdict:
    answer = asked.answer
    if answer.status in {0, 429} or answer.status >= 500:
        return inconclusive(answer.shown, "neither a refusal nor an answer, so the check couldn't decide")
    return failed(answer.shown or str(answer.status), meaning)


def _vector(body: Mapping[str, Any]) -> list[Any]:
    data = body.get("data")
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], Mapping) else {}
    vector = first.get("embedding")
    return vector if isinstance(vector, list) else []


def _figure(text: str | None) -> int | None:
    """The figure of a header. Azure sends -1 where it states no limit."""
    try:
        figure = -1 if text is None else int(text)
    except ValueError:
        return None
    return figure if figure >= 0 else None
