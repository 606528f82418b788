"""What Azure says before a change about the place where a stack is to stand: all that `live_checks` judges by.

Everything is asked at once, so that it takes as long as the slowest reply. Nothing is written:
`checkDomainAvailability` is a POST that only asks. What a stack declares comes as ARM documents.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.azure.arm_client import Deadline
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import ArmFailure, ScopeUnreadable
from modelyard.catalog import regions
from modelyard.catalog.market import Market
from modelyard.inventory import region_offers
from modelyard.inventory.live_accounts import AT_ONCE, Unread
from modelyard.inventory.region_offers import PROVIDER, RegionOffers
from modelyard.policy.documents import scopes

PROVIDERS_VERSION = "2021-04-01"
PERMISSIONS_VERSION = "2022-04-01"
ALWAYS_REGISTERED = frozenset({"microsoft.authorization", "microsoft.resources", "microsoft.management"})
"""Namespaces of ARM's own; nobody registers them (Microsoft docs, azure-services-resource-providers, A)."""
READ_PERMISSIONS = "Microsoft.Authorization/permissions/read"
READ_PROVIDERS = "Microsoft.Resources/subscriptions/providers/read"
READ_DELETED = f"{PROVIDER}/deletedAccounts/read"
READ_SKUS = f"{PROVIDER}/skus/read"
ASK_SUBDOMAIN = f"{PROVIDER}/checkDomainAvailability/action"


@dataclass(frozen=True, slots=True)
class StackInAzure:
    """A stack's resources as ARM documents, and where they are to stand.

    `purge` is the command that frees a name. `written` are the folded ids of what a change writes; None: all of it.
    """

    subscription: str
    documents: tuple[ArmDocument, ...]
    restore: bool
    purge: str
    market: Market
    written: frozenset[str] | None = None

    @property
    def writes(self) -> tuple[ArmDocument, ...]:
        """The documents that are to be written."""
        if self.written is None:
            return self.documents
        return tuple(each for each in self.documents if str(each["id"]).lower() in self.written)

    @property
    def account(self) -> ArmDocument:
        """The account; every stack declares one."""
        return next(each for each in self.documents if str(each["type"]).lower() == kinds.ACCOUNT_TYPE.lower())

    @property
    def region(self) -> str:
        """The account's region, as ARM spells it."""
        return regions.normal(str(self.account.get("location") or ""))

    @property
    def subdomain(self) -> str:
        """The first label of the account's host names."""
        return str((self.account.get("properties") or {}).get("customSubDomainName") or "")

    @property
    def group(self) -> str:
        """The id of the account's resource group."""
        return scopes.resource_group(str(self.account["id"]))


@dataclass(frozen=True, slots=True)
class Answers:
    """What Azure said. Where it refused to say something, that is an `Unread` in its place.

    account      the account as it is now, None where it isn't there
    running      its deployments as they are now, by folded id
    providers    the registration state of each resource provider
    permissions  what the caller may do, by the folded id of a resource group, the subscription, a management group
    subdomain    what `checkDomainAvailability` says of the stack's subdomain; empty where the stack names none
    skus         the kinds and SKUs of accounts that the subscription may have, by region; asked for a new account
    endpoint     the account's host, and why it can't be reached; None where there is no account
    """

    offers: RegionOffers
    account: ArmDocument | Unread | None = None
    running: Mapping[str, ArmDocument] = field(default_factory=dict)
    deleted: tuple[ArmDocument, ...] | Unread = ()
    providers: Mapping[str, str | Unread] = field(default_factory=dict)
    permissions: Mapping[str, tuple[ArmDocument, ...] | Unread] = field(default_factory=dict)
    subdomain: ArmObject | Unread = field(default_factory=dict)
    skus: tuple[ArmDocument, ...] | Unread = ()
    endpoint: tuple[str, str] | None = None


def read(arm: ArmReader, stack: StackInAzure, reach: Callable[[str], str]) -> Answers:
    """Everything at once. `reach` tells why a host can't be reached, and is empty where it can."""
    namespaces = dict.fromkeys(str(each["type"]).partition("/")[0] for each in stack.documents)
    asked = [each for each in namespaces if each and each.lower() not in ALWAYS_REGISTERED]
    places = {at.lower(): at for at in (stack.subscription, *(place(stack, each) for each in stack.documents))}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        offers = pool.submit(region_offers.of_region, arm, stack.subscription, stack.region)
        account = pool.submit(_account, arm, stack)
        running = pool.submit(_running, arm, stack)
        deleted = pool.submit(_deleted, arm, stack)
        subdomain = pool.submit(_subdomain, arm, stack)
        states = {each: pool.submit(_state, arm, stack, each) for each in asked}
        permissions = {folded: pool.submit(_permissions, arm, at) for folded, at in places.items()}
        there = account.result()
        new, host = there is None, ""
        if isinstance(there, dict):
            host = str((there.get("properties") or {}).get("customSubDomainName") or "")
        skus = pool.submit(_skus, arm, stack) if new else None  # the longest list, of which an account has no need
        endpoint = pool.submit(reach, f"{host}.openai.azure.com") if host else None
        return Answers(
            offers=offers.result(),
            account=there,
            running=running.result() if isinstance(there, dict) else {},
            deleted=deleted.result(),
            providers={name: state.result() for name, state in states.items()},
            permissions={at: found.result() for at, found in permissions.items()},
            subdomain=subdomain.result(),
            skus=skus.result() if skus else (),
            endpoint=(f"{host}.openai.azure.com", endpoint.result()) if endpoint else None,
        )


def place(stack: StackInAzure, document: ArmDocument) -> str:
    """Where a role has to be held to write a document: its resource group, a subscription, a management group."""
    id_ = str(document["id"])
    if id_.lower().startswith(scopes.GROUPS):
        return "/".join(id_.split("/")[:5])
    return scopes.resource_group(id_) or stack.subscription


def _account(arm: ArmReader, stack: StackInAzure) -> ArmDocument | Unread | None:
    id_ = str(stack.account["id"])
    try:
        return arm.find(id_, kinds.ACCOUNT.api_version)
    except ScopeUnreadable as refused:
        return Unread("account", kinds.ACCOUNT_TYPE + "/read", id_, refused.problem)


def _running(arm: ArmReader, stack: StackInAzure) -> dict[str, ArmDocument]:
    path = f"{stack.account['id']}/deployments"
    try:
        listed = arm.list(path, kinds.DEPLOYMENT.api_version, optional=True)
        return {str(each["id"]).lower(): each for each in listed}
    except ScopeUnreadable:  # who may not read the account is told so
        return {}


def _deleted(arm: ArmReader, stack: StackInAzure) -> tuple[ArmDocument, ...] | Unread:
    path = f"{stack.subscription}/providers/{PROVIDER}/deletedAccounts"
    try:
        return tuple(arm.list(path, kinds.ACCOUNT.api_version))
    except ScopeUnreadable as refused:
        return Unread("soft-deleted accounts", READ_DELETED, path, refused.problem)


def _subdomain(arm: ArmReader, stack: StackInAzure) -> Mapping[str, Any] | Unread:
    if not stack.subdomain:
        return {}
    path = f"{stack.subscription}/providers/{PROVIDER}/checkDomainAvailability"
    body = {"subdomainName": stack.subdomain, "type": kinds.ACCOUNT_TYPE, "kind": stack.account.get("kind")}
    try:
        return arm.arm.fetch("POST", path, Deadline(), api_version=kinds.ACCOUNT.api_version, body=body).object
    except ArmFailure as refused:
        return Unread("subdomain", ASK_SUBDOMAIN, path, refused.what)


def _skus(arm: ArmReader, stack: StackInAzure) -> tuple[ArmDocument, ...] | Unread:
    path = f"{stack.subscription}/providers/{PROVIDER}/skus"
    try:
        return tuple(arm.list(path, kinds.ACCOUNT.api_version))
    except ScopeUnreadable as refused:
        return Unread("SKUs of accounts", READ_SKUS, path, refused.problem)


def _state(arm: ArmReader, stack: StackInAzure, namespace: str) -> str | Unread:
    path = f"{stack.subscription}/providers/{namespace}"
    try:
        return str(arm.get(path, PROVIDERS_VERSION).get("registrationState") or "unknown")
    except ScopeUnreadable as refused:
        return Unread(namespace, READ_PROVIDERS, path, refused.problem)


def _permissions(arm: ArmReader, at: str) -> tuple[ArmDocument, ...] | Unread:
    """None at a resource group that isn't there yet: those of its subscription count then."""
    path = f"{at}/providers/Microsoft.Authorization/permissions"
    try:
        return tuple(arm.list(path, PERMISSIONS_VERSION, optional=True))
    except ScopeUnreadable as refused:
        return Unread("permissions", READ_PERMISSIONS, at, refused.problem)
