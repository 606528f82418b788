"""Questions to Azure about a stack before anything is written: would it take this, here, from this caller?

Each answer is a check: passed, failed with the way out, or inconclusive with the permission that is missing. All of it
is read; `checkDomainAvailability` is a POST that writes nothing. What a stack declares comes as ARM documents.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.translation import ArmDocument
from modelyard.azure.arm_client import Deadline
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import ArmFailure, AzureRefused, ScopeUnreadable
from modelyard.catalog import regions
from modelyard.catalog.market import Market
from modelyard.catalog.roles import granted
from modelyard.inventory import deleted_accounts, region_offers
from modelyard.inventory.quota import Draw
from modelyard.inventory.region_offers import PROVIDER, RegionOffers
from modelyard.policy.documents import scopes
from modelyard.report.result import Check, Outcome

PROVIDERS_VERSION = "2021-04-01"
PERMISSIONS_VERSION = "2022-04-01"
ALWAYS_REGISTERED = frozenset({"microsoft.authorization", "microsoft.resources", "microsoft.management"})
"""Namespaces of ARM's own; nobody registers them (Microsoft docs, azure-services-resource-providers, A)."""
READ_USAGES = f"{region_offers.READ_USAGES}: the role Cognitive Services Usages Reader at the subscription"
SHOWN = 4
"""How many regions or SKUs a way out names."""


@dataclass(frozen=True, slots=True)
class StackInAzure:
    """A stack's resources as ARM documents, and what is there of them. `purge` is the command that frees a name."""

    subscription: str
    documents: tuple[ArmDocument, ...]
    restore: bool
    purge: str
    market: Market

    def of_type(self, kind: str) -> list[ArmDocument]:
        """Those of a type."""
        return [each for each in self.documents if str(each["type"]).lower() == kind.lower()]

    @property
    def account(self) -> ArmDocument:
        """The account; every stack declares one."""
        return self.of_type(kinds.ACCOUNT_TYPE)[0]

    @property
    def region(self) -> str:
        """The account's region, as ARM spells it."""
        return regions.normal(str(self.account.get("location") or ""))


@dataclass(slots=True)
class Answers:
    """What Azure said, before it is judged."""

    offers: RegionOffers
    account: ArmDocument | None = None
    running: dict[str, ArmDocument] = field(default_factory=dict)
    account_unread: str = ""


def ask(arm: ArmReader, stack: StackInAzure, reach: Callable[[str], str]) -> list[Check]:
    """Every check, in the order in which a deployment would meet them. `reach` tells why a host can't be reached."""
    with ThreadPoolExecutor(8) as pool:
        offers = pool.submit(region_offers.of_region, arm, stack.subscription, stack.region)
        there = pool.submit(_there, arm, stack)
        namespaces = pool.submit(_registered, arm, stack)
        permissions = pool.submit(_permitted, arm, stack)
        account, running, unread = there.result()
        answers = Answers(offers.result(), account, running, unread)
        name = pool.submit(_name, arm, stack, answers)
        subdomain = pool.submit(_subdomain, arm, stack, answers)
        reached = pool.submit(_reached, stack, answers, reach)
        deployments = list(pool.map(lambda each: _deployment(arm, stack, answers, each), _declared(stack)))
        models = [check for checks in deployments for check in checks]
        quotas = _quota(arm, stack, answers)
        return [
            *namespaces.result(),
            *permissions.result(),
            *name.result(),
            *subdomain.result(),
            *models,
            *quotas,
            *reached.result(),
        ]


# --- the account -----------------------------------------------------------------------------------------------------


def _there(arm: ArmReader, stack: StackInAzure) -> tuple[ArmDocument | None, dict[str, ArmDocument], str]:
    """The account and its deployments as they are now, by folded id; and why that can't be read."""
    id_ = str(stack.account["id"])
    try:
        if not arm.exists(id_, kinds.ACCOUNT.api_version):
            return None, {}, ""
        account = arm.get(id_, kinds.ACCOUNT.api_version)
        listed = arm.list(f"{id_}/deployments", kinds.DEPLOYMENT.api_version)
        return account, {str(each["id"]).lower(): each for each in listed}, ""
    except ScopeUnreadable as refused:
        return None, {}, refused.problem


def _name(arm: ArmReader, stack: StackInAzure, answers: Answers) -> list[Check]:
    account = stack.account
    name, group = str(account["name"]), scopes.resource_group(str(account["id"])).rpartition("/")[2]
    expected = "no soft-deleted account holds the name"
    if answers.account is not None:
        return [Check("live.name", name, Outcome.PASSED, expected, "the account exists")]
    new = deleted_accounts.New(
        name,
        group,
        str((account.get("properties") or {}).get("customSubDomainName") or ""),
        restore=stack.restore,
        purge=stack.purge,
    )
    found = list(deleted_accounts.findings(arm, stack.subscription.rpartition("/")[2], new))
    if not found:
        return [Check("live.name", name, Outcome.PASSED, expected, "nothing of that name is soft-deleted")]
    return [
        Check(
            "live.name",
            name,
            Outcome.INCONCLUSIVE if each.unverified else Outcome.FAILED,
            expected,
            each.message,
            each.remedy,
        )
        for each in found
    ]


def _subdomain(arm: ArmReader, stack: StackInAzure, answers: Answers) -> list[Check]:
    name = str((stack.account.get("properties") or {}).get("customSubDomainName") or "")
    if not name:
        return []
    expected = "the subdomain is free, in all of Azure"
    held = ((answers.account or {}).get("properties") or {}).get("customSubDomainName")
    if str(held or "").lower() == name.lower():
        return [Check("live.subdomain", name, Outcome.PASSED, expected, "the account has it")]
    path = f"{stack.subscription}/providers/{PROVIDER}/checkDomainAvailability"
    body = {"subdomainName": name, "type": kinds.ACCOUNT_TYPE, "kind": stack.account.get("kind")}
    try:
        reply = arm.arm.fetch("POST", path, Deadline(), api_version=kinds.ACCOUNT.api_version, body=body).object
    except (AzureRefused, ArmFailure) as refused:
        return [_unknown("live.subdomain", name, expected, refused.what, f"{PROVIDER}/checkDomainAvailability/action")]
    if reply.get("isSubdomainAvailable") is True:
        return [Check("live.subdomain", name, Outcome.PASSED, expected, "free")]
    said = f"taken: {reply.get('reason') or 'Azure gives no reason'}"
    return [Check("live.subdomain", name, Outcome.FAILED, expected, said, "choose another account.customSubDomainName")]


def _reached(stack: StackInAzure, answers: Answers, reach: Callable[[str], str]) -> list[Check]:
    """Whether this machine reaches the account's endpoint, where there is one."""
    expected = "this machine reaches the endpoint, which smoke tests need"
    if answers.account is None:
        why = answers.account_unread or "the account doesn't exist yet"
        return [Check("live.endpoint", str(stack.account["name"]), Outcome.SKIPPED, expected, reason=why)]
    host = str((answers.account.get("properties") or {}).get("customSubDomainName") or "") + ".openai.azure.com"
    problem = reach(host)
    if not problem:
        return [Check("live.endpoint", host, Outcome.PASSED, expected, "it answers")]
    return [
        Check(
            "live.endpoint",
            host,
            Outcome.INCONCLUSIVE,
            expected,
            problem,
            "run smoke where the account's network lets it through, or open the account for this address",
        )
    ]


# --- the caller ------------------------------------------------------------------------------------------------------


def _registered(arm: ArmReader, stack: StackInAzure) -> list[Check]:
    namespaces = dict.fromkeys(str(each["type"]).partition("/")[0] for each in stack.documents)
    return [_namespace(arm, stack, each) for each in namespaces if each and each.lower() not in ALWAYS_REGISTERED]


def _namespace(arm: ArmReader, stack: StackInAzure, namespace: str) -> Check:
    expected = "the subscription is registered for the resource provider"
    try:
        found = arm.get(f"{stack.subscription}/providers/{namespace}", PROVIDERS_VERSION)
    except ScopeUnreadable as refused:
        right = "Microsoft.Resources/subscriptions/providers/read"
        return _unknown("live.provider", namespace, expected, refused.problem, right)
    state = str(found.get("registrationState") or "unknown")
    if state.lower() == "registered":
        return Check("live.provider", namespace, Outcome.PASSED, expected, state)
    outcome = Outcome.INCONCLUSIVE if state.lower() == "registering" else Outcome.FAILED
    return Check("live.provider", namespace, outcome, expected, state, f"az provider register --namespace {namespace}")


def _permitted(arm: ArmReader, stack: StackInAzure) -> list[Check]:
    """Whether the caller may write each type that the stack declares, by what ARM says he may do."""
    expected = "whoever is signed in may write it"
    group = scopes.resource_group(str(stack.account["id"]))
    try:
        at = group if group and arm.exists(group, kinds.RESOURCE_GROUP.api_version) else stack.subscription
        path = f"{at}/providers/Microsoft.Authorization/permissions"
        permissions = list(arm.list(path, PERMISSIONS_VERSION))
    except ScopeUnreadable as refused:
        right = "Microsoft.Authorization/permissions/read"
        return [_unknown("live.permissions", stack.subscription, expected, refused.problem, right)]
    types = dict.fromkeys(str(each["type"]) for each in stack.documents)
    missing = [action for kind in types if not granted(permissions, action := f"{kind}/write")]
    if not missing:
        return [Check("live.permissions", at, Outcome.PASSED, expected, f"{len(types)} types may be written")]
    return [
        Check(
            "live.permissions",
            at,
            Outcome.FAILED,
            expected,
            f"not permitted: {', '.join(missing)}",
            "ask for a role that has them: Contributor for resources, Role Based Access Control Administrator for "
            "roles, Resource Policy Contributor for policies",
        )
    ]


# --- models and quota ------------------------------------------------------------------------------------------------


def _declared(stack: StackInAzure) -> list[tuple[str, Draw]]:
    """The deployments by id, those of which model and SKU are known."""
    drawn = ((str(each["id"]), Draw.of(each)) for each in stack.of_type(kinds.DEPLOYMENT.type))
    return [(id_, draw) for id_, draw in drawn if draw is not None]


def _deployment(arm: ArmReader, stack: StackInAzure, answers: Answers, declared: tuple[str, Draw]) -> list[Check]:
    """Whether the region has the model, the version and the SKU."""
    id_, draw = declared
    subject = f"{id_.rpartition('/')[2]}: {draw.model}@{draw.version} with {draw.sku}"
    expected = f"{stack.region} offers it"
    if answers.offers.models is None:
        return [_unknown("live.model", subject, expected, answers.offers.unread[0].why, region_offers.READ_MODELS)]
    model = answers.offers.model(draw.format, draw.model, draw.version)
    if model is not None and draw.sku.lower() in model.skus:
        return [Check("live.model", subject, Outcome.PASSED, expected, model.lifecycle)]
    if id_.lower() in answers.running and Draw.of(answers.running[id_.lower()]) == draw:
        return [Check("live.model", subject, Outcome.PASSED, expected, "no longer listed, and running")]
    if model is not None:
        said = f"only with {', '.join(sorted(each.name for each in model.skus.values())) or 'no SKU'}"
    else:
        others = [each for each in answers.offers.models.values() if each.name.lower() == draw.model.lower()]
        said = f"only {', '.join(sorted(each.version for each in others))}" if others else "not listed"
    return [Check("live.model", subject, Outcome.FAILED, expected, said, _elsewhere(arm, stack, draw))]


def _quota(arm: ArmReader, stack: StackInAzure, answers: Answers) -> list[Check]:
    """What all deployments of the stack want more of each quota than they have, against what is left."""
    expected = "the quota has room for what the stack adds"
    if answers.offers.usages is None:
        unread = answers.offers.unread[-1]
        return [_unknown("live.quota", stack.region, expected, unread.why, READ_USAGES)]
    wanted: dict[str, list[tuple[str, Draw, int]]] = {}
    checks = []
    for id_, draw in _declared(stack):
        usage = answers.offers.usage(draw.format, draw.model, draw.version, draw.sku)
        before = Draw.of(answers.running.get(id_.lower(), {}))
        same = before is not None and (before.model, before.version, before.sku) == (draw.model, draw.version, draw.sku)
        more = draw.capacity - (before.capacity if before and same else 0)
        if usage is not None:
            wanted.setdefault(usage.name.lower(), []).append((id_.rpartition("/")[2], draw, more))
        elif answers.offers.model(draw.format, draw.model, draw.version) is not None and more > 0:
            subject = f"{id_.rpartition('/')[2]}: {draw.model} with {draw.sku}"
            checks.append(
                Check("live.quota", subject, Outcome.INCONCLUSIVE, expected, "the region lists no quota for it")
            )
    for key, draws in sorted(wanted.items()):
        usage = answers.offers.usages[key]
        asked = sum(more for _, _, more in draws if more > 0) - sum(-more for _, _, more in draws if more < 0)
        names = ", ".join(name for name, _, _ in draws)
        if asked <= usage.left:
            said = f"{usage.left:g} of {usage.limit:g} are left, {max(0, asked)} more wanted"
            checks.append(Check("live.quota", f"{usage.name} ({names})", Outcome.PASSED, expected, said))
            continue
        first = draws[0][1]
        fits = int(usage.left) + sum(draw.capacity - more for _, draw, more in draws)
        way = f"at most {fits} units of sku.capacity fit together; {_elsewhere(arm, stack, first, room=asked)}"
        said = f"{asked} more wanted, {usage.left:g} of {usage.limit:g} are left"
        checks.append(Check("live.quota", f"{usage.name} ({names})", Outcome.FAILED, expected, said, way))
    return checks


def _elsewhere(arm: ArmReader, stack: StackInAzure, draw: Draw, room: int = 1) -> str:
    """The way out: where Azure has room for the model, and what it is replaced by."""
    path = f"{stack.subscription}/providers/{PROVIDER}/modelCapacities"
    query = {"modelFormat": draw.format, "modelName": draw.model, "modelVersion": draw.version}
    parts = []
    try:
        listed = list(arm.arm.list(path, Deadline(), api_version=kinds.ACCOUNT.api_version, query=query))
    except ArmFailure as refused:
        parts.append(f"where there is room can't be read ({refused.what.splitlines()[0]})")
    else:
        found = [each for each in listed if _room(each) >= room]
        here = sorted(
            {_sku(each) for each in found if regions.normal(str(each.get("location"))) == stack.region} - {draw.sku}
        )
        there = sorted({str(each.get("location")) for each in found if _sku(each) == draw.sku} - {stack.region})
        if here:
            parts.append(f"here there is room with {_first(here)}")
        if there:
            parts.append(f"with {draw.sku} in {_first(there)}")
        if not here and not there:
            parts.append("no other region or SKU has room for it")
    entry = stack.market.entry(draw.model, draw.version)
    known = stack.market.lifecycle(entry, draw.sku, stack.market.date).replacement if entry else ""
    return "; ".join([*parts, *([f"Microsoft replaces it by {known}"] if known else [])])


def _room(capacity: Mapping[str, Any]) -> float:
    return float((capacity.get("properties") or {}).get("availableCapacity") or 0)


def _sku(capacity: Mapping[str, Any]) -> str:
    return str((capacity.get("properties") or {}).get("skuName") or capacity.get("name") or "")


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def _unknown(id_: str, subject: str, expected: str, why: str, permission: str) -> Check:
    return Check(id_, subject, Outcome.INCONCLUSIVE, expected, why, f"ask for {permission}")
