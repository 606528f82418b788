"""The local Azure that all of the sandbox's services share: one store, one clock, one market.

The clock is real time plus what it has been advanced. Delays, expiries and windows read it and nothing else; lifecycles
of models read the market's day, `LocalAzure.market_day`, which the real time doesn't move.

Collections of the store, and what their keys are:

    resources         ARM id in lower case      the document as GET answers it
    operations        operation id              long-running operations: what, when it is done, how it ended
    operations-under-way  operation id          those of them that are not done, or still hold a lock
    subdomains        custom subdomain          {"account": ARM id}
    account-keys      account's ARM id          {"key1", "key2"}
    deleted-accounts  account's ARM id          soft-deleted accounts, with deletion and purge dates
    principals        object id                 users, groups, service principals, managed identities
    policies          ARM id in lower case      policy documents, as `resources` has them (see `policy.documents`)
    propagation       an assignment's ARM id    when it takes effect, of roles or policies, where that is not at once
    settings          name                      clock, signing key, issuers of federated tokens, delays
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from modelyard.arm.resource_types import stated
from modelyard.catalog.calendar import SANDBOX, Calendar
from modelyard.catalog.market import Market
from modelyard.sandbox import SUBSCRIPTION_ID, TENANT_ID
from modelyard.sandbox.store import Store
from modelyard.sandbox_clock import COLLECTION, KEY, MEMBER, MOST

T = TypeVar("T")

DELAYS: Mapping[str, float] = {row.type: row.delay for row in stated() if row.delay is not None}
"""Seconds on the sandbox's clock that operations take, by ARM type. Azure publishes none of these; they are short so
that nobody has to wait."""


def _now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """A clock that only moves forward; what it was advanced by outlives the server.

    Where the machine's clock is set back, this one goes on from where it was, by seconds that really pass, until the
    machine's has caught up: what is under way would hold its locks until then. After a start it goes on from when the
    last of what is under way was begun.
    """

    def __init__(
        self, store: Store, real: Callable[[], datetime] = _now, steady: Callable[[], float] = time.monotonic
    ) -> None:
        """ValueError where the store has an advance of which nobody knows the date."""
        self._store = store
        self._real = real
        self._steady = steady
        if not timedelta(0) <= self.advanced <= MOST:
            raise ValueError(f"the clock was advanced {self.advanced}, more than {MOST.days} days")
        begun = (str(document.get("started", "")) for _, document in store.scan("operations-under-way"))
        latest = max((datetime.fromisoformat(at) for at in begun if at), default=None)
        self._seen = real() if latest is None else max(real(), latest - self.advanced)
        self._at = steady()

    @property
    def advanced(self) -> timedelta:
        """How far the sandbox is ahead of real time."""
        document = self._store.get(COLLECTION, KEY) or {}
        return timedelta(seconds=document.get(MEMBER, 0))

    def now(self) -> datetime:
        """The sandbox's time, in UTC."""
        real, at = self._real(), self._steady()
        if real < self._seen:
            real = self._seen + timedelta(seconds=at - self._at)
        self._seen, self._at = real, at
        return real + self.advanced

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward and tell the new time; ValueError for a step back, or one further than MOST in all."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        if by > MOST - self.advanced:
            raise ValueError(
                f"the clock can be advanced {MOST.days} days in all; it has been advanced {self.advanced.days}"
            )
        self._store.put(COLLECTION, KEY, {MEMBER: (self.advanced + by).total_seconds()})
        return self.now()


@dataclass
class LocalAzure:
    """One subscription in one tenant, as the sandbox serves it."""

    store: Store
    clock: Clock
    market: Market
    tenant_id: str = TENANT_ID
    subscription_id: str = SUBSCRIPTION_ID
    delays: Mapping[str, float] = field(default_factory=lambda: dict(DELAYS))
    _derived: dict[str, tuple[int, tuple[int, ...], Any]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def open(cls, path: Path | None = None) -> "LocalAzure":
        """The local Azure kept at `path`, or one in memory; the market is the catalog of this release."""
        store = Store(path)
        return cls(store=store, clock=Clock(store), market=Market.load())

    @property
    def calendar(self) -> Calendar:
        """The days by which things are judged here."""
        advanced = self.clock.advanced
        return Calendar(self.clock.now() - advanced, self.market.date, advanced)

    @property
    def market_day(self) -> date:
        """The day by which lifecycles of models are judged: it moves with what the clock is advanced, and only so."""
        return self.calendar.market_day(SANDBOX)

    def derived(self, name: str, collections: tuple[str, ...], make: Callable[[], T]) -> T:
        """What `make` made of these collections; it is made again only once one of them was written to."""
        changes = self.store.changes
        kept = self._derived.get(name)
        if kept is None or kept[0] != changes:
            versions = tuple(self.store.version(collection) for collection in collections)
            value = make() if kept is None or kept[1] != versions else kept[2]
            kept = changes, versions, value
            self._derived[name] = kept
        return cast("T", kept[2])
