"""The sandbox's time is moved by hand, and never back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modelyard.catalog.market import Market
from modelyard.sandbox.local_azure import Clock, LocalAzure
from modelyard.sandbox.store import Store

REAL = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_clock_is_real_time_and_what_it_was_advanced_by():
    clock = Clock(Store(), real=lambda: REAL)
    assert clock.now() == REAL
    assert clock.advance(timedelta(minutes=5)) == REAL + timedelta(minutes=5)
    assert clock.advance(timedelta(days=48)) == REAL + timedelta(days=48, minutes=5)


def test_the_clock_does_not_step_back():
    """A purge date in the past that comes to be in the future again would be nonsense to every client."""
    clock = Clock(Store(), real=lambda: REAL)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
    assert clock.advanced == timedelta(0)


@pytest.mark.parametrize("days", [36526, 3_000_000, 999_999_999])
def test_an_advance_that_is_refused_changes_nothing(days: int):
    """Stored all the same it would be a time that no date has, and nothing in the sandbox would answer again."""
    clock = Clock(Store(), real=lambda: REAL)
    clock.advance(timedelta(days=1))
    with pytest.raises(ValueError, match="36525 days in all"):
        clock.advance(timedelta(days=days))
    assert clock.now() == REAL + timedelta(days=1)


def test_a_clock_of_the_machine_that_is_set_back_does_not_stop_this_one():
    """What is under way would come to its end, and let go of the account, only when the machine's clock is there."""
    real, steady = [REAL], [0.0]
    clock = Clock(Store(), real=lambda: real[0], steady=lambda: steady[0])
    real[0], steady[0] = REAL + timedelta(hours=1), 3600.0
    assert clock.now() == REAL + timedelta(hours=1)
    real[0], steady[0] = REAL, 3605.0
    assert clock.now() == REAL + timedelta(hours=1, seconds=5)
    real[0], steady[0] = REAL + timedelta(seconds=10), 3615.0
    assert clock.now() == REAL + timedelta(hours=1, seconds=15)
    real[0], steady[0] = REAL + timedelta(hours=2), 7300.0
    assert clock.now() == REAL + timedelta(hours=2), "the machine's clock has caught up"


def test_nor_does_one_that_was_set_back_while_the_sandbox_was_stopped():
    store = Store()
    begun = REAL + timedelta(hours=1)
    store.put("operations-under-way", "one", {"started": begun.isoformat()})
    assert Clock(store, real=lambda: REAL, steady=lambda: 0.0).now() == begun


def test_an_advanced_clock_outlives_the_server(tmp_path: Path):
    store = Store(tmp_path / "azure.sqlite")
    Clock(store, real=lambda: REAL).advance(timedelta(hours=2))
    store.close()
    reopened = Store(tmp_path / "azure.sqlite")
    assert Clock(reopened, real=lambda: REAL).now() == REAL + timedelta(hours=2)
    reopened.close()


def test_real_time_moves_the_clock_and_not_the_market():
    """Two years after its catalog was made a sandbox still has the models of its examples."""
    later = REAL + timedelta(days=730)
    azure = LocalAzure(store=Store(), clock=Clock(Store(), real=lambda: later), market=Market.load())
    assert azure.clock.now() == later
    assert azure.market_day == azure.market.date
    azure.clock.advance(timedelta(hours=36))
    assert azure.market_day == azure.market.date + timedelta(days=1), "the market's day begins with the catalog's date"
