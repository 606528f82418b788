"""Regions as ARM names them, and which there are for the sandbox.

They are the catalog's public regions; the market's matrices add what they name.
"""

from functools import cache

from modelyard.catalog.market import Market
from modelyard.catalog.regions import public


def normal(location: object) -> str:
    """The name as ARM compares it: `Sweden Central` is `swedencentral`."""
    return str(location).replace(" ", "").lower()


@cache
def regions() -> tuple[str, ...]:
    """Every region there is, in alphabetical order."""
    return tuple(sorted({*public(), *Market.load().regions()}))
