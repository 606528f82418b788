"""All checks of a stack: the positive ones at once, deployment by deployment, then the negative ones.

A refusal proves something only where the same principal has been answered, so negative checks wait for a positive one
with a token; without one they are skipped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import anyio
import anyio.to_thread

from modelyard.report.result import Check, Outcome
from modelyard.smoke import outputs as stack
from modelyard.smoke.asking import Asked, Asker
from modelyard.smoke.options import Options
from modelyard.smoke.plan import ANSWERS, Planned, plan
from modelyard.smoke.requests import Credential
from modelyard.smoke.verdicts import Verdict
from modelyard.target import DATA_PLANE_SCOPE, Target


def run(outputs: Mapping[str, Any], target: Target, options: Options | None = None) -> tuple[Check, ...]:
    """Ask everything that follows from the stack's outputs, and give the checks in the order of the plan.

    Nothing that a network or an endpoint does raises: it is some check's outcome. MissingOutput tells outputs that
    name no endpoint. `options.progress` gets each check as it ends, from this thread.
    """
    chosen = options or Options()
    return anyio.run(_run, stack.read(outputs), target, chosen)


async def _run(known: stack.Outputs, target: Target, options: Options) -> tuple[Check, ...]:
    planned = plan(known, options)
    credentials: dict[Credential, str] = {"key": known.keys[0]} if known.keys else {}
    if any(one.question is not None and one.credential == "token" for one in planned):
        token, trouble = await _token(target)
        if token:
            credentials["token"] = token
    else:
        trouble = ""
    async with target.transport.async_client(timeout=options.timeout, connections=options.concurrency) as client:
        asker = Asker(client, credentials, budget=options.budget, propagation=options.propagation, wait=options.wait)
        session = _Session(asker, credentials, options, trouble)
        if any(one.negative for one in planned) and all(one.negative for one in planned):
            await session.prove(plan(known, replace(options, select=(ANSWERS,))))
        await session.all(_by_deployment(one for one in planned if not one.negative))
        await session.all([[one] for one in planned if one.negative])
    return tuple(check for one in planned for check in session.checks_of(one))


async def _token(target: Target) -> tuple[str, str]:
    """The token, or why there is none. Whatever a credential raises is that: it may talk to anything."""
    try:
        credential = target.credential()
        access = await anyio.to_thread.run_sync(credential.get_token, DATA_PLANE_SCOPE)
    except Exception as error:  # azure-identity documents no common ancestor of what its credentials raise
        lines = str(error).strip().splitlines()
        return "", f"no token was to be had: {type(error).__name__}: {lines[0][:200] if lines else ''}"
    return access.token, ""


def _by_deployment(planned: Iterable[Planned]) -> list[list[Planned]]:
    """One group a deployment, asked one after the other: a deployment's limits may allow little at once."""
    groups: dict[str, list[Planned]] = {}
    for one in planned:
        groups.setdefault(one.deployment, []).append(one)
    return list(groups.values())


class _Session:
    """One run: what has been found so far."""

    def __init__(self, asker: Asker, credentials: Mapping[Credential, str], options: Options, trouble: str) -> None:
        self._asker = asker
        self._credentials = credentials
        self._options = options
        self._trouble = trouble
        self._found: dict[int, list[Check]] = {}
        self._proven = False

    async def all(self, groups: list[list[Planned]]) -> None:
        """Ask every group, so many at a time."""
        bound = anyio.CapacityLimiter(self._options.concurrency)
        async with anyio.create_task_group() as tasks:
            for group in groups:
                tasks.start_soon(self._group, group, bound)

    async def prove(self, positive: Sequence[Planned]) -> None:
        """Find a positive check that passes, for negative ones that were selected alone; it isn't reported."""
        for planned in positive:
            if not self._proven:
                await self._ask(planned)

    def checks_of(self, planned: Planned) -> list[Check]:
        """The check, and the one that was judged from the same answer."""
        return self._found[id(planned)]

    async def _group(self, group: list[Planned], bound: anyio.CapacityLimiter) -> None:
        async with bound:
            for planned in group:
                checks = await self._ask(planned)
                self._found[id(planned)] = checks
                for check in checks:
                    self._options.progress(check)

    async def _ask(self, planned: Planned) -> list[Check]:
        if planned.question is None or planned.judge is None:
            return [_check(planned, Verdict(Outcome.SKIPPED, "", planned.skipped))]
        if planned.credential == "token" and "token" not in self._credentials:
            return [_check(planned, Verdict(Outcome.INCONCLUSIVE, "", self._trouble))]
        if planned.negative:
            if not self._proven:
                reason = "no call with a token has succeeded, so a refusal would prove nothing"
                return [_check(planned, Verdict(Outcome.SKIPPED, "", reason))]
            asked = await self._asker.once(planned.question, planned.credential)
        else:
            asked = await self._asker.patiently(planned.question, planned.credential)
        verdict = planned.judge(asked)
        if verdict.outcome is Outcome.PASSED and planned.credential == "token" and not planned.negative:
            self._proven = True
        checks = [_check(planned, verdict, asked)] if planned.reported else []
        if planned.also is not None and planned.also.judge is not None:
            answered = asked.answer.status == 200
            unanswered = Verdict(Outcome.SKIPPED, "", "there was no reply to read it from")
            checks.append(_check(planned.also, planned.also.judge(asked) if answered else unanswered))
        return checks


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
    )
