"""The local Azure that all of the sandbox's services share: one store, one clock, one market.

Collections of the store, and what their keys are:

    resources         ARM id in lower case      the document as GET answers it
    operations        operation id              long-running operations: what, when it is done, how it ended
    subdomains        custom subdomain          {"account": ARM id}
    account-keys      account's ARM id          {"key1", "key2"}
    deleted-accounts  account's ARM id          soft-deleted accounts, with deletion and purge dates
    principals        object id                 users, groups, service principals, managed identities
    settings          name                      clock, signing key, delays, faults
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.catalog.market import Market
from modelyard.sandbox.clock import Clock
from modelyard.sandbox.store import Store

TENANT_ID = "6d0c1b0e-5a4d-4a0a-9f0e-3b1f0f5a7e01"
SUBSCRIPTION_ID = "5a9db0c5-0000-4000-8000-000000000001"

DELAYS: Mapping[str, float] = {
    # Seconds on the sandbox's clock. Azure publishes none of these; they are short so that nobody has to wait.
    "Microsoft.CognitiveServices/accounts": 0.3,
    "Microsoft.CognitiveServices/accounts/deployments": 0.2,
    "Microsoft.Authorization/roleAssignments": 0.0,
}


@dataclass
class LocalAzure:
    """One subscription in one tenant, as the sandbox serves it."""

    store: Store
    clock: Clock
    market: Market
    tenant_id: str = TENANT_ID
    subscription_id: str = SUBSCRIPTION_ID
    delays: Mapping[str, float] = field(default_factory=lambda: dict(DELAYS))

    @classmethod
    def open(cls, path: Path | None = None) -> "LocalAzure":
        """The local Azure kept at `path`, or one in memory; the market is the catalog of this release."""
        store = Store(path)
        return cls(store=store, clock=Clock(store), market=Market.load())
