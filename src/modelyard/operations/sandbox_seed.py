"""Accounts and deployments in the sandbox as a company has them, to try the commands on what already runs.

They are written by ARM, as any client of Azure's would, with delays set to nothing meanwhile. Names, models and
settings follow from the numbers alone, so that a second run finds everything there and writes nothing.
"""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.azure.arm_client import ArmClient, Deadline, connect
from modelyard.catalog import regions as region_names
from modelyard.catalog.answer import Certainty
from modelyard.catalog.market import Market
from modelyard.catalog.model import Create, ModelVersion
from modelyard.destination import Destination
from modelyard.failures import Failure
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import point, with_destination, works
from modelyard.report.result import Report
from modelyard.report.table import counted
from modelyard.sandbox import control_client
from modelyard.sandbox.state_dir import Home

NAMESPACE = uuid.UUID("0f1d3c52-8a5b-5a0e-9d0b-5e2f6f0a9c11")
AT_ONCE = 8
GROUPS = "2024-03-01"
TEAMS = ("search", "support", "sales", "research", "platform", "legal")
ENVIRONMENTS = ("dev", "test", "prod")
SKUS = ("GlobalStandard", "DataZoneStandard", "Standard")
"""Those that a sample deployment takes, in this order where a region offers several."""
ROOM = 300_000
"""Tokens a minute that a subscription has of a model, at least, for it to be among the samples."""
MOST_ACCOUNTS, MOST_DEPLOYMENTS, MOST_SUBSCRIPTIONS = 1000, 32, 20
MANAGEMENT_GROUPS = "/providers/Microsoft.Management/managementGroups"
HIERARCHY = "2020-05-01"
TOP, BELOW = "contoso", ("contoso-online", "contoso-corp")
"""Management groups: one below the tenant's root, and those below it, in which the subscriptions stand."""


@dataclass(frozen=True, slots=True)
class SampleDeployment:
    """One deployment that is to be there."""

    id: str
    model: ModelVersion
    sku: str
    capacity: int

    @property
    def body(self) -> ArmDocument:
        """What is written."""
        about = {"format": self.model.format, "name": self.model.name, "version": self.model.version}
        return {"sku": {"name": self.sku, "capacity": self.capacity}, "properties": {"model": about}}


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """One account that is to be there, with its deployments."""

    number: int
    group: str
    id: str
    region: str
    deployments: tuple[SampleDeployment, ...]

    @property
    def body(self) -> ArmDocument:
        """Every fifth takes keys from anywhere, every third is closed to the public network."""
        properties: dict[str, Any] = {
            "customSubDomainName": self.id.rpartition("/")[2],
            "disableLocalAuth": self.number % 5 != 0,
            "publicNetworkAccess": "Disabled" if self.number % 3 == 1 else "Enabled",
        }
        return {
            "location": self.region,
            "kind": "AIServices",
            "sku": {"name": "S0"},
            "identity": {"type": "SystemAssigned"},
            "tags": {"owner": TEAMS[self.number % len(TEAMS)], "env": ENVIRONMENTS[self.number % len(ENVIRONMENTS)]},
            "properties": properties,
        }


@with_destination
def seed_sandbox(
    context: OperationContext,
    *,
    accounts: int = 60,
    deployments: int = 15,
    subscriptions: int = 3,
    regions: Sequence[str] = ("swedencentral", "eastus2"),
) -> Report:
    """Put accounts with deployments into the sandbox, spread over subscriptions and regions; starts it where needed.

    What is there already stays as it is. `Report.data` has `accounts`, `deployments` and `subscriptions` (ids), and
    `written`, how many resources were written now. Raises `cli.seed-too-large`, `sandbox.…` failures and refusals of
    ARM's.
    """
    for name, number, most in (
        ("accounts", accounts, MOST_ACCOUNTS),
        ("deployments", deployments, MOST_DEPLOYMENTS),
        ("subscriptions", subscriptions, MOST_SUBSCRIPTIONS),
    ):
        if not 1 <= number <= most:
            raise Failure.of("cli.seed-too-large", name=name, found=number, most=most)
    target = point(Destination("sandbox"), context)
    works(target.destination)
    home = Home(context.folders.sandbox)
    ids = [target.subscription_id, *(str(uuid.uuid5(NAMESPACE, str(number))) for number in range(1, subscriptions))]
    for each in ids[1:]:
        control_client.subscribe(home, each)
    top = f"{MANAGEMENT_GROUPS}/{TOP}"
    wanted = tuple(samples(accounts, deployments, ids, [region_names.normal(each) for each in regions]))
    delays = control_client.ask(home, "GET", "delays")["delays"]
    control_client.ask(home, "PUT", "delays", dict.fromkeys(delays, 0.0))
    try:
        with connect(target) as arm, ThreadPoolExecutor(AT_ONCE) as pool:
            _place(arm, ids)
            for group in dict.fromkeys((each.group, each.region) for each in wanted):
                arm.fetch("PUT", group[0], Deadline(), api_version=GROUPS, body={"location": group[1]})
            written = 0
            for done, count in enumerate(pool.map(lambda each: _write(arm, each), wanted), start=1):
                written += count
                context.progress.passing(f"{done} of {counted(len(wanted), 'account')}")
            written += _fill(arm, wanted)
    finally:
        control_client.ask(home, "PUT", "delays", delays)
        context.progress.clear()
    inside = sum(len(each.deployments) for each in wanted)
    amount = f"{counted(len(wanted), 'account')} with {counted(inside, 'deployment')}"
    places = f"{counted(len(ids), 'subscription')} and {counted(len(set(regions)), 'region')}"
    return Report(
        command="sandbox seed",
        text=f"{amount} in {places}; {written} written now\nnext: modelyard inventory --target sandbox --scope {top}",
        data={
            "accounts": [each.id for each in wanted],
            "deployments": inside,
            "subscriptions": ids,
            "managementGroup": top,
            "written": written,
        },
    )


def _place(arm: ArmClient, subscriptions: Sequence[str]) -> None:
    """The management groups, with the subscriptions in those below; what stands elsewhere by now is put back."""
    for name, above in ((TOP, ""), *((each, TOP) for each in BELOW)):
        details = {"parent": {"id": f"{MANAGEMENT_GROUPS}/{above}"}} if above else {}
        body = {"properties": {"displayName": name, "details": details}}
        arm.fetch("PUT", f"{MANAGEMENT_GROUPS}/{name}", Deadline(), api_version=HIERARCHY, body=body)
    for number, each in enumerate(subscriptions):
        where = f"{MANAGEMENT_GROUPS}/{BELOW[number % len(BELOW)]}/subscriptions/{each}"
        arm.fetch("PUT", where, Deadline(), api_version=HIERARCHY)


def samples(
    accounts: int, deployments: int, subscriptions: Sequence[str], places: Sequence[str]
) -> Iterator[SampleAccount]:
    """What is to be there, by the numbers and the catalog alone."""
    offered = {region: _offered(region) for region in dict.fromkeys(places)}
    for number in range(accounts):
        subscription, region = (
            subscriptions[number % len(subscriptions)],
            places[number // len(subscriptions) % len(places)],
        )
        group = f"/subscriptions/{subscription}/resourceGroups/rg-{TEAMS[number % len(TEAMS)]}-{region}"
        id_ = f"{group}/providers/{kinds.ACCOUNT_TYPE}/contoso-{number + 1:03}-{subscription[:4]}"
        choice = offered[region]
        inside = tuple(
            SampleDeployment(
                f"{id_}/deployments/{model.name.lower()}-{at + 1}"[: len(id_) + 13 + 60], model, sku, 1 + at % 3
            )
            for at in range(deployments)
            for model, sku in (choice[(number * deployments + at) % len(choice)],)
        )
        yield SampleAccount(number, group, id_, region, inside)


def _offered(region: str) -> list[tuple[ModelVersion, str]]:
    """Models that a new subscription may deploy in the region with a standard SKU. Raises `cli.seed-no-models`."""
    market = Market.load()
    found = [
        (model, sku)
        for model in market
        if model.create is Create.OPEN and model.version and not market.lifecycle(model, "", market.date).retired
        for sku in SKUS
        if market.offers(model, sku, region).known is Certainty.YES and _roomy(market, model, sku)
    ]
    if not found:
        raise Failure.of("cli.seed-no-models", region=region, there=sorted(market.regions()))
    return found


def _roomy(market: Market, model: ModelVersion, sku: str) -> bool:
    """Whether a new subscription has enough quota of it for many deployments."""
    quota = market.quota(model.name, sku, model.version)
    return quota is not None and (quota.tokens_per_minute or 0) >= ROOM


def _write(arm: ArmClient, account: SampleAccount) -> int:
    """The account and its deployments, one after the other, as the account's lock wants them. How many were new."""
    there = arm.send("GET", account.id, Deadline(), api_version=kinds.ACCOUNT.api_version).status == 200
    if not there:
        arm.fetch("PUT", account.id, Deadline(), api_version=kinds.ACCOUNT.api_version, body=account.body)
    version = kinds.DEPLOYMENT.api_version
    known = {str(each["id"]).lower() for each in arm.list(f"{account.id}/deployments", Deadline(), api_version=version)}
    new = [each for each in account.deployments if each.id.lower() not in known]
    for each in new:
        arm.fetch("PUT", each.id, Deadline(), api_version=version, body=each.body)
    return len(new) + (not there)


def _fill(arm: ArmClient, accounts: Sequence[SampleAccount]) -> int:
    """Let one deployment of each subscription and region take what is left of its quota, so that something is full."""
    from modelyard.azure.arm_reader import ArmReader
    from modelyard.inventory import region_offers

    written = 0
    for subscription, region in dict.fromkeys((each.id.split("/resourceGroups/")[0], each.region) for each in accounts):
        account = next(each for each in accounts if each.id.startswith(subscription) and each.region == region)
        first = account.deployments[0]
        usage = region_offers.of_region(ArmReader(arm), subscription, region).usage(
            first.model.format, first.model.name, first.model.version, first.sku
        )
        there = arm.get(first.id, Deadline(), api_version=kinds.DEPLOYMENT.api_version)
        if usage is None or not usage.left or there["sku"]["capacity"] != first.capacity:
            continue
        full = {**first.body, "sku": {"name": first.sku, "capacity": int(first.capacity + usage.left)}}
        arm.fetch("PUT", first.id, Deadline(), api_version=kinds.DEPLOYMENT.api_version, body=full)
        written += 1
    return written
