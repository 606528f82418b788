"""One run: what has been asked and found so far.

Everything is asked at once, within a bound, but for deployments that allow little, whose checks come one after the
other. A refusal proves something only where the same account has answered somebody: checks that expect to be turned
away wait for the first answer to a token, and are skipped where there is none.

Whether `/models` is gone is judged last: only the answers on `/openai/v1` tell it from a deployment that isn't served.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import anyio

from modelyard.report.result import Check, Outcome
from modelyard.smoke import verdicts
from modelyard.smoke.caller import Asked, Asker
from modelyard.smoke.check_plan import ANSWERS, ANSWERS_WITH_KEY, HONOURS_LIMITS
from modelyard.smoke.options import SmokeOptions
from modelyard.smoke.planned_check import Planned
from modelyard.smoke.requests import Credential
from modelyard.smoke.verdicts import Verdict

POSITIVE = (ANSWERS, ANSWERS_WITH_KEY)
"""Checks that put the same question to a deployment on each of its endpoints."""


class SmokeSession:
    """Asks what was planned. `troubles` says why there is no token for some credentials."""

    def __init__(self, asker: Asker, options: SmokeOptions, troubles: Mapping[Credential, str]) -> None:
        self._asker = asker
        self._options = options
        self._troubles = troubles
        self._found: dict[int, list[Check]] = {}
        self._limited: list[tuple[str, Asked]] = []
        self._undecided: list[tuple[Planned, Asked]] = []
        self._on_v1: set[tuple[str, Credential]] = set()
        self._proven = False
        self._decided = anyio.Event()

    async def ask(self, planned: Sequence[Planned], *, sparing: Collection[str], proof: Sequence[Planned] = ()) -> None:
        """Ask all of it; the checks of deployments in `sparing` one after the other.

        Where no positive one passes, a call of `proof` may still show that the account answers; it isn't reported.
        """
        bound = anyio.CapacityLimiter(self._options.concurrency)
        positive = [one for one in planned if not one.negative and one.id != HONOURS_LIMITS]
        async with anyio.create_task_group() as everything:
            for one in planned:
                if one.negative:
                    everything.start_soon(self._turned_away, one, bound)
            async with anyio.create_task_group() as tasks:
                for group in _groups(positive, sparing):
                    tasks.start_soon(self._group, group, bound)
            for one, asked in self._undecided:
                self._keep(one, self._judged(one, asked, on_v1=(one.deployment, one.credential) in self._on_v1))
            for one in proof:
                if not self._proven:
                    await self._asked(one)
            self._decided.set()
        for one in planned:
            if one.id == HONOURS_LIMITS:
                self._keep(one, [_check(one, verdicts.honoured(sorted(self._limited, key=lambda found: found[0])))])

    def checks_of(self, planned: Planned) -> list[Check]:
        """The check, and those that were judged from the same answer."""
        return self._found[id(planned)]

    async def _group(self, group: Iterable[Planned], bound: anyio.CapacityLimiter) -> None:
        async with bound:
            for planned in group:
                checks = await self._asked(planned)
                if checks is not None:
                    self._keep(planned, checks)

    async def _turned_away(self, planned: Planned, bound: anyio.CapacityLimiter) -> None:
        await self._decided.wait()
        await self._group([planned], bound)

    def _keep(self, planned: Planned, checks: list[Check]) -> None:
        self._found[id(planned)] = checks
        for check in checks:
            self._options.progress(check)

    async def _asked(self, planned: Planned) -> list[Check] | None:
        """The checks; None where the verdict has to wait for the answers on another endpoint."""
        if planned.question is None or planned.judge is None:
            if planned.unproved:
                return [_check(planned, Verdict(Outcome.INCONCLUSIVE, "", planned.unproved))]
            outcome = Outcome.SKIPPED if planned.callable else Outcome.NOT_PROVED
            return [_check(planned, Verdict(outcome, "", planned.skipped))]
        if planned.credential in self._troubles:
            trouble = Verdict(Outcome.INCONCLUSIVE, "", self._troubles[planned.credential])
            return [_check(one, trouble) for one in (planned, *planned.also) if one.reported]
        if planned.negative:
            if not self._proven:
                reason = "no call with a token has succeeded, so a refusal would prove nothing"
                return [_check(planned, Verdict(Outcome.SKIPPED, "", reason))]
            asked = await self._asker.once(planned.question, planned.credential)
        else:
            asked = await self._asker.patiently(planned.question, planned.credential, planned.awaited)
        if asked.limited:
            self._limited.append((planned.subject, asked))
        if planned.id in POSITIVE and planned.question.endpoint == "models" and verdicts.route_missing(asked.answer):
            self._undecided.append((planned, asked))
            return None
        return self._judged(planned, asked)

    def _judged(self, planned: Planned, asked: Asked, *, on_v1: bool = False) -> list[Check]:
        """The verdicts on an answer; `on_v1` says that `/models` had none for a deployment that `/openai/v1` serves."""
        if on_v1:
            verdict = verdicts.route_gone(asked.answer, planned.deployment)
        else:
            verdict = planned.judge(asked) if planned.judge is not None else Verdict(Outcome.SKIPPED, "")
        if verdict.outcome is Outcome.PASSED and planned.question and planned.question.endpoint == "openai-v1":
            self._on_v1.add((planned.deployment, planned.credential))
        if asked.answer.status == 200 and verdict.outcome is Outcome.PASSED and planned.credential != "key":
            self._proven = True
            self._decided.set()
        checks = [_check(planned, verdict, asked)] if planned.reported else []
        for also in planned.also:
            worth = asked.answer.status == 200 or also.telling in asked.answer.headers
            verdict = also.judge(asked) if worth and also.judge else _unread(planned, asked)
            checks.append(_check(also, verdict, None if checks else asked))  # the calls are counted once
        return checks


def _unread(planned: Planned, asked: Asked) -> Verdict:
    """Of what was to be read from an answer that didn't come: skipped where the report has the check that tells why."""
    reason = "no reply has the value"
    if planned.reported:
        return Verdict(Outcome.SKIPPED, "", reason)
    return Verdict(Outcome.INCONCLUSIVE, asked.answer.shown, reason)


def _groups(planned: Iterable[Planned], sparing: Collection[str]) -> list[list[Planned]]:
    """What is asked one after the other, in the order of the plan; most checks are groups by themselves."""
    groups: dict[str | int, list[Planned]] = {}
    for one in planned:
        groups.setdefault(one.deployment if one.deployment in sparing else id(one), []).append(one)
    return list(groups.values())


def _check(planned: Planned, verdict: Verdict, asked: Asked | None = None) -> Check:
    return Check(
        id=planned.id,
        subject=planned.subject,
        outcome=verdict.outcome,
        expected=planned.expected,
        observed=verdict.observed,
        reason=verdict.reason,
        attempts=asked.attempts if asked else 0,
        seconds=round(asked.seconds, 3) if asked else 0.0,
        waited=round(asked.waited, 3) if asked else 0.0,
    )
