"""`check` and the program that the engine runs judge by the clock of a sandbox that they don't start."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modelyard.azure.target import SANDBOX_VARIABLE
from modelyard.catalog.market import Market
from modelyard.sandbox.local_azure import Clock
from modelyard.sandbox.store import Store
from modelyard.sandbox_clock import DATABASE, HOME_VARIABLE, advanced, calendar

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_a_sandbox_that_runs_and_one_that_has_run_say_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path / DATABASE)
    assert advanced(tmp_path) == timedelta(0)
    Clock(store).advance(timedelta(days=3, seconds=0.5))
    assert advanced(tmp_path) == timedelta(days=3, seconds=0.5)
    Clock(store).advance(timedelta(days=1))
    assert advanced(tmp_path) == timedelta(days=4, seconds=0.5), "a running server's last word counts"
    store.close()
    assert advanced(tmp_path) == timedelta(days=4, seconds=0.5)
    assert [file.name for file in tmp_path.iterdir()] == [DATABASE], "a stopped sandbox stays one file"


def test_without_a_sandbox_nothing_was_advanced_and_nothing_is_made(tmp_path: Path) -> None:
    assert advanced(tmp_path / "nobody") == timedelta(0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 100])
def test_a_database_that_can_not_be_read_is_left_to_the_sandbox_s_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / DATABASE).write_bytes(content)
    assert advanced(tmp_path) == timedelta(0)
    assert (tmp_path / DATABASE).read_bytes() == content


def test_a_program_is_told_by_its_environment(tmp_path: Path) -> None:
    """Plain `pulumi up` in a shell of the sandbox's reads the clock as it stands, not as it stood at the `eval`."""
    store = Store(tmp_path / DATABASE)
    proxy = "http://127.0.0.1:7443"
    reached = {SANDBOX_VARIABLE: proxy, "HTTPS_PROXY": proxy, "https_proxy": proxy}
    environment = {**reached, HOME_VARIABLE: str(tmp_path)}
    catalog = Market.load().date
    assert calendar(environment, NOW).market_day("azure") == catalog
    Clock(store).advance(timedelta(days=400))
    assert calendar(environment, NOW).market_day("azure") == catalog + timedelta(days=400)
    store.close()
    assert calendar({}, NOW).market_day("azure") == NOW.date(), "outside the sandbox it is Azure"
