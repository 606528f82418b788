"""The local Azure that all of the sandbox's services share: one store, one clock, one market.

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

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from modelyard.arm.resource_types import stated
from modelyard.catalog.calendar import SANDBOX, Calendar
from modelyard.catalog.market import Market
from modelyard.sandbox.clock import Clock
from modelyard.sandbox.store import Store
from modelyard.sandbox.tenant import SUBSCRIPTION_ID, TENANT_ID

T = TypeVar("T")

DELAYS: Mapping[str, float] = {row.type: row.delay for row in stated() if row.delay is not None}
"""Seconds on the sandbox's clock that operations take, by ARM type. Azure publishes none of these; they are short so
that nobody has to wait."""


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
