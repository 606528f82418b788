"""Resource groups: what everything else is in, and deleted with. Accounts in one are soft-deleted with it."""

import re
from functools import partial
from typing import Any

from modelyard.arm.kinds import RESOURCE_GROUP
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, lookup, odata, subscription
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.subscription import normal

NAME = re.compile(r"[\w().-]{0,89}[\w()-]")


def _check(change: ResourceChange) -> None:
    if not NAME.fullmatch(change.name):
        rule = "up to 90 letters, digits, underscores, parentheses, hyphens and periods, the last not a period"
        raise refuse("bad-name", name=change.name, type=RESOURCE_GROUP.type, rule=rule)
    wanted = change.wanted.get("location")
    if not wanted:
        raise refuse("location-required")
    subscription.require(wanted, RESOURCE_GROUP.type)
    if change.existing and normal(wanted) != change.was("location"):
        raise refuse("group-location-fixed", wanted=wanted, location=change.was("location"))


def _fill(change: ResourceChange) -> dict[str, Any]:
    return {**change.wanted, "location": normal(change.wanted["location"])}


KIND = SandboxKind(
    row=RESOURCE_GROUP,
    properties={},
    grade=Grade.A,
    source="azure-mgmt-resource; statuses of its operations",
    check=_check,
    fill=_fill,
    note=lambda change: subscription.note(change.wanted["location"]),
    long_running=frozenset({"DELETE"}),
    states=("Succeeded", "Succeeded"),
)


def _list(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """The groups of a subscription; a filter may name a tag and its value (Microsoft docs, REST reference, A)."""
    wanted = odata.wanted(call, odata.TAGS)
    groups = lookup.list_all(kind, call).body["value"]
    return listing([one for one in groups if wanted.keeps(partial(odata.tag, one, wanted))])


ROUTES = crud.routes(KIND, collection=_list, options={odata.FILTER})
