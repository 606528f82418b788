"""Whether the quota of a region suffices for deployments that a change creates or enlarges.

A deployment draws on the quota that the region's models name for its model and SKU (`usageName`), whose limit and
current value the region's usages have (captured 2026-04: usageName isn't always the model's name). Both count in units
of `sku.capacity`. Usages are read at subscription scope, by the role Cognitive Services Usages Reader.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from modelyard.arm.json_path import ArmObject
from modelyard.findings import Finding
from modelyard.inventory.region_offers import RegionOffers, Usage

EXCEEDED = "inventory.quota-exceeded"
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
    def of(cls, body: ArmObject) -> "Draw | None":
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


def findings(
    offers: RegionOffers, steps: Sequence[CapacityStep], way_out: Callable[[Draw, int], str] | None = None
) -> Iterator[Finding]:
    """Where quota doesn't suffice, or can't be told. `way_out` says where there is room for so many units of a draw."""
    growing = growth(steps)
    if growing and offers.unread:
        yield unverified(growing, offers.unread[0].why, where=offers.unread[0].where)
    elif growing:
        yield from judged(steps, offers, way_out)


def growth(steps: Iterable[CapacityStep]) -> list[CapacityStep]:
    """Those that want more than they have."""
    return [each for each in steps if each.after and each.after.capacity > _kept(each)]


def judged(
    steps: Iterable[CapacityStep], offers: RegionOffers, way_out: Callable[[Draw, int], str] | None = None
) -> Iterator[Finding]:
    """One finding for each quota that doesn't suffice, with all that want of it."""
    wanted: dict[str, list[tuple[str, Draw, int]]] = {}
    freed: dict[str, list[tuple[str, int]]] = {}
    unknown = []
    for step in steps:
        before, after = (_pool(each, offers) for each in (step.before, step.after))
        if step.after and after is None:
            if step.after.capacity > _kept(step):
                unknown.append(step)
            continue
        same = before == after
        more = (step.after.capacity if step.after else 0) - (step.before.capacity if step.before and same else 0)
        if step.after and after and more > 0:
            wanted.setdefault(after, []).append((step.name, step.after, more))
        if step.before and before and not (step.after and same and more >= 0):
            freed.setdefault(before, []).append((step.name, -more if same and step.after else step.before.capacity))
    if unknown:
        yield unverified(unknown, "the region's models and usages don't have this model and SKU")
    for pool, draws in sorted(wanted.items()):
        usage = (offers.usages or {})[pool]
        left = int(usage.limit) - int(usage.used)
        if (asked := sum(more for _, _, more in draws)) > left:
            back = freed.get(pool, [])
            late = asked - sum(units for _, units in back) <= left
            way = way_out(draws[0][1], asked) if way_out and not late else ""
            yield _short("inventory.quota-late" if late else EXCEEDED, usage, draws, back, left, way)


def _kept(step: CapacityStep) -> int:
    """Of what it draws afterwards, how much it has already."""
    before, after = step.before, step.after
    same = before and after and (before.format, before.model, before.sku) == (after.format, after.model, after.sku)
    return before.capacity if before and same else 0


def _pool(draw: Draw | None, offers: RegionOffers) -> str | None:
    """The folded name of the quota; that of another version of the model where the region doesn't list this one."""
    if draw is None:
        return None
    usage = offers.usage(draw.format, draw.model, draw.version, draw.sku)
    others = (
        offers.usage(each.format, each.name, each.version, draw.sku)
        for each in (offers.models or {}).values()
        if (each.format.lower(), each.name.lower()) == (draw.format.lower(), draw.model.lower())
    )
    found = usage or next((each for each in others if each), None)
    return found.name.lower() if found else None


def _short(
    code: str,
    usage: Usage,
    draws: Sequence[tuple[str, Draw, int]],
    back: Sequence[tuple[str, int]],
    left: int,
    way: str,
) -> Finding:
    wanted = ", ".join(f"{name} wants {more} more" for name, _, more in draws)
    freed = ", ".join(f"{name} ({units})" for name, units in back)
    ask = "ask for more quota in Azure (https://aka.ms/oai/stuquotarequest)"
    return Finding.of(
        code,
        f"quota {usage.name}: {wanted}; {max(left, 0)} of {int(usage.limit)} are left",
        path=f"deployments.{draws[0][0]}",
        found=str(sum(more for _, _, more in draws)),
        allowed=f"at most {max(left, 0)} units of sku.capacity",
        remedy=f"first give back what {freed} has, in an `up` of its own; Azure may refuse this one"
        if code != EXCEEDED
        else f"lower the capacity, take another SKU or region{f' ({way})' if way else ''}, or {ask}; "
        "to let Azure decide: `up --ignore-quota`",
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
