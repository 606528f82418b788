"""What is drawn on each quota, in the pool that counts it: deployments that run, and those that stacks declare.

Azure counts a quota by region, by data zone or for all regions at once, as its usages say (`scopeType`); where they
don't, the catalog's table says, and where that doesn't either, by region. A deployment that a stack declares and that
runs already is in Azure's own figure: it is taken out before what is declared is added, so that it counts once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.catalog import regions
from modelyard.catalog.market import Market
from modelyard.catalog.sku import SKUS, Billing, Processing
from modelyard.files import JsonDocument
from modelyard.inventory.live_accounts import LiveAccounts
from modelyard.inventory.quota import Draw
from modelyard.inventory.region_offers import RegionOffers
from modelyard.policy.documents import scopes

DEPLOYMENTS_OF_ACCOUNT = 32
"""Standard deployments of one account (Microsoft docs, quotas-limits, A); provisioned and batch ones don't count."""
ACCOUNTS_OF_REGION = "aiservices.s0.accountcount"
GLOBAL, ZONE, REGION = "global", "data zone", "region"
POOLS = {"global": GLOBAL, "datazone": ZONE, "regional": REGION, "classic": REGION}


@dataclass(slots=True)
class PoolRow:
    """One quota in one pool, in units of `sku.capacity`. `running` is what deployments of the stacks use already."""

    subscription: str
    quota: str
    pool: str
    limit: float
    used: float
    running: float = 0.0
    declared: float = 0.0
    stacks: dict[str, float] = field(default_factory=dict)
    grows: bool = False

    @property
    def after(self) -> float:
        """What would be used once everything that is declared runs."""
        return self.used - self.running + self.declared

    def row(self) -> JsonDocument:
        """As a row of the table."""
        return {
            "subscription": self.subscription.rpartition("/")[2],
            "quota": self.quota,
            "pool": self.pool,
            "limit": self.limit,
            "used": self.used,
            "declared": self.declared,
            "after": self.after,
            "left": self.limit - self.after,
            "stacks": [f"{name} {units:g}" for name, units in sorted(self.stacks.items())],
        }


@dataclass(frozen=True, slots=True)
class DeclaredDeployment:
    """A deployment of a stack: its ARM id, its key in the file, what it draws on, and where its account stands."""

    stack: str
    id: str
    path: str
    draw: Draw
    subscription: str
    region: str


def tally(
    declared: Iterable[DeclaredDeployment],
    running: Iterable[ArmDocument],
    offers: Mapping[tuple[str, str], RegionOffers],
    market: Market,
    accounts: Iterable[ArmDocument],
) -> tuple[list[PoolRow], list[DeclaredDeployment]]:
    """Every quota in the pool that counts it, and the declared deployments of which no quota is known."""
    pools: dict[tuple[str, str, str], PoolRow] = {}
    where = {str(each["id"]).lower(): regions.normal(str(each["location"])) for each in accounts}
    for (subscription, region), offer in offers.items():
        named = _skus(offer)
        for key, usage in (offer.usages or {}).items():
            if key == ACCOUNTS_OF_REGION:
                continue
            pool = _pool(usage.pool, usage.pool_id, region, named.get(key), market)
            row = pools.setdefault(
                (subscription, key, pool), PoolRow(subscription, usage.name, pool, usage.limit, usage.used)
            )
            row.limit, row.used = max(row.limit, usage.limit), max(row.used, usage.used)
    live = {str(each["id"]).lower(): each for each in running}
    unknown: list[DeclaredDeployment] = []
    for each in declared:
        drawn = _row_of(each.subscription, each.region, each.draw, offers, pools, market)
        if drawn is None:
            unknown.append(each)
            continue
        drawn.declared += each.draw.capacity
        drawn.stacks[each.stack] = drawn.stacks.get(each.stack, 0) + each.draw.capacity
        there = live.get(each.id.lower())
        before = Draw.of(there) if there else None
        own = _row_of(each.subscription, where.get(account_of(each.id), each.region), before, offers, pools, market)
        if before and own is not None:
            own.running += before.capacity
        drawn.grows |= before is None or own is not drawn or each.draw.capacity > before.capacity
    return list(pools.values()), unknown


def _row_of(
    subscription: str,
    region: str,
    draw: Draw | None,
    offers: Mapping[tuple[str, str], RegionOffers],
    pools: Mapping[tuple[str, str, str], PoolRow],
    market: Market,
) -> PoolRow | None:
    offer = offers.get((subscription, region))
    if offer is None or draw is None:
        return None
    usage = offer.usage(draw.format, draw.model, draw.version, draw.sku)
    if usage is None:
        return None
    pool = _pool(usage.pool, usage.pool_id, region, (draw.model, draw.sku), market)
    return pools.get((subscription, usage.name.lower(), pool))


def _pool(scope: str | None, scope_id: str, region: str, drawn: tuple[str, str] | None, market: Market) -> str:
    """Where a quota counts, as people read it: `global`, `data zone EU`, or the region's name."""
    if scope is not None:
        kind = POOLS.get(scope.lower(), scope)
        return region if kind == REGION else f"{kind} {scope_id}".strip() if kind == ZONE else kind
    known = market.quota(*drawn) if drawn else None
    if known is None or known.pool != "subscription" or drawn is None or drawn[1] not in SKUS:
        return region
    processing = SKUS[drawn[1]].processing
    return GLOBAL if processing is Processing.GLOBAL else ZONE if processing is Processing.DATA_ZONE else region


def _skus(offer: RegionOffers) -> dict[str, tuple[str, str]]:
    """Model and SKU of each quota, by its folded name."""
    return {
        sku.usage.lower(): (model.name, sku.name)
        for model in (offer.models or {}).values()
        for sku in model.skus.values()
        if sku.usage
    }


def account_of(deployment_id: str) -> str:
    """The folded id of the account that a deployment is in."""
    return deployment_id.lower().rpartition("/deployments/")[0]


def counts(
    accounts: Sequence[tuple[str, ArmDocument]],
    declared: Sequence[DeclaredDeployment],
    found: LiveAccounts,
    offers: Mapping[tuple[str, str], RegionOffers],
) -> list[JsonDocument]:
    """Accounts of a region and standard deployments of an account, where they are near their limit or declared."""
    rows: list[dict[str, Any]] = []
    for (subscription, region), offer in offers.items():
        usage = (offer.usages or {}).get(ACCOUNTS_OF_REGION)
        if usage is None:
            continue
        there = {str(each["id"]).lower() for each in found.accounts}
        wanted = [
            stack
            for stack, each in accounts
            if regions.normal(str(each.get("location"))) == region
            and scopes.subscription(str(each["id"])) == subscription
            and str(each["id"]).lower() not in there
        ]
        rows.append(
            _count_row(subscription, usage.name, region, usage.limit, usage.used, len(wanted), sorted(set(wanted)))
        )
    standard: dict[str, set[str]] = {}
    stacks: dict[str, set[str]] = {}
    for id_, sku in (
        *((str(each["id"]), str((each.get("sku") or {}).get("name"))) for each in found.deployments),
        *((each.id, each.draw.sku) for each in declared),
    ):
        if sku in SKUS and SKUS[sku].billing is Billing.STANDARD:
            standard.setdefault(account_of(id_), set()).add(id_.lower())
    for each in declared:
        stacks.setdefault(account_of(each.id), set()).add(each.stack)
    running = {str(each["id"]).lower() for each in found.deployments}
    for account, ids in sorted(standard.items()):
        name, here = f"standard deployments of {account.rpartition('/')[2]}", len(ids & running)
        if account in stacks or len(ids) > DEPLOYMENTS_OF_ACCOUNT * 0.8:
            subscription = scopes.subscription(account)
            new = len(ids) - here
            rows.append(
                _count_row(
                    subscription, name, "account", DEPLOYMENTS_OF_ACCOUNT, here, new, sorted(stacks.get(account, ()))
                )
            )
    return rows


def _count_row(
    subscription: str, name: str, pool: str, limit: float, used: float, new: int, stacks: list[str]
) -> dict[str, Any]:
    return {
        "subscription": subscription.rpartition("/")[2],
        "quota": name,
        "pool": pool,
        "limit": limit,
        "used": used,
        "declared": new,
        "after": used + new,
        "left": limit - used - new,
        "stacks": stacks,
    }
