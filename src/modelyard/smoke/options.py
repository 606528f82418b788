"""How a run of the checks behaves: what it asks, how much at a time, and how long it waits for Azure."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import anyio

from modelyard.report.result import Check

PROPAGATION = 300.0
"""Seconds that a role assignment or a deployment may take to be known everywhere. Microsoft's docs say "at least 5
minutes" of the one (configure-entra-id/troubleshooting, A); the other's error speaks of the last 5 minutes (B)."""


class Profile(StrEnum):
    """How much is asked. `liveness` sends one small request to each deployment and nothing that is meant to fail."""

    LIVENESS = "liveness"
    BEHAVIOUR = "behaviour"


@dataclass(frozen=True, slots=True)
class SmokeOptions:
    """`select` are globs over check ids and deployment names; none means all.

    A check waits at most `budget` seconds in all, which is what a limit may take. A refusal that propagation explains
    is asked again until `propagation` seconds were waited, and counts as a failure only then; where the budget ends
    before, it is inconclusive. Where nothing propagates, in the sandbox, `propagation` is best set low.
    """

    profile: Profile = Profile.BEHAVIOUR
    select: tuple[str, ...] = ()
    concurrency: int = 256
    timeout: float = 60.0
    budget: float = PROPAGATION
    propagation: float = PROPAGATION
    wait: Callable[[float], Awaitable[object]] = anyio.sleep
    progress: Callable[[Check], object] = lambda _check: None
