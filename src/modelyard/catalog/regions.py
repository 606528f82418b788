"""Azure's regions as ARM names them, and the cloud that each belongs to.

The list is recalled (grade R) and may lag behind Azure, so a name that isn't here is unknown, never wrong. A region of
another cloud is a known no: clouds have their own endpoints, logins and subscriptions.
"""

import re
from collections.abc import Mapping
from functools import cache

from modelyard.catalog import tables

PUBLIC = "public"


@cache
def clouds() -> Mapping[str, str]:
    """The cloud of each region: `public`, or the name of another one."""
    return {row["name"]: row["cloud"] for row in tables.rows("regions.csv")}


def public() -> tuple[str, ...]:
    """The regions of the public cloud."""
    return tuple(name for name, cloud in clouds().items() if cloud == PUBLIC)


def other_cloud(region: str) -> str:
    """The cloud, other than the public one, that a region belongs to by its name; empty for all others."""
    if region in clouds():
        return "" if clouds()[region] == PUBLIC else clouds()[region]
    prefix = next((each for each in ("china", "usgov", "usdod") if region.startswith(each)), None)
    return next((cloud for name, cloud in clouds().items() if prefix and name.startswith(prefix)), "")


def meant(region: str) -> str:
    """The public region that a misspelt one is very likely meant to be; empty where none is that near.

    A name that differs in its number alone isn't misspelt: eastus3 may be newer than this list.
    """
    from difflib import get_close_matches

    close = get_close_matches(region, public(), n=1, cutoff=0.85)
    return close[0] if close and _stem(close[0]) != _stem(region) else ""


def _stem(region: str) -> str:
    return re.sub(r"\d+$", "", region)
