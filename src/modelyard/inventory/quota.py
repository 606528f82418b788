"""Whether the quota of a region suffices for deployments that a change creates or enlarges.

A deployment draws on the quota that the region's models name for its model and SKU (`usageName`), whose limit and
current value the region's usages have (captured 2026-04: usageName isn't always the model's name). Both count in units
of `sku.capacity`. Usages are read at subscription scope, by the role Cognitive Services Usages Reader.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.arm import kinds
from modelyard.azure.arm_reader import ArmReader
from modelyard.catalog import regions
from modelyard.failures import Failure
from modelyard.findings import Finding

EXCEEDED = "inventory.quota-exceeded"
PROVIDER = "Microsoft.CognitiveServices"
FINE_TUNED = "-finetune"
"""ARM lists a SKU of some models twice, the second time with the quota of fine-tuned ones (captured 2026-04)."""
READER = "give whoever deploys the role Cognitive Services Usages Reader at the subscription, or look there yourself"


@dataclass(frozen=True, slots=True)
class Draw:
    """What one deployment draws on: a model, its SKU, and so many units of capacity."""

    format: str
    model: str
    version: str
    sku: str
    capacity: int

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Draw | None":
        """That of a deployment's ARM document or inputs; None where a part of it isn't known."""
        model, sku = (body.get("properties") or {}).get("model") or {}, body.get("sku") or {}
        publisher, name, version = model.get("format"), model.get("name"), model.get("version") or ""
        sku_name, capacity = sku.get("name"), sku.get("capacity")
        if not (isinstance(publisher, str) and isinstance(name, str) and isinstance(version, str)):
            return None
        if not isinstance(sku_name, str) or not isinstance(capacity, int | float):
            return None
        return cls(publisher, name, version, sku_name, int(capacity))


@dataclass(frozen=True, slots=True)
class CapacityStep:
    """What a change does to a deployment: what it draws before and after. None: it isn't there."""

    name: str
    before: Draw | None
    after: Draw | None


def findings(arm: ArmReader, subscription_id: str, location: str, steps: Sequence[CapacityStep]) -> Iterator[Finding]:
    """Where quota doesn't suffice, or can't be told. Asks nothing where no deployment is created or enlarged."""
    growing = growth(steps)
    if not growing:
        return
    where = f"/subscriptions/{subscription_id}/providers/{PROVIDER}/locations/{regions.normal(location)}"
    try:
        pools = _pools(arm.list(f"{where}/models", kinds.ACCOUNT.api_version))
        usages = {str(each["name"]["value"]): each for each in arm.list(f"{where}/usages", kinds.ACCOUNT.api_version)}
    except Failure as refused:
        yield unverified(growing, refused.what, where=refused.where)
        return
    yield from judged(steps, pools, usages)


def growth(steps: Iterable[CapacityStep]) -> list[CapacityStep]:
    """Those that want more than they have."""
    return [each for each in steps if each.after and each.after.capacity > _kept(each)]


Pools = Mapping[tuple[str, ...], str]
"""The name of the quota by format, model, version and SKU, folded; without the version too, for one not listed."""


def judged(steps: Iterable[CapacityStep], pools: Pools, usages: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """One finding for each quota that doesn't suffice, with all that want of it."""
    wanted: dict[str, list[tuple[str, int]]] = {}
    freed: dict[str, list[tuple[str, int]]] = {}
    unknown = []
    for step in steps:
        before, after = (_pool(each, pools) for each in (step.before, step.after))
        if step.after and after not in usages:
            if step.after.capacity > _kept(step):
                unknown.append(step)
            continue
        same = before == after
        more = (step.after.capacity if step.after else 0) - (step.before.capacity if step.before and same else 0)
        if step.after and more > 0:
            wanted.setdefault(after, []).append((step.name, more))
        if step.before and not (step.after and same and more >= 0):
            freed.setdefault(before, []).append((step.name, -more if same and step.after else step.before.capacity))
    if unknown:
        yield unverified(unknown, "the region's models and usages don't have this model and SKU")
    for pool, draws in sorted(wanted.items()):
        usage = usages[pool]
        left = int(usage.get("limit") or 0) - int(usage.get("currentValue") or 0)
        if (asked := sum(more for _, more in draws)) > left:
            back = freed.get(pool, [])
            late = asked - sum(units for _, units in back) <= left
            yield _short("inventory.quota-late" if late else EXCEEDED, pool, usage, draws, back, left)


def _kept(step: CapacityStep) -> int:
    """Of what it draws afterwards, how much it has already."""
    before, after = step.before, step.after
    same = before and after and (before.format, before.model, before.sku) == (after.format, after.model, after.sku)
    return before.capacity if before and same else 0


def _pools(models: Iterable[Mapping[str, Any]]) -> Pools:
    found: dict[tuple[str, ...], str] = {}
    for entry in sorted(models, key=lambda each: each.get("kind") != "AIServices"):
        model = entry.get("model") or {}
        for sku in model.get("skus") or ():
            usage = str(sku.get("usageName") or "")
            if usage and not usage.endswith(FINE_TUNED):
                key = (str(model.get("format")), str(model.get("name")), str(model.get("version")), str(sku["name"]))
                found.setdefault(tuple(map(str.lower, key)), usage)
                found.setdefault(tuple(map(str.lower, (key[0], key[1], "", key[3]))), usage)
    return found


def _pool(draw: Draw | None, pools: Pools) -> str:
    if draw is None:
        return ""
    exact = (draw.format, draw.model, draw.version, draw.sku)
    any_version = (draw.format, draw.model, "", draw.sku)
    return next((pools[key] for each in (exact, any_version) if (key := tuple(map(str.lower, each))) in pools), "")


def _short(
    code: str,
    pool: str,
    usage: Mapping[str, Any],
    draws: Sequence[tuple[str, int]],
    back: Sequence[tuple[str, int]],
    left: int,
) -> Finding:
    limit = int(usage.get("limit") or 0)
    wanted = ", ".join(f"{name} wants {more} more" for name, more in draws)
    freed = ", ".join(f"{name} ({units})" for name, units in back)
    ask = "ask for more quota in Azure (https://aka.ms/oai/stuquotarequest)"
    return Finding.of(
        code,
        f"quota {pool}: {wanted}; {max(left, 0)} of {limit} are left",
        path=f"deployments.{draws[0][0]}",
        found=str(sum(more for _, more in draws)),
        allowed=f"at most {max(left, 0)} units of sku.capacity",
        remedy=f"first give back what {freed} has, in an `up` of its own; Azure may refuse this one"
        if code != EXCEEDED
        else f"lower the capacity, take another SKU or region, or {ask}; to let Azure decide: `up --ignore-quota`",
    )


def unverified(steps: Sequence[CapacityStep], why: str, where: str = "") -> Finding:
    names = ", ".join(each.name for each in steps)
    return Finding.of(
        "inventory.quota-unverified",
        f"whether quota suffices for {names} can't be verified: {why}",
        path=f"deployments.{steps[0].name}",
        found=where,
        remedy=READER,
        unverified=True,
    )
