"""A team meets the product on what somebody else deployed. One sandbox is seeded, and every command is asked of it."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from modelyard import Failure, Project, operations
from modelyard.azure.arm_reader import reader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import Target
from modelyard.config.loader import CLOSED
from modelyard.destination import Destination
from modelyard.failures import ExitStatus
from modelyard.inventory import live_accounts, live_checks
from modelyard.operations import live_step
from modelyard.operations.context import OperationContext
from modelyard.operations.stack_check import checked
from modelyard.operations.target_resolution import point
from modelyard.report.result import Report
from modelyard.sandbox import control_client
from modelyard.sandbox.state_dir import Home

ROOT = Path(__file__).parent.parent.parent
ACCOUNTS, DEPLOYMENTS, SUBSCRIPTIONS = 6, 3, 3


def seed(context: OperationContext) -> Report:
    return operations.seed_sandbox(context, accounts=ACCOUNTS, deployments=DEPLOYMENTS, subscriptions=SUBSCRIPTIONS)


@dataclass(frozen=True)
class Seeded:
    """A sandbox with accounts of others."""

    context: OperationContext
    group: str
    report: Any


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    folder = tmp_path_factory.mktemp("seeded")
    environment = {**os.environ, "MODELYARD_STATE": str(folder / "state"), "MODELYARD_CACHE": str(folder / "cache")}
    context = OperationContext(environment=environment)
    try:
        report = seed(context)
        yield Seeded(context, report.data["managementGroup"], report)
    finally:
        operations.stop_sandbox(context)


def test_a_second_seed_writes_nothing(seeded: Seeded) -> None:
    assert seeded.report.data["written"] > ACCOUNTS * DEPLOYMENTS
    again = seed(seeded.context)
    assert again.data["written"] == 0
    assert again.data["accounts"] == seeded.report.data["accounts"]
    assert len(set(again.data["subscriptions"])) == SUBSCRIPTIONS


def test_an_inventory_of_a_management_group(seeded: Seeded, tmp_path: Path) -> None:
    report = operations.inventory(
        seeded.group,
        seeded.context,
        target="sandbox",
        tags=("owner",),
        csv=tmp_path / "rows.csv",
        html=tmp_path / "rows.html",
    )
    assert report.status is ExitStatus.DONE, report.findings
    rows = report.data["deployments"]
    assert len(rows) == ACCOUNTS * DEPLOYMENTS
    assert {row["subscription"] for row in rows} == set(seeded.report.data["subscriptions"])
    assert all(row["headroom"] is not None and row["retirementSource"] for row in rows)
    assert report.data["source"] == "Resource Graph"
    assert "may be some minutes old" in report.text
    assert report.data["toKnow"]["full"], "the seed fills a quota"
    assert report.data["toKnow"]["open"], "the seed has accounts with keys"
    with (tmp_path / "rows.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert first["tag:owner"]
    page = (tmp_path / "rows.html").read_text()
    assert "no figure on this page was read from Azure" in page
    assert page.count("<tr>") == ACCOUNTS * DEPLOYMENTS + 1


def test_one_account_alone(seeded: Seeded) -> None:
    account = seeded.report.data["accounts"][0]
    report = operations.inventory(account, seeded.context, target="sandbox")
    assert {row["account"] for row in report.data["deployments"]} == {account.rpartition("/")[2]}
    assert len(report.data["accounts"]) == 1


def test_quota_and_retirements_of_a_scope(seeded: Seeded) -> None:
    quota = operations.quota(None, (), seeded.context, scope=seeded.group, target="sandbox")
    assert quota.status is ExitStatus.DONE
    assert any(row["left"] == 0 for row in quota.data["quotas"])
    late = operations.retirements(None, (), seeded.context, scope=seeded.group, target="sandbox", within="50y")
    assert late.status is ExitStatus.FINDINGS
    assert all(each.code == "inventory.retirement-near" for each in late.findings)


def as_(seeded: Seeded, principal: str) -> Target:
    """The sandbox as somebody else sees it."""
    home = Home(seeded.context.folders.sandbox)
    token = control_client.token(home, principal, "https://management.azure.com")
    credential: Any = SimpleNamespace(get_token=lambda _scope: SimpleNamespace(token=token))
    return replace(point(Destination("sandbox"), seeded.context), credential=lambda: credential)


def test_reader_alone_suffices(seeded: Seeded) -> None:
    target = as_(seeded, "reader")
    with reader(target) as arm:
        found = live_accounts.read(arm, f"/subscriptions/{target.subscription_id}")
    assert len(found.accounts) == ACCOUNTS / SUBSCRIPTIONS
    assert len(found.deployments) == ACCOUNTS / SUBSCRIPTIONS * DEPLOYMENTS
    assert found.unread == ()


def test_who_may_read_nothing_gets_no_empty_inventory(seeded: Seeded) -> None:
    target = as_(seeded, "outsider")
    with reader(target) as arm, pytest.raises(ScopeUnreadable, match="AuthorizationFailed"):
        live_accounts.read(arm, f"/subscriptions/{target.subscription_id}")


@pytest.mark.parametrize("number", [0, 1001])
def test_a_seed_of_nothing_or_too_much_is_refused(number: int) -> None:
    with pytest.raises(Failure, match="accounts is") as refused:
        operations.seed_sandbox(OperationContext(environment={}), accounts=number)
    assert refused.value.status is ExitStatus.USAGE


def test_a_live_check_of_a_stack_that_is_not_there_yet(seeded: Seeded) -> None:
    report = operations.check(Project.find(ROOT), "dev", seeded.context, live=True)
    assert report.status is ExitStatus.DONE, [each for each in report.checks if each.outcome == "failed"]
    assert {each.id for each in report.checks} >= {"live.model", "live.quota", "live.permissions", "live.subdomain"}
    assert operations.check(Project.find(ROOT), "dev", seeded.context).checks == (), "without `live` nothing is asked"


def live(seeded: Seeded, principal: str) -> dict[str, set[str]]:
    """Outcomes of the live check of stack dev by their ids, as somebody else sees the sandbox."""
    target = as_(seeded, principal)
    loaded = checked(Project.find(ROOT), "dev", seeded.context)
    assert loaded.stack is not None
    outcomes: dict[str, set[str]] = {}
    with reader(target) as arm:
        for each in live_checks.ask(arm, live_step.stack_in_azure(loaded.stack, target), lambda _host: ""):
            outcomes.setdefault(each.id, set()).add(each.outcome.value)
    return outcomes


def test_a_live_check_with_reader_alone_asks_everything_that_reader_may(seeded: Seeded) -> None:
    """Reader may look and not write: the check says so, and leaves nothing open but what is an action of its own."""
    outcomes = live(seeded, "reader")
    assert outcomes.pop("live.permissions") == {"failed"}
    assert outcomes.pop("live.subdomain") == {"inconclusive"}, "checkDomainAvailability is an action, and no read"
    assert outcomes.pop("live.endpoint") == {"skipped"}
    assert set.union(*outcomes.values()) == {"passed"}


def test_a_live_check_of_somebody_without_rights_says_yes_to_nothing(seeded: Seeded) -> None:
    outcomes = live(seeded, "outsider")
    assert outcomes.pop("live.permissions") == {"failed"}, "ARM tells everybody what he may do: nothing"
    assert outcomes.pop("live.endpoint") == {"skipped"}
    assert set.union(*outcomes.values()) == {"inconclusive"}


def test_roles_of_one_branch_show_one_branch(seeded: Seeded) -> None:
    """The seed's subscriptions stand in two groups below one; who reads one of them sees what is there and no more."""
    below = {name: set(live_accounts_of(seeded, name)) for name in ("contoso", "contoso-online", "contoso-corp")}
    assert below["contoso"] == below["contoso-online"] | below["contoso-corp"]
    assert below["contoso-online"].isdisjoint(below["contoso-corp"])
    assert len(below["contoso"]) == SUBSCRIPTIONS


def live_accounts_of(seeded: Seeded, group: str) -> tuple[str, ...]:
    with reader(as_(seeded, "pipeline")) as arm:
        return live_accounts.read(arm, f"/providers/Microsoft.Management/managementGroups/{group}").subscriptions


def test_what_runs_as_it_is_written_may_be_of_a_model_that_is_gone(seeded: Seeded, tmp_path: Path) -> None:
    """By a day on which all its models have retired: no deployment that runs keeps its stack from being changed."""
    id_ = seeded.report.data["accounts"][0]
    rows = operations.inventory(id_, seeded.context, target="sandbox").data["deployments"]
    deployments = {
        row["deployment"]: {
            "model": {"format": row["format"], "name": row["model"], "version": row["version"]},
            "sku": row["sku"],
            "capacity": row["capacity"],
        }
        for row in rows
    }
    project = one_stack(tmp_path, id_, rows[0]["region"], deployments)
    later = date(2035, 1, 1)
    (told, live) = (operations.check(project, "taken", seeded.context, on=later, live=live) for live in (False, True))
    gone = [each for each in told.findings if each.code in CLOSED and each.severity == "error"]
    assert gone, "a file alone doesn't know what runs"
    assert [each for each in live.findings if each.code in CLOSED and each.severity == "error"] == []
    deployments[rows[0]["deployment"]]["capacity"] += 1
    other = one_stack(tmp_path / "changed", id_, rows[0]["region"], deployments)
    changed = operations.check(other, "taken", seeded.context, on=later, live=True)
    (error,) = [each for each in changed.findings if each.severity == "error"]
    assert error.path.split(".")[1] == rows[0]["deployment"], "what changes is no longer as it runs"


def one_stack(folder: Path, id_: str, region: str, deployments: dict[str, Any]) -> Project:
    (folder / "stacks").mkdir(parents=True)
    (folder / "infra").mkdir()
    (folder / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    config = {
        "azure-native:location": region,
        "modelyard:target": "sandbox",
        "modelyard:account": {
            "name": id_.rpartition("/")[2],
            "resourceGroup": id_.split("/")[4],
            "network": {"publicNetworkAccess": "Enabled"},
        },
        "modelyard:deployments": deployments,
    }
    (folder / "stacks/Pulumi.taken.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
    return Project.find(folder)
