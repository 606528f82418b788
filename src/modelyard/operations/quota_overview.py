"""Quota of everything together: what stacks declare and what runs, against the limit of the pool that counts it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.audit.audited_resource import Locate
from modelyard.azure.arm_reader import reader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.catalog import regions
from modelyard.catalog.market import Market
from modelyard.config.project import Project
from modelyard.destination import Destination, TargetName
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.inventory import live_accounts, region_offers
from modelyard.inventory.live_accounts import LiveAccounts, Unread
from modelyard.inventory.quota import Draw
from modelyard.inventory.quota_pools import DeclaredDeployment, PoolRow, account_of, counts, tally
from modelyard.inventory.region_offers import RegionOffers
from modelyard.operations import multi_stack
from modelyard.operations.context import OperationContext
from modelyard.operations.live_inventory import look, unreadable
from modelyard.operations.model_retirements import DEPLOYMENTS
from modelyard.operations.multi_stack import StackSelection
from modelyard.operations.output_files import write
from modelyard.operations.target_resolution import point, with_destination, works
from modelyard.policy.documents import scopes
from modelyard.report.result import Report
from modelyard.report.table import Column, Table, in_report

SHOWN = 10
"""How many stacks a finding names, those that want most; every one stands in the rows."""
COLUMNS = (
    Column("quota", "quota"),
    Column("pool", "counted in"),
    Column("limit", "limit"),
    Column("used", "used"),
    Column("declared", "declared"),
    Column("after", "after"),
    Column("left", "left"),
    Column("stacks", "stacks", none=""),
    Column("subscription", "subscription", narrow=False),
)


@with_destination
def quota(
    project: Project | None,
    stacks: Sequence[str],
    context: OperationContext,
    *,
    every: bool = False,
    scope: str | None = None,
    target: TargetName | None = None,
    used: bool = False,
    csv: Path | None = None,
    html: Path | None = None,
) -> Report:
    """What named `stacks`, `every` stack of the project, or what runs at a `scope` draw on, against the limits.

    Reads usages and models of each region and the deployments that run there. `used` shows quotas of which something
    is used and no stack draws, too. `csv` and `html` are files to write.

    `data` has `quotas`: quota, pool, limit, used, declared, after, left, stacks, subscription, in units of
    `sku.capacity`. The status is FINDINGS where everything together doesn't fit, INCONCLUSIVE where a quota could not
    be read. Raises `cli.nothing-named`, `cli.targets-differ`, `cli.target-missing` and failures of the target.
    """
    findings: list[Finding] = []
    declared: list[DeclaredDeployment] = []
    accounts: list[tuple[str, ArmDocument]] = []
    members: tuple[StackSelection, ...] = ()
    if scope is not None:
        there, at, found, _ = look(scope, target, context)
        places = [(scopes.subscription(str(each["id"])), str(each["location"])) for each in found.accounts]
    elif project is not None and (stacks or every):
        days = context.calendar()
        fleet = (
            multi_stack.named(stacks, project.root, days, context)
            if stacks
            else multi_stack.of_project(project, days, context)
        )
        context.progress.clear()
        findings += fleet.findings
        members = fleet.members
        declared = [each for member in members for each in _declared(member)]
        accounts = [
            (member.name, each.document)
            for member in members
            for each in member.source.subjects
            if each.type.lower() == kinds.ACCOUNT_TYPE.lower()
        ]
        there = point(Destination(_target(members, target)), context)
        works(at := there.destination)
        places = [(each.subscription, each.region) for each in declared]
        found = None
    else:
        raise Failure.of("cli.nothing-named", case="scope", command="quota")
    context.progress.passing(f"reading quotas of {len(dict.fromkeys(places))} regions")
    with reader(there) as arm:
        offers = region_offers.read(arm, places)
        if found is None:
            found, unread = _running(arm, offers)
        else:
            unread = []
    context.progress.clear()
    unread += [*found.unread, *(one for each in offers.values() for one in each.unread)]
    pools, unknown = tally(declared, found.deployments, offers, Market.load(), found.accounts)
    shown = [each for each in pools if each.stacks or ((used or scope is not None) and each.used)]
    shown.sort(key=lambda each: (each.limit - each.after, each.quota.lower(), each.pool))
    lines = {each.name: each.locate for each in members}
    counted = counts(accounts, declared, found, offers)
    rows = [*(each.row() for each in shown), *counted]
    findings += [
        *unreadable(unread),
        *_overdrawn(shown, declared, lines),
        *_too_many(counted),
        *_unknown(unknown, offers, lines),
    ]
    several = len({row["subscription"] for row in rows}) > 1
    table = Table(tuple(replace(each, narrow=each.narrow or several) for each in COLUMNS), tuple(rows))
    if csv is not None:
        write(csv, table.csv())
    over = sum(each.after > each.limit for each in shown)
    said = f"{len(shown)} quotas; {over} would be overdrawn; in units of sku.capacity; {found.age}"
    report = Report(
        command="quota",
        destination=at,
        findings=tuple(findings),
        resources=len(rows),
        **in_report(table, [said]),
        data={"quotas": table.data(), "readAt": found.read_at.isoformat(timespec="seconds")},
    )
    if html is not None:
        from modelyard.report import table_page

        write(html, table_page.write(report, table, "Quota", [said]))
    return report


def _declared(member: StackSelection) -> Iterable[DeclaredDeployment]:
    located = {
        each.id.lower(): regions.normal(str(each.document.get("location") or ""))
        for each in member.source.subjects
        if each.type.lower() == kinds.ACCOUNT_TYPE.lower()
    }
    for each in member.source.subjects:
        draw = Draw.of(each.document) if each.type.lower() == DEPLOYMENTS else None
        if draw is not None:
            region = located.get(account_of(each.id), "")
            yield DeclaredDeployment(member.name, each.id, each.path, draw, scopes.subscription(each.id), region)


def _target(members: Sequence[StackSelection], named: TargetName | None) -> TargetName:
    if named is not None:
        return named
    targets: dict[str, list[str]] = {}
    for each in members:
        targets.setdefault(each.target, []).append(each.name)
    if len(targets) > 1:
        named_by = "; ".join(f"{target}: {', '.join(names)}" for target, names in sorted(targets.items()))
        raise Failure.of("cli.targets-differ", targets=named_by)
    return members[0].target if members else "sandbox"


def _running(arm: Any, offers: Mapping[tuple[str, str], RegionOffers]) -> tuple[LiveAccounts, list[Unread]]:
    """What runs in the subscriptions that the stacks are for."""
    found: list[LiveAccounts] = []
    unread: list[Unread] = []
    for subscription in dict.fromkeys(subscription for subscription, _ in offers):
        try:
            found.append(live_accounts.read(arm, subscription))
        except ScopeUnreadable as refused:
            unread.append(Unread("deployments", live_accounts.READ_ACCOUNTS, subscription, refused.problem))
    return LiveAccounts.together(found), unread


def _overdrawn(
    rows: Iterable[PoolRow], declared: Sequence[DeclaredDeployment], lines: Mapping[str, Locate]
) -> Iterable[Finding]:
    for row in rows:
        if row.after <= row.limit or not row.stacks:
            continue
        first = next((each for each in declared if each.stack in row.stacks), None)
        most = sorted(row.stacks.items(), key=lambda each: (-each[1], each[0]))
        wants = ", ".join(f"{name} {units:g}" for name, units in most[:SHOWN])
        wants += f" and {len(most) - SHOWN} more stacks" if len(most) > SHOWN else ""
        others = row.used - row.running
        yield Finding.of(
            "inventory.quota-overdrawn",
            f"quota {row.quota} ({row.pool}): {row.after:g} of {row.limit:g} once all stacks run",
            severity=None if row.grows else Severity.WARNING,
            position=lines[first.stack](f"{first.path}.sku") if first and len(row.stacks) == 1 else None,
            found=f"declared: {wants}; by others: {others:g}",
            allowed=f"{max(0.0, row.limit - others):g} for all stacks together",
            remedy="lower a capacity, take another SKU or region, or ask for more: https://aka.ms/oai/stuquotarequest",
        )


def _too_many(counted: Iterable[Mapping[str, Any]]) -> Iterable[Finding]:
    for each in counted:
        if each["left"] < 0 and each["declared"]:
            yield Finding.of(
                "inventory.quota-overdrawn",
                f"{each['quota']} ({each['pool']}): {each['after']:g} of {each['limit']:g} once all stacks run",
                found=", ".join(each["stacks"]),
                allowed=f"{each['limit']:g}",
                remedy="take another account or region",
            )


def _unknown(
    unknown: Iterable[DeclaredDeployment],
    offers: Mapping[tuple[str, str], RegionOffers],
    lines: Mapping[str, Locate],
) -> Iterable[Finding]:
    for each in unknown:
        offer = offers.get((each.subscription, each.region))
        if offer is None or offer.usages is None or offer.models is None:
            continue  # what can't be read is a finding of its own
        yield Finding.of(
            "inventory.quota-unknown",
            f"stack {each.stack}: {each.region} lists no quota for {each.draw.model}@{each.draw.version} "
            f"with {each.draw.sku}",
            position=lines[each.stack](f"{each.path}.model"),
            path=each.path,
            remedy="see what the region has: modelyard check STACK --live",
            unverified=True,
        )
