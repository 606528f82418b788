"""Children of one account are written one at a time, and one that Azure refuses must not hold up its siblings."""

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest

from modelyard.resources.write_lock import WAITS, AccountWrites

CONFLICT = 'Code="RequestConflict" Message="Another operation is being performed on the parent resource"'


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def writes(slept: list[float]) -> AccountWrites:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return AccountWrites("contoso", sleep=sleep, begun=lambda _: None)


def write(urn: str, *errors: str) -> Any:
    return SimpleNamespace(urn=urn, errors=list(errors))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_a_second_write_waits_for_the_first(writes: AccountWrites) -> None:
    async def two_writes() -> list[str]:
        order: list[str] = []

        async def child(urn: str) -> None:
            await writes.acquire(write(urn))
            order.append(f"{urn} begins")
            await asyncio.sleep(0)
            order.append(f"{urn} ends")
            await writes.release(write(urn))

        await asyncio.gather(child("chat"), child("embed"))
        return order

    assert run(two_writes()) == ["chat begins", "chat ends", "embed begins", "embed ends"]


def test_a_refused_write_lets_the_next_one_through(writes: AccountWrites) -> None:
    async def refused_then_next() -> bool:
        await writes.acquire(write("chat"))
        again = await writes.retry(write("chat", 'Code="InsufficientQuota"'))
        await asyncio.wait_for(writes.acquire(write("embed")), 1)
        return again

    assert run(refused_then_next()) is False, "quota does not come back by asking again"


def test_a_conflict_is_tried_again_with_the_lock_in_hand(writes: AccountWrites, slept: list[float]) -> None:
    async def conflict() -> list[bool]:
        await writes.acquire(write("chat"))
        answers = [await writes.retry(write("chat", *[CONFLICT] * attempt)) for attempt in range(1, len(WAITS) + 2)]
        await asyncio.wait_for(writes.acquire(write("embed")), 1)
        return answers

    assert run(conflict()) == [True] * len(WAITS) + [False], "the budget is bounded"
    assert slept == list(WAITS)


def test_a_release_counts_once(writes: AccountWrites) -> None:
    """A create that fails in part meets both hooks; the second must not free the lock of a sibling."""

    async def twice() -> None:
        await writes.acquire(write("chat"))
        await writes.retry(write("chat", "failed for good"))
        await writes.acquire(write("embed"))
        await writes.release(write("chat"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(writes.acquire(write("third")), 0.01)

    run(twice())
