"""Putting a question, and putting it again where Azure's own delays explain the refusal.

Only positive checks ask again. What is worth asking again, and why:

    401 PermissionDenied                            a role assignment that isn't known everywhere yet
    404 DeploymentNotFound, unknown_model           a deployment that isn't known everywhere yet
    429                                             a limit; Azure says how long to wait
    500, 502, 503, 504, and a connection that broke something passing, asked again a few times

A wait is at least as long as the reply asks for, and grows: whoever says 0 each time is not called without pause.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx2

from modelyard.azure.retry_after import retry_after
from modelyard.smoke.requests import Credential, Question

NO_DEPLOYMENT = frozenset({"DeploymentNotFound", "unknown_model"})
"""Codes of a 404 that speaks of the deployment. Without one of them the route may be what is missing."""
PROPAGATING = frozenset({(401, "PermissionDenied"), *((404, code) for code in NO_DEPLOYMENT)})
PASSING = frozenset({500, 502, 503, 504})
PASSING_ATTEMPTS = 3
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 30.0
QUOTED = 300  # characters of an error's message that a report repeats

WRONG_KEY = "0" * 32
"""Sent where a key must be refused. Never a real one: a refusal that doesn't come would have used it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back. `status` 0 means that nothing did, and then `message` says why."""

    status: int
    code: str = ""
    message: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timed_out: bool = False

    @property
    def shown(self) -> str:
        """As a report shows it."""
        if self.status == 0:
            return self.message
        head = " ".join(part for part in (str(self.status), self.code) if part)
        return f"{head}: {self.message}" if self.message else head

    @property
    def propagating(self) -> bool:
        """Whether a delay of Azure's explains it."""
        return (self.status, self.code) in PROPAGATING


@dataclass(frozen=True, slots=True)
class Asked:
    """The last answer, with the calls it took, their time, and how long was waited between them.

    `limited` counts those that met a limit, `untold` those of them that weren't told how long to wait.
    """

    answer: Answered
    attempts: int
    seconds: float
    waited: float
    limited: int = 0
    untold: int = 0


class Asker:
    """Asks on behalf of those whose credentials it holds, and keeps them out of everything it returns."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        credentials: Mapping[Credential, str],
        *,
        budget: float,
        propagation: float,
        wait: Callable[[float], Awaitable[object]],
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._budget = budget
        self._propagation = propagation
        self._wait = wait

    async def once(self, question: Question, credential: Credential) -> Asked:
        """Ask once; for what is expected to be refused."""
        started = perf_counter()
        answer = await self._ask(question, credential)
        return Asked(answer, 1, perf_counter() - started, 0.0)

    async def patiently(
        self, question: Question, credential: Credential, awaited: Callable[[Answered], bool] | None = None
    ) -> Asked:
        """Ask until the answer is final, or no more is to be waited: for what propagates, less than for a limit.

        A success that isn't the one `awaited` is taken for something that has yet to propagate.
        """
        attempts, seconds, waited, limited, untold = 0, 0.0, 0.0, 0, 0
        while True:
            started = perf_counter()
            answer = await self._ask(question, credential)
            seconds += perf_counter() - started
            attempts += 1
            if answer.status == 429:
                limited += 1
                untold += retry_after(answer.headers) is None
            early = answer.propagating or (answer.status == 200 and awaited is not None and not awaited(answer))
            left = self._propagation - waited if early else self._budget - waited
            pause = _pause(answer, attempts, min(left, self._budget - waited), early=early)
            if pause is None:
                return Asked(answer, attempts, seconds, waited, limited, untold)
            await self._wait(pause)
            waited += pause

    async def _ask(self, question: Question, credential: Credential) -> Answered:
        headers = {**question.headers, **self._headers(credential)}
        try:
            response = await self._client.post(question.url, json=question.body, headers=headers)
        except httpx2.TimeoutException as error:
            return Answered(0, message=f"no answer in time ({type(error).__name__})", timed_out=True)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return Answered(0, message=self._redacted(f"could not be reached: {error or type(error).__name__}"))
        return self._read(response)

    def _headers(self, credential: Credential) -> dict[str, str]:
        if credential == "key":
            return {"api-key": self._credentials["key"]}
        if credential in self._credentials:
            return {"authorization": f"Bearer {self._credentials[credential]}"}
        return {"api-key": WRONG_KEY} if credential == "wrong key" else {}

    def _read(self, response: httpx2.Response) -> Answered:
        try:
            body = response.json()
        except ValueError:
            body = None
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.is_success:
            return Answered(response.status_code, body=body, headers=headers)
        code, message = _error(body, response.text)
        return Answered(response.status_code, code, self._redacted(message)[:QUOTED], body, headers)

    def _redacted(self, text: str) -> str:
        for secret in self._credentials.values():
            text = text.replace(secret, "[secret]")
        return text


def _error(body: object, text: str) -> tuple[str, str]:
    """Code and message of an error in any of the envelopes that the service has."""
    if not isinstance(body, dict):
        return "", text
    error = body.get("error", body)
    if not isinstance(error, dict):
        return "", str(error)
    return str(error.get("code") or ""), str(error.get("message") or "")


def _pause(answer: Answered, attempts: int, left: float, *, early: bool) -> float | None:
    """Seconds until the question is worth putting again; None where the answer is final, or too little time is left.

    `early` says that propagation may explain the answer.
    """
    growing = 2.0 ** min(attempts - 1, 10)
    backoff = min(growing, LONGEST_PAUSE, left)
    if backoff <= 0:
        return None
    told = retry_after(answer.headers)
    if answer.status == 429:
        pause = backoff if told is None else max(told, min(SHORTEST_PAUSE * growing, LONGEST_PAUSE, left))
        return pause if pause <= left else None
    if early:
        return backoff
    passing = answer.status in PASSING or answer.status == 0
    pause = max(backoff, told or 0.0)
    return pause if passing and attempts < PASSING_ATTEMPTS and pause <= left else None
