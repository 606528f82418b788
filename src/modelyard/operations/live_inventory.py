"""What runs at a scope, one row a deployment: models, limits, retirement, headroom, and what policies would refuse.

Reads only, with Reader alone, and needs neither a project nor a state. What may not be read is a finding that names the
missing permission; the cells that depend on it are unknown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.audit import live_scope, pull
from modelyard.audit.failures import PullRefused
from modelyard.audit.inspection import inspect
from modelyard.azure.arm_reader import reader
from modelyard.azure.target import Target
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.destination import TargetName
from modelyard.files import JsonObject
from modelyard.findings import Finding, Severity
from modelyard.inventory import deployment_rows, live_accounts, region_offers
from modelyard.inventory.live_accounts import LiveAccounts, Unread
from modelyard.operations.context import OperationContext
from modelyard.operations.output_files import write
from modelyard.operations.target_resolution import point, resolve, with_destination, works
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.report.result import Report
from modelyard.report.table import Column, Table, counted, in_report

SOON = 90
"""Days in which a retirement is one of the things to know."""
READ_POLICIES = "Microsoft.Authorization/policyAssignments/read"
COLUMNS = (
    Column("subscription", "subscription", narrow=False),
    Column("resourceGroup", "resource group", narrow=False),
    Column("account", "account"),
    Column("kind", "kind", narrow=False),
    Column("region", "region"),
    Column("deployment", "deployment"),
    Column("model", "model"),
    Column("version", "version"),
    Column("format", "publisher", narrow=False),
    Column("sku", "SKU"),
    Column("capacity", "capacity"),
    Column("tokensPerMinute", "tokens/min", narrow=False),
    Column("requestsPerMinute", "requests/min", narrow=False),
    Column("headroom", "headroom"),
    Column("quota", "quota", narrow=False),
    Column("lifecycle", "lifecycle", narrow=False),
    Column("retirement", "retires"),
    Column("retirementPlanned", "planned", narrow=False),
    Column("retirementSource", "by", narrow=False),
    Column("daysLeft", "days"),
    Column("replacement", "replacement", narrow=False),
    Column("filter", "filter", none="default", narrow=False),
    Column("keys", "keys"),
    Column("publicNetwork", "network"),
    Column("identity", "identity", narrow=False),
    Column("state", "state", narrow=False),
    Column("tags", "tags", none="", narrow=False),
    Column("denied", "denied by", narrow=False),
    Column("id", "id", narrow=False),
)


@with_destination
def inventory(
    scope: str,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    tags: Sequence[str] = (),
    csv: Path | None = None,
    html: Path | None = None,
) -> Report:
    """Every deployment at a scope: `subscription`, or the id of one, a resource group, an account, a management group.

    `tags` are names of the accounts' tags, each a column. `csv` and `html` are files to write the rows to; nothing else
    is written. `target` is needed, since no stack says it.

    `data` has `deployments` (a row each, with the members of `COLUMNS`), `accounts` (those without deployments too),
    `subscriptions`, `source`, `readAt`, and `toKnow`: what retires within 90 days, what is full, what a key alone opens
    from anywhere. A member that is null is not known. The status is INCONCLUSIVE where something could not be read.
    Raises `cli.target-missing`, ScopeUnknown, ScopeUnreadable and failures of the target.
    """
    there, at, found, days = look(scope, target, context)
    with reader(there) as arm:
        regions = ((scopes.subscription(str(each["id"])), str(each["location"])) for each in found.accounts)
        context.progress.passing(f"reading models and quotas for {len(found.accounts)} accounts")
        offers = region_offers.read(arm, regions)
    context.progress.passing(f"evaluating the policies in force on {len(found.deployments)} deployments")
    denied, unread = _denied(there, found, days)
    context.progress.clear()
    rows = deployment_rows.rows(
        found.accounts,
        found.deployments,
        offers,
        Market.load(),
        days.market_day(there.name),
        denied=denied,
        tags=tags,
    )
    missing = (*found.unread, *(one for each in offers.values() for one in each.unread), *unread)
    known = to_know(rows)
    table = Table(_columns(tags), tuple(_tagged(rows, tags)))
    report = Report(
        command="inventory",
        destination=at,
        findings=tuple(unreadable(missing)),
        resources=len(rows),
        **in_report(table, _lines(found, known)),
        data={
            "scope": scope,
            "deployments": [
                {**{key: plain for key, plain in row.items() if not key.startswith("tag:")}} for row in table.data()
            ],
            "accounts": [_account(each, found) for each in found.accounts],
            "subscriptions": [each.rpartition("/")[2] for each in found.subscriptions],
            "source": found.source,
            "readAt": found.read_at.isoformat(timespec="seconds"),
            "toKnow": {name: [row["id"] for row in group] for name, group in known.items()},
        },
    )
    if csv is not None:
        write(csv, table.csv())
    if html is not None:
        from modelyard.report import table_page

        write(html, table_page.write(report, table, _title(scope), _sentences(known), counted(len(rows), "deployment")))
    return report


def look(
    scope: str, target: TargetName | None, context: OperationContext
) -> tuple[Target, Any, LiveAccounts, Calendar]:
    """Accounts and deployments at a scope, where they were read, and the calendar there."""
    pointed = point(resolve(target, context), context)
    whole = pull.scope_of(scope, pointed.subscription_id, account=True)
    at = replace(pointed.destination, subscription=scopes.subscription(whole).rpartition("/")[2])
    works(at)
    context.progress.passing(f"reading accounts and deployments of {whole}")
    with reader(pointed) as arm:
        found = live_accounts.read(arm, whole)
    context.progress.clear()
    return pointed, at, found, context.calendar(pointed.name, datetime.now(UTC))


def to_know(rows: Sequence[JsonObject]) -> dict[str, list[JsonObject]]:
    """What retires soon (soonest first), what is full, and what a key alone opens from anywhere."""
    soon = [row for row in rows if deployment_rows.retires_within(row, SOON)]
    return {
        "retires": sorted(soon, key=lambda row: (row["retirement"], row["id"].lower())),
        "full": [row for row in rows if deployment_rows.is_full(row)],
        "open": [row for row in rows if deployment_rows.is_open(row)],
    }


def unreadable(missing: Iterable[Unread]) -> Iterable[Finding]:
    """A finding for each thing that could not be read; one for all places where the same was refused alike."""
    groups: dict[tuple[str, str, str], list[Unread]] = {}
    for each in missing:
        groups.setdefault((each.what, each.permission, each.why), []).append(each)
    for (what, permission, why), group in groups.items():
        places = [each.where for each in group]
        yield Finding.of(
            "inventory.unread",
            f"{what} can't be read{f' in {len(places)} places' if len(places) > 1 else ''}: {why}",
            path=places[0] if len(places) == 1 else "",
            found=", ".join(places[:5]) + (" …" if len(places) > 5 else "") if len(places) > 1 else "",
            remedy=f"ask for {permission} there (Reader has it)",
            unverified=True,
        )


def _denied(target: Target, found: LiveAccounts, days: Calendar) -> tuple[dict[str, list[str]] | None, list[Unread]]:
    """The policies that would refuse a resource as it stands, by its folded id; None where no policy can be read."""
    documents: dict[str, list[dict[str, Any]]] = {each: [] for each in found.subscriptions}
    for each in (*found.accounts, *found.deployments):
        documents.setdefault(scopes.subscription(str(each["id"])), []).append(each)

    def of(pair: tuple[str, list[dict[str, Any]]]) -> list[tuple[str, str]] | Unread:
        try:
            source = live_scope.read_before(target, *pair)
        except PullRefused as refused:
            return Unread("policies", READ_POLICIES, pair[0], refused.what)
        looked = inspect(
            source,
            Rulebook(),
            now=days.time(target.name),
            market=Market.load(),
            market_time=days.market_time(target.name),
            locate=lambda _path: None,
        )
        return [
            (each.resource.lower(), each.policy)
            for each in looked.evaluation.policy_findings
            if each.severity is Severity.ERROR and not each.settled
        ]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(of, documents.items()))
    unread = [each for each in answers if isinstance(each, Unread)]
    if answers and len(unread) == len(answers):
        return None, unread
    denied: dict[str, list[str]] = {}
    for answer in answers:
        for resource, policy in answer if not isinstance(answer, Unread) else ():
            denied.setdefault(resource, []).append(policy)
    return denied, unread


def _columns(tags: Sequence[str]) -> tuple[Column, ...]:
    """With a column for each tag in place of the one of all."""
    at = next(number for number, each in enumerate(COLUMNS) if each.key == "tags")
    return (*COLUMNS[:at], *(Column(f"tag:{tag}", tag, none="") for tag in tags), COLUMNS[at], *COLUMNS[at + 1 :])


def _tagged(rows: Iterable[dict[str, Any]], tags: Sequence[str]) -> Iterable[dict[str, Any]]:
    return ({**row, **{f"tag:{tag}": row["tags"].get(tag) for tag in tags}} for row in rows)


def _account(account: Mapping[str, Any], found: LiveAccounts) -> dict[str, Any]:
    inside = sum(live_accounts.parent(each).lower() == str(account["id"]).lower() for each in found.deployments)
    return {
        "id": account["id"],
        "name": account["name"],
        "kind": account.get("kind"),
        "region": account.get("location"),
        "deployments": inside,
        **deployment_rows.openness(dict(account)),
    }


def _lines(found: LiveAccounts, known: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    count = f"{counted(len(found.deployments), 'deployment')} in {counted(len(found.accounts), 'account')}"
    return [f"{count}, {counted(len(found.subscriptions), 'subscription')}; {found.age}", *_sentences(known)]


def _sentences(known: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """The three things to know."""
    retires, full, opened = known["retires"], known["full"], known["open"]
    first = retires[0] if retires else None
    pools = Counter(row["quota"] for row in full)
    accounts = sorted({row["account"] for row in opened})
    return [
        f"retires within {SOON} days: "
        + (
            f"{len(retires)}, first {first['account']}/{first['deployment']} "
            f"({first['model']}@{first['version']}) on {first['retirement']}"
            if first
            else "none"
        ),
        "full: "
        + (", ".join(f"{pool} ({counted(count, 'deployment')})" for pool, count in pools.most_common(5)) or "none"),
        "open (keys on, network public): "
        + (
            f"{counted(len(accounts), 'account')}: {', '.join(accounts[:5])}{' …' if len(accounts) > 5 else ''}"
            if accounts
            else "none"
        ),
    ]


def _title(scope: str) -> str:
    return f"Deployments of {scope.rpartition('/')[2] or scope}"
