"""When the models of deployments retire: of stacks by their files and the catalog, of a scope by what Azure lists.

A day that the catalog has is a day that Microsoft had printed when the catalog was made, and may have been moved since:
one that has merely passed is a warning. Azure's own word for a deployment that runs is a fact.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from modelyard.azure.arm_reader import reader
from modelyard.catalog.market import Market
from modelyard.catalog.model import ArmLifecycle
from modelyard.config.project import Project
from modelyard.destination import Destination, TargetName
from modelyard.failures import Failure
from modelyard.findings import Finding
from modelyard.inventory import deployment_rows, region_offers
from modelyard.operations import multi_stack
from modelyard.operations.context import OperationContext
from modelyard.operations.live_inventory import look, unreadable
from modelyard.operations.multi_stack import StackSelection
from modelyard.operations.output_files import write
from modelyard.operations.target_resolution import with_destination
from modelyard.policy.documents import scopes
from modelyard.report.result import Report
from modelyard.report.table import Column, Table, counted, in_report

DEPLOYMENTS = "microsoft.cognitiveservices/accounts/deployments"
PERIOD = re.compile(r"(\d{1,5})\s*(d|w|m|y)?", re.IGNORECASE)
DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
COLUMNS = (
    Column("stack", "stack", none=""),
    Column("account", "account"),
    Column("deployment", "deployment"),
    Column("model", "model"),
    Column("version", "version"),
    Column("sku", "SKU"),
    Column("retirement", "retires"),
    Column("daysLeft", "days"),
    Column("lifecycle", "lifecycle"),
    Column("certainty", "day is"),
    Column("replacement", "replacement", none="none named"),
    Column("retirementSource", "by", narrow=False),
    Column("region", "region", narrow=False),
    Column("id", "id", narrow=False),
)


@with_destination
def retirements(
    project: Project | None,
    stacks: Sequence[str],
    context: OperationContext,
    *,
    every: bool = False,
    scope: str | None = None,
    target: TargetName | None = None,
    within: str = "",
    ics: Path | None = None,
    csv: Path | None = None,
    html: Path | None = None,
) -> Report:
    """The days, soonest first: of named `stacks`, of `every` stack of the project, or of what runs at a `scope`.

    Stacks are read from their files and asked of the catalog, with no network. A scope is read with Reader, and the
    day is that of the SKU in the account's region. `within` is a period as `90d`: what retires in it is an error.
    `ics`, `csv` and `html` are files to write.

    `data` has `retirements`: stack, account, deployment, model, version, sku, retirement, daysLeft, lifecycle,
    certainty (`planned`, `tentative` or null), replacement, retirementSource, region, id. The status is FINDINGS where
    something retires within the period, INCONCLUSIVE where something could not be read. Raises `cli.period-unreadable`,
    `cli.nothing-named`, `cli.target-missing`, ScopeUnknown, ScopeUnreadable and failures of the target.
    """
    limit, at = days_of(within) if within else None, None
    if scope is not None:
        rows, findings, at = _of_scope(scope, target, context)
    elif project is not None and (stacks or every):
        rows, findings = _of_stacks(project, stacks, context)
    else:
        raise Failure.of("cli.nothing-named", case="scope", command="models retirements")
    rows.sort(key=lambda row: (row["retirement"] is None, row["retirement"] or date.max, row["id"].lower()))
    table = Table(COLUMNS, tuple(rows))
    report = Report(
        command="models retirements",
        destination=at,
        findings=(*findings, *_findings(rows, limit)),
        resources=len(rows),
        **in_report(table, [_sentence(rows, limit)]),
        data={"retirements": table.data(), "withinDays": limit},
    )
    if csv is not None:
        write(csv, table.csv())
    if ics is not None:
        from modelyard.report import icalendar

        write(ics, icalendar.write(_events(rows), "Models that retire", datetime.now(UTC)))
    if html is not None:
        from modelyard.report import table_page

        page = replace(report, findings=tuple(findings))  # what retires stands in the rows, soonest first
        said, count = [_sentence(rows, limit)], counted(len(rows), "deployment")
        write(html, table_page.write(page, table, "Models that retire", said, count))
    return report


def days_of(period: str) -> int:
    """The days of a period as `90d`, `12w`, `6m` (30 days each) or `1y`. Raises `cli.period-unreadable`."""
    found = PERIOD.fullmatch(period.strip())
    if found is None:
        raise Failure.of("cli.period-unreadable", found=repr(period))
    return int(found[1]) * DAYS[(found[2] or "d").lower()]


def _of_scope(
    scope: str, target: TargetName | None, context: OperationContext
) -> tuple[list[dict[str, Any]], list[Finding], Destination]:
    there, at, found, days = look(scope, target, context)
    with reader(there) as arm:
        regions = [(scopes.subscription(str(each["id"])), str(each["location"])) for each in found.accounts]
        offers = region_offers.read(arm, regions)
    rows = deployment_rows.rows(
        found.accounts, found.deployments, offers, Market.load(), days.market_day(there.name), denied=None
    )
    missing = (*found.unread, *(one for each in offers.values() for one in each.unread))
    shown = [{**row, "stack": None, "certainty": certainty(row["retirementPlanned"])} for row in rows]
    return shown, list(unreadable(missing)), at


def _of_stacks(
    project: Project, stacks: Sequence[str], context: OperationContext
) -> tuple[list[dict[str, Any]], list[Finding]]:
    days, market = context.calendar(), Market.load()
    fleet = (
        multi_stack.named(stacks, project.root, days, context)
        if stacks
        else multi_stack.of_project(project, days, context)
    )
    context.progress.clear()
    rows = [row for each in fleet.members for row in _of_stack(each, market, days.market_day(each.target))]
    return rows, list(fleet.findings)


def _of_stack(member: StackSelection, market: Market, today: date) -> Iterable[dict[str, Any]]:
    for subject in member.source.subjects:
        if subject.type.lower() != DEPLOYMENTS:
            continue
        model = (subject.document.get("properties") or {}).get("model") or {}
        sku = str((subject.document.get("sku") or {}).get("name") or "")
        name, version = str(model.get("name") or ""), str(model.get("version") or "")
        life = deployment_rows.lifetime(str(model.get("format") or ""), name, version, sku, None, market, today)
        yield {
            "stack": member.name,
            "account": subject.id.split("/accounts/")[-1].split("/")[0],
            "deployment": subject.id.rpartition("/")[2],
            "model": name or None,
            "version": version or None,
            "sku": sku or None,
            "retirement": life["retirement"],
            "daysLeft": (life["retirement"] - today).days if life["retirement"] else None,
            "lifecycle": life["lifecycle"],
            "certainty": certainty(life["planned"]),
            "replacement": life["replacement"],
            "retirementSource": life["source"],
            "region": None,
            "id": subject.id,
            "position": member.locate(f"{subject.path}.model") if subject.path else None,
            "path": subject.path,
        }


def certainty(planned: bool | None) -> str | None:
    """Azure's words for a day: planned, or tentative; None where nobody says."""
    return None if planned is None else "planned" if planned else "tentative"


def _findings(rows: Iterable[Mapping[str, Any]], limit: int | None) -> Iterable[Finding]:
    """What retires within the period, and what is past its day. Only Azure's own word makes a past day an error."""
    for row in rows:
        left, word = row["daysLeft"], row["lifecycle"]
        if left is None:
            continue
        said = word == ArmLifecycle.DEPRECATED or row["retirementSource"] == deployment_rows.AZURE
        if left < 0 and not said:
            yield _finding(row, "inventory.retirement-passed", f"was to retire on {row['retirement']}")
        elif limit is not None and left <= limit:
            when = f"retired on {row['retirement']}" if left < 0 else f"retires on {row['retirement']}, in {left} days"
            yield _finding(row, "inventory.retirement-near", when)


def _finding(row: Mapping[str, Any], code: str, when: str) -> Finding:
    return Finding.of(
        code,
        f"{_place(row)}: {row['model']}@{row['version']} with {row['sku']} {when}",
        position=row.get("position"),
        path=row.get("path") or row["id"],
        found=f"{row['model']}@{row['version']}",
        remedy=f"move to {row['replacement']}"
        if row["replacement"]
        else "choose another model: modelyard models search",
    )


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['stack'] or row['account']}/{row['deployment']}"


def _events(rows: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
    from modelyard.report.icalendar import Event

    for row in rows:
        if row["retirement"] is not None:
            replaced = f"Replacement: {row['replacement']}. " if row["replacement"] else ""
            yield Event(
                uid=f"{row['id'].lower()}@modelyard",
                day=row["retirement"],
                summary=f"{row['model']}@{row['version']} retires: {_place(row)}",
                description=f"{replaced}SKU {row['sku']}; by {row['retirementSource']}"
                + (f", {row['certainty']}" if row["certainty"] else ""),
            )


def _sentence(rows: Sequence[Mapping[str, Any]], limit: int | None) -> str:
    known = [row for row in rows if row["retirement"] is not None]
    unknown = len(rows) - len(known)
    first = known[0] if known else None
    parts = [counted(len(rows), "deployment")]
    if first:
        parts.append(f"the first retires on {first['retirement']} ({first['model']}@{first['version']})")
    if unknown:
        parts.append(f"of {unknown} no day is known")
    if limit is not None:
        near = sum(row["daysLeft"] is not None and row["daysLeft"] <= limit for row in rows)
        parts.append(f"{near} within {limit} days")
    return "; ".join(parts)
