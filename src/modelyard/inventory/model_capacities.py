"""Where Azure has room for a model, by `modelCapacities`: the way out of a refusal, with what replaces the model."""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.arm import kinds
from modelyard.azure.arm_client import Deadline
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import ArmFailure
from modelyard.catalog import regions
from modelyard.inventory.live_answers import Answers, StackInAzure
from modelyard.inventory.quota import Draw
from modelyard.inventory.region_offers import PROVIDER

NOWHERE = "no other region or SKU has room for it"
SHOWN = 4
"""How many regions or SKUs a way out names."""


def elsewhere(arm: ArmReader, stack: StackInAzure, answers: Answers, draw: Draw, room: int = 1) -> str:
    """Other SKUs of the region and other regions that have room for so many units; else where the most is left."""
    path = f"{stack.subscription}/providers/{PROVIDER}/modelCapacities"
    query = {"modelFormat": draw.format, "modelName": draw.model, "modelVersion": draw.version}
    parts = []
    try:
        listed = list(arm.arm.list(path, Deadline(), api_version=kinds.ACCOUNT.api_version, query=query))
    except ArmFailure as refused:
        parts.append(f"where there is room can't be read ({refused.what.splitlines()[0]})")
    else:
        parts += _with_room(listed, stack.region, draw.sku, room)
    listing = answers.offers.model(draw.format, draw.model, draw.version)
    entry = stack.market.entry(draw.model, draw.version)
    known = listing.replacement if listing else ""
    known = known or (stack.market.lifecycle(entry, draw.sku, stack.market.date).replacement if entry else "")
    return "; ".join([*parts, *([f"Microsoft replaces it by {known}"] if known else [])])


def _with_room(listed: Sequence[Mapping[str, Any]], region: str, sku: str, room: int) -> list[str]:
    others = [each for each in listed if (_region(each), _sku(each)) != (region, sku)]
    found = [each for each in others if _left(each) >= room]
    here = sorted({_sku(each) for each in found if _region(each) == region})
    there = sorted({_region(each) for each in found if _sku(each) == sku})
    parts = [f"here there is room with {first(here)}"] if here else []
    parts += [f"with {sku} in {first(there)}"] if there else []
    if parts:
        return parts
    most = max(others, key=_left, default=None)
    if most is None or not _left(most):
        return ["no other region or SKU has room for it"]
    return [
        f"no other region or SKU has room for it; most is left with {_sku(most)} in {_region(most)}: {_left(most):g}"
    ]


def _left(capacity: Mapping[str, Any]) -> float:
    return float((capacity.get("properties") or {}).get("availableCapacity") or 0)


def _sku(capacity: Mapping[str, Any]) -> str:
    return str((capacity.get("properties") or {}).get("skuName") or capacity.get("name") or "")


def _region(capacity: Mapping[str, Any]) -> str:
    return regions.normal(str(capacity.get("location")))


def first(names: Sequence[str]) -> str:
    """A few of many names."""
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
