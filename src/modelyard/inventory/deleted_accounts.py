"""Whether a soft-deleted account is in the way of one that a change creates.

Azure keeps a deleted account for 48 hours, and refuses another of its name in its resource group, and any other that
wants its subdomain (FlagMustBeSetForRestore, CustomDomainInUse). Soft-deleted accounts are read
at subscription scope, so that others of the tenant stay unknown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.arm.json_path import ArmObject
from modelyard.findings import Finding
from modelyard.inventory.live_accounts import Unread

READER = "give whoever deploys the right Microsoft.CognitiveServices/deletedAccounts/read at the subscription"


@dataclass(frozen=True, slots=True)
class New:
    """The account that is to be created. `purge` is the command that frees a soft-deleted one's name."""

    name: str
    group: str
    subdomain: str
    restore: bool
    purge: str


def findings(kept: Iterable[ArmObject] | Unread, new: New) -> Iterator[Finding]:
    """What stands in the way of a new account, or can't be told. `kept` are soft-deleted accounts as ARM lists them."""
    if isinstance(kept, Unread):
        yield Finding.of(
            "inventory.account-unverified",
            f"whether a soft-deleted account holds the name {new.name} can't be verified: {kept.why}",
            path="account.name",
            found=kept.where,
            remedy=READER,
            unverified=True,
        )
    else:
        yield from judged(kept, new)


def judged(kept: Iterable[ArmObject], new: New) -> Iterator[Finding]:
    """The same, of soft-deleted accounts as ARM lists them."""
    twin = holder = None
    for each in kept:
        if (_group(each), str(each["name"]).lower()) == (new.group.lower(), new.name.lower()):
            twin = each
        elif new.subdomain and str(_properties(each).get("customSubDomainName")).lower() == new.subdomain.lower():
            holder = each
    if twin is not None and not new.restore:
        yield Finding.of(
            "inventory.account-soft-deleted",
            f"the account {new.name} was deleted, and Azure keeps it{_until(twin)}: a new one is refused",
            path="account.name",
            found=str(twin["id"]),
            remedy=f"account.restore: true has it back; or have it purged: {new.purge}",
        )
    elif twin is None and holder is not None:
        yield Finding.of(
            "inventory.account-soft-deleted",
            f"the subdomain {new.subdomain} is held by the deleted account {holder['name']}{_until(holder)}",
            path="account.customSubDomainName",
            found=str(holder["id"]),
            remedy=f"give the account another customSubDomainName; or have that one purged: {new.purge}",
        )
    if twin is None and new.restore:
        yield Finding.of(
            "inventory.nothing-to-restore",
            f"Azure keeps no deleted account {new.name} in {new.group}, so there is nothing to restore",
            path="account.restore",
            remedy="take account.restore out",
        )


def _properties(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document.get("properties") or {}


def _group(document: Mapping[str, Any]) -> str:
    """The resource group in `…/locations/{l}/resourceGroups/{rg}/deletedAccounts/{name}`."""
    return str(document["id"]).lower().partition("/resourcegroups/")[2].partition("/")[0]


def _until(document: Mapping[str, Any]) -> str:
    purged = _properties(document).get("scheduledPurgeDate")
    return f" until {purged}" if purged else ""
