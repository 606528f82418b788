"""Accounts and model deployments that stand at a scope, whoever made them, read with Reader alone.

Accounts are ARM's own list of each subscription: only ARM refuses who may not read, while Resource Graph leaves out
what the caller can't see and says nothing. Deployments, of which there may be thousands, are one question to Resource
Graph; where that is refused they are ARM's list of each account. Both say the same, but for the minutes by which
Resource Graph's copy is older.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.azure import resource_graph
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import AzureRefused, ScopeUnreadable
from modelyard.policy.documents import scopes

AT_ONCE = 16
"""Requests at the same time: far below what ARM's limits of reads refill each second."""
DESCENDANTS_VERSION = "2020-05-01"
"""Microsoft docs, management-groups/get-descendants (A)."""
READ_ACCOUNTS = "Microsoft.CognitiveServices/accounts/read"
READ_DEPLOYMENTS = "Microsoft.CognitiveServices/accounts/deployments/read"
GROUP_DESCENDANTS = "Microsoft.Management/managementGroups/descendants/read"
QUESTION = f"resources | where type =~ '{kinds.DEPLOYMENT.type}' | project id, name, type, sku, properties"
GRAPH = "Resource Graph"
LISTS = "ARM"


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read: what, the permission that is missing, where, and why by Azure's words."""

    what: str
    permission: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class LiveAccounts:
    """ARM documents of accounts and of deployments, and what could not be read.

    subscriptions  the ids (`/subscriptions/…`) that were read
    source         where the deployments come from, `Resource Graph` or `ARM`
    read_at        when they were asked for; Resource Graph's copy may be minutes older
    why_lists      why Resource Graph was not used; empty where it was
    """

    accounts: tuple[ArmDocument, ...]
    deployments: tuple[ArmDocument, ...]
    subscriptions: tuple[str, ...]
    source: str
    read_at: datetime
    why_lists: str = ""
    unread: tuple[Unread, ...] = field(default=())

    @property
    def age(self) -> str:
        """How fresh the deployments are, in words."""
        at = f"{self.read_at:%Y-%m-%d %H:%M} UTC"
        if self.source == GRAPH:
            return f"deployments as Resource Graph had them at {at}; its copy may be some minutes old"
        return f"deployments as ARM listed them at {at}" + (f" ({self.why_lists})" if self.why_lists else "")

    @classmethod
    def together(cls, parts: Sequence["LiveAccounts"]) -> "LiveAccounts":
        """Those of several scopes; as old as the oldest."""
        return cls(
            accounts=tuple(each for part in parts for each in part.accounts),
            deployments=tuple(each for part in parts for each in part.deployments),
            subscriptions=tuple(dict.fromkeys(each for part in parts for each in part.subscriptions)),
            source=next((part.source for part in parts if part.source == GRAPH), LISTS),
            read_at=min((part.read_at for part in parts), default=datetime.now(UTC)),
            why_lists=next((part.why_lists for part in parts if part.why_lists), ""),
            unread=tuple(each for part in parts for each in part.unread),
        )


def read(arm: ArmReader, scope: str) -> LiveAccounts:
    """What stands at a scope: a management group, a subscription, a resource group or an account.

    Raises ScopeUnreadable where nothing at all can be read.
    """
    subscriptions, unread = _subscriptions(arm, scope)
    places = subscriptions if scopes.normalized(scope).startswith(scopes.GROUPS) else [scope]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        listed = list(pool.map(lambda place: _accounts(arm, place), places))
    accounts = [each for found in listed if not isinstance(found, Unread) for each in found]
    unread += [found for found in listed if isinstance(found, Unread)]
    if places and len(unread) >= len(places) and not accounts and all(isinstance(each, Unread) for each in listed):
        raise ScopeUnreadable.of("azure.unreadable", place=unread[0].where, problem=unread[0].why)
    readable = [each for each, found in zip(places, listed, strict=True) if not isinstance(found, Unread)]
    inside = sorted({scopes.subscription(each) for each in readable})
    at = datetime.now(UTC)
    try:
        deployments, why = _of_graph(arm, scope, inside), ""
    except AzureRefused as refused:
        why = f"Resource Graph refused: {refused.error.code}"
        deployments, missing = _of_lists(arm, accounts)
        unread += missing
    known = {str(each["id"]).lower() for each in accounts}
    own = tuple(each for each in deployments if parent(each).lower() in known)
    return LiveAccounts(
        accounts=tuple(sorted(accounts, key=_order)),
        deployments=tuple(sorted(own, key=_order)),
        subscriptions=tuple(inside),
        source=LISTS if why else GRAPH,
        read_at=at,
        why_lists=why,
        unread=tuple(unread),
    )


def parent(deployment: ArmDocument) -> str:
    """The id of the account that a deployment is in."""
    return str(deployment["id"]).rpartition("/deployments/")[0]


def _order(document: ArmDocument) -> str:
    return str(document["id"]).lower()


def _subscriptions(arm: ArmReader, scope: str) -> tuple[list[str], list[Unread]]:
    """The subscriptions in a scope. Below a management group, those that the caller sees where it lists none."""
    if not scopes.normalized(scope).startswith(scopes.GROUPS):
        return [scopes.subscription(scope)], []
    try:
        below = [str(each["id"]) for each in arm.list(f"{scope}/descendants", DESCENDANTS_VERSION)]
    except ScopeUnreadable as refused:
        text = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id"
        try:
            rows = list(resource_graph.query(arm.arm, text, groups=[scope.rpartition("/")[2]]))
        except AzureRefused:
            raise refused from None
        missing = Unread("subscriptions that you can't see", GROUP_DESCENDANTS, scope, refused.problem)
        return sorted(str(row["id"]) for row in rows), [missing]
    return sorted(each for each in below if each == scopes.subscription(each)), []


def _accounts(arm: ArmReader, place: str) -> list[ArmDocument] | Unread:
    try:
        if scopes.normalized(place).rpartition("/")[0].endswith("/accounts"):
            return [arm.get(place, kinds.ACCOUNT.api_version)]
        return list(arm.list(f"{place}/providers/{kinds.ACCOUNT_TYPE}", kinds.ACCOUNT.api_version))
    except ScopeUnreadable as refused:
        return Unread("accounts", READ_ACCOUNTS, place, refused.problem)


def _of_graph(arm: ArmReader, scope: str, subscriptions: Sequence[str]) -> list[ArmDocument]:
    ids = [each.rpartition("/")[2] for each in subscriptions]
    if not ids:
        return []
    group = scopes.resource_group(scope)
    narrowed = f" | where resourceGroup =~ {resource_graph.quoted(group.rpartition('/')[2])}" if group else ""
    question = QUESTION.replace(" | project", f"{narrowed} | project") + " | order by id asc"
    rows = resource_graph.query(arm.arm, question, subscriptions=ids)
    return [{**row, "type": kinds.DEPLOYMENT.type} for row in rows if row.get("id")]


def _of_lists(arm: ArmReader, accounts: Iterable[ArmDocument]) -> tuple[list[ArmDocument], list[Unread]]:
    def listed(account: ArmDocument) -> list[ArmDocument] | Unread:
        try:
            found = arm.list(f"{account['id']}/deployments", kinds.DEPLOYMENT.api_version)
            return [{**each, "type": kinds.DEPLOYMENT.type} for each in found]
        except ScopeUnreadable as refused:
            return Unread(f"deployments of {account['name']}", READ_DEPLOYMENTS, str(account["id"]), refused.problem)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(listed, accounts))
    return (
        [each for one in found if not isinstance(one, Unread) for each in one],
        [one for one in found if isinstance(one, Unread)],
    )
