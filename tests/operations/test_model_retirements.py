"""A pipeline has to stop before a model goes, and must not stop for a day that has merely passed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from modelyard import Failure, Project, operations
from modelyard.catalog.market import Market
from modelyard.failures import ExitStatus
from modelyard.operations.context import OperationContext
from modelyard.operations.model_retirements import _findings, days_of

ROOT = Path(__file__).parent.parent.parent


def retirements(*stacks: str, **named: Any) -> Any:
    return operations.retirements(Project.find(ROOT), stacks, OperationContext(environment={}), **named)


def test_all_stacks_soonest_first_with_where_each_is_declared(tmp_path: Path) -> None:
    files = {"csv": tmp_path / "days.csv", "ics": tmp_path / "days.ics", "html": tmp_path / "days.html"}
    report = retirements(every=True, **files)
    assert report.status is ExitStatus.DONE
    rows = report.data["retirements"]
    known = [row["retirement"] for row in rows if row["retirement"]]
    assert known == sorted(known)
    assert {row["stack"] for row in rows} == set(Project.find(ROOT).stack_names())
    assert files["ics"].read_text().count("BEGIN:VEVENT") == len(known)
    assert len(files["csv"].read_text().splitlines()) == len(rows) + 1
    assert "Models that retire" in files["html"].read_text()


def test_what_retires_in_the_period_is_an_error_on_its_line() -> None:
    report = retirements("dev", within="90y")
    assert report.status is ExitStatus.FINDINGS
    first = report.findings[0]
    assert (first.code, first.severity.value) == ("inventory.retirement-near", "error")
    assert first.position is not None
    assert first.position.file.endswith("Pulumi.dev.yaml")


def test_a_day_of_the_catalog_that_merely_passed_is_a_warning() -> None:
    row = {
        "stack": "dev",
        "account": "ai",
        "deployment": "chat",
        "model": "m",
        "version": "1",
        "sku": "Standard",
        "retirement": datetime(2026, 1, 1, tzinfo=UTC).date(),
        "daysLeft": -30,
        "lifecycle": "Deprecating",
        "retirementSource": f"catalog of {Market.load().date}",
        "replacement": None,
        "id": "/a",
    }
    (passed,) = _findings([row], 90)
    assert (passed.code, passed.severity.value) == ("inventory.retirement-passed", "warning")
    (said,) = _findings([{**row, "retirementSource": "Azure"}], 90)
    assert (said.code, said.severity.value) == ("inventory.retirement-near", "error")
    assert list(_findings([{**row, "retirement": None, "daysLeft": None}], 90)) == []


@pytest.mark.parametrize(
    ("period", "days"), [("90d", 90), ("90", 90), ("2w", 14), ("6m", 180), ("1y", 365), (" 3D", 3)]
)
def test_a_period(period: str, days: int) -> None:
    assert days_of(period) == days


@pytest.mark.parametrize("period", ["soon", "", "-1d", "1.5y", "d"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(Failure, match="period") as refused:
        days_of(period)
    assert refused.value.status is ExitStatus.USAGE


def test_nothing_named_says_what_could_be() -> None:
    with pytest.raises(Failure, match="neither") as refused:
        retirements()
    assert refused.value.code == "cli.nothing-named"
