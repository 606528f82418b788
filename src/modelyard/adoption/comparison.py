"""Whether ARM shows a resource as a stack declares it: what an update would change, in ARM's words.

Only what is declared is compared. A member that ARM leaves out has the service's default: nothing, or one of those of
`DEFAULTS`. ARM compares ids and regions without regard to case, and the order of a list of objects says nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.arm.resource_types import ResourceType
from modelyard.policy.language.unknown import UNKNOWN

DEFAULTS: ArmObject = {
    "identity.type": "None",
    "properties.networkAcls.bypass": "AzureServices",
    "properties.publicNetworkAccess": "Enabled",
    "properties.contentFilters[].enabled": True,
}
"""What a member means where ARM shows none (Microsoft docs, accounts and raiPolicies, A)."""
ABSENT = object()
ROLE = "properties.roleDefinitionId"


def differences(row: ResourceType, declared: ArmDocument, live: ArmDocument) -> list[str]:
    """`place: old → new` for each member that an update would change; none where ARM shows what is declared."""
    return [f"{place}: {_shown(old)} → {_shown(new)}" for place, old, new in _walk(row, "", declared, live)]


def _walk(row: ResourceType, place: str, declared: Any, live: Any) -> Iterator[tuple[str, Any, Any]]:
    if declared is UNKNOWN or declared is None:
        return
    if isinstance(declared, Mapping) and (isinstance(live, Mapping) or not live or live is ABSENT):
        found = live if isinstance(live, Mapping) else {}
        if place in row.string_sets:
            if {each.lower() for each in declared} != {each.lower() for each in found}:
                yield place, sorted(found), sorted(declared)
            return
        for name, value in declared.items():
            inside = f"{place}.{name}" if place else name
            yield from _walk(row, inside, value, found.get(name, ABSENT))
    elif not _same(row, place, declared, live):
        yield place, live, declared


def _same(row: ResourceType, place: str, declared: Any, live: Any) -> bool:
    if live is ABSENT or live is None:
        return not declared or DEFAULTS.get(place) == declared
    if isinstance(declared, list | tuple) and isinstance(live, list):
        return len(declared) == len(live) and _paired(row, f"{place}[]", list(declared), list(live))
    if isinstance(declared, str) and isinstance(live, str):
        if row.type == kinds.ROLE_ASSIGNMENT.type and place == ROLE:
            return declared.rpartition("/")[2].lower() == live.rpartition("/")[2].lower()
        if place == "location":
            return declared.replace(" ", "").lower() == live.replace(" ", "").lower()
        if declared.startswith("/") or place.endswith(("Id", "customSubDomainName", "identity.type")):
            return declared.replace(" ", "").lower() == live.replace(" ", "").lower()
    return bool(declared == live)


def _paired(row: ResourceType, place: str, declared: list[Any], live: list[Any]) -> bool:
    """Whether each of one list has its like in the other."""
    left = list(live)
    for each in declared:
        like = next((one for one in left if not any(_walk(row, place, each, one))), None)
        if like is None:
            return False
        left.remove(like)
    return True


def _shown(value: Any) -> str:
    return "nothing" if value is ABSENT or value is None else str(value)
