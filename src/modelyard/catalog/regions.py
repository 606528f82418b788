"""Azure's regions as ARM names them, and the cloud that each belongs to.

The list is recalled (grade R) and may lag behind Azure, so a name that isn't here is unknown. Three are a known no:
what no region can be called, a slip of the pen, and a region of another cloud, which has its own endpoints and logins.
"""

import re
from collections.abc import Mapping
from functools import cache

from modelyard.catalog import tables

PUBLIC = "public"
NAME = re.compile(r"[a-z][a-z0-9]+")
_COMPASS = "(?:north|south|east|west|central)*"
COMPOSED = re.compile(rf"(?P<before>{_COMPASS})(?P<geography>[a-z]+?)(?P<after>{_COMPASS})[0-9]*")


@cache
def clouds() -> Mapping[str, str]:
    """The cloud of each region: `public`, or the name of another one."""
    return {row["name"]: row["cloud"] for row in tables.rows("regions.csv")}


@cache
def data_zone(region: str) -> str:
    """The data zone that a region belongs to, `US` or `EU`: the United States, and members of the European Union
    (Microsoft docs, deployment types, A; which region lies where is recalled). Empty for others.
    """
    return next((row["data_zone"] for row in tables.rows("regions.csv") if row["name"] == region), "")


def public() -> tuple[str, ...]:
    """The regions of the public cloud."""
    return tuple(name for name, cloud in clouds().items() if cloud == PUBLIC)


def other_cloud(region: str) -> str:
    """The cloud, other than the public one, that a region belongs to by its name; empty for all others."""
    if region in clouds():
        return "" if clouds()[region] == PUBLIC else clouds()[region]
    prefix = next((each for each in ("china", "usgov", "usdod") if region.startswith(each)), None)
    return next((cloud for name, cloud in clouds().items() if prefix and name.startswith(prefix)), "")


def wrong(region: str) -> bool:
    """Whether the public cloud has no such region, for certain; `region` as ARM compares names, see `normal`."""
    return not NAME.fullmatch(region) or bool(other_cloud(region)) or bool(misspelt(region))


def misspelt(region: str) -> str:
    """The public region that this is but for one slip of the pen; empty where it may be a region of its own.

    eastus3 and canadawest may be newer than this list: a known geography with a point of the compass isn't misspelt.
    """
    if region in clouds() or _composed(region):
        return ""
    return next((each for each in public() if _one_slip(region, each)), "")


def meant(region: str) -> str:
    """The public region that resembles it, to be asked for: less than `misspelt` says."""
    from difflib import get_close_matches

    if slip := misspelt(region):
        return slip
    close = get_close_matches(region, public(), n=1, cutoff=0.85)
    return close[0] if close and not _composed(region) else ""


def normal(region: str) -> str:
    """The name as ARM compares it: `Sweden Central` is `swedencentral`."""
    return region.replace(" ", "").lower()


def _one_slip(written: str, name: str) -> bool:
    """Whether one character is added, left out or wrong, or two neighbours have changed places."""
    pairs = enumerate(zip(written, name, strict=False))
    start = next((at for at, (one, other) in pairs if one != other), min(len(written), len(name)))
    one, other = written[start:], name[start:]
    swapped = one[:2] == other[:2][::-1] and one[2:] == other[2:]
    return one != other and (one[1:] == other or one == other[1:] or one[1:] == other[1:] or swapped)


def _composed(region: str) -> bool:
    """Whether the name is a geography of the list with a point of the compass, as every region's is."""
    parts = COMPOSED.fullmatch(region)
    return bool(parts and (parts["before"] or parts["after"]) and parts["geography"] in _geographies())


@cache
def _geographies() -> frozenset[str]:
    return frozenset(parts["geography"] for name in public() if (parts := COMPOSED.fullmatch(name)))
