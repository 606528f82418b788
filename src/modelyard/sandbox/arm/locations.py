"""Regions as ARM names them, which there are for the sandbox, and which it refuses.

They are the catalog's public regions; the market's matrices add what they name. Another one may be newer than both: it
is taken with a note unless it is wrong for certain.
"""

from functools import cache

from modelyard.catalog import regions as catalog
from modelyard.catalog.market import Market
from modelyard.sandbox.arm.answers import refuse


def normal(location: object) -> str:
    """The name as ARM compares it: `Sweden Central` is `swedencentral`."""
    return catalog.normal(str(location))


@cache
def regions() -> tuple[str, ...]:
    """Every region there is, in alphabetical order."""
    return tuple(sorted({*catalog.public(), *Market.load().regions()}))


def possible(location: object) -> bool:
    """Whether Azure may have the region: it is listed, or nothing says that it can't be."""
    return normal(location) in regions() or not catalog.wrong(normal(location))


def require(location: object, arm_type: str) -> None:
    """Refuses a region that there is not, for certain."""
    if not possible(location):
        raise refuse("location-not-available", location=location, type=arm_type, regions=",".join(regions()))


def note(location: object) -> str | None:
    """What a write in a region rests on that no table has."""
    if normal(location) in regions():
        return None
    return f"whether Azure has the region {normal(location)} is not known here; ask: az account list-locations"
