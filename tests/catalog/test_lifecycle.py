"""A retirement that is taken for a fact stops somebody's deployment; one that is missed lets an outage come unseen."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.catalog.lifecycle import Basis, Lifecycle
from modelyard.catalog.market import Market
from modelyard.catalog.model import Create
from modelyard.catalog.sku import SKUS

MARKET = Market.load()
MODELS = list(MARKET)
DAYS = st.dates(date(2023, 1, 1), date(2032, 1, 1))


def lifecycle(
    name: str, version: str, day: date = MARKET.date, sku: str = "GlobalStandard", *, played: bool = False
) -> Lifecycle:
    model = MARKET.entry(name, version)
    assert model is not None
    return MARKET.lifecycle(model, sku, day, played=played)


@pytest.mark.parametrize(
    ("name", "version"), [("gpt-35-turbo", "0613"), ("gpt-4", "0613"), ("grok-3", "1"), ("DeepSeek-R1", "1")]
)
def test_a_word_of_microsofts_refuses_on_any_day(name, version):
    for day in (date(2026, 1, 1), MARKET.date, date(2030, 1, 1)):
        found = lifecycle(name, version, day)
        assert found.refused
        assert found.create is Create.CLOSED


@pytest.mark.parametrize(
    ("name", "version", "basis"),
    [
        ("o3", "2025-04-16", Basis.DATE_PASSED),
        ("claude-haiku-4-5", "2", Basis.DATE_PASSED),
        ("Llama-4-Maverick-17B-128E-Instruct-FP8", "1", Basis.NEWER_DATE_PASSED),
        ("gpt-35-turbo", "1106", Basis.SOURCE),
    ],
)
def test_a_date_that_has_merely_passed_refuses_nobody(name, version, basis):
    """Microsoft has moved such dates by months, and no later schedule was read; the last was only inferred (C)."""
    found = lifecycle(name, version)
    assert found.retired
    assert found.basis is basis
    assert found.grade in ("R", "C")
    assert not found.refused


def test_a_later_date_of_a_third_party_keeps_the_model():
    found = lifecycle("Kimi-K2.7-Code", "2026-06-12")
    assert (found.basis, found.retired) == (Basis.NEWER_DATE, False)
    assert found.retirement == date(2027, 4, 16)


def test_a_sku_may_retire_before_the_model():
    """gpt-4o-mini has left Standard in March 2026 and stays a year longer on the others."""
    assert lifecycle("gpt-4o-mini", "2024-07-18", sku="Standard").retirement == date(2026, 3, 31)
    assert lifecycle("gpt-4o-mini", "2024-07-18").retirement == date(2027, 4, 14)


def test_a_deprecated_model_is_for_those_who_have_it():
    found = lifecycle("gpt-4.1", "2025-04-14")
    assert found.create is Create.EXISTING
    assert found.replacement == "gpt-5.1@2025-11-13"
    assert not found.refused


def test_an_advanced_clock_plays_the_dates_that_it_passes_and_no_others():
    """Nobody advanced the clock past a date that lies before the catalog, so that one stays what it is: uncertain."""
    after = date(2028, 3, 1)
    real = lifecycle("gpt-5.6-terra", "2026-07-09", after)
    assert (real.retired, real.refused, real.basis) == (True, False, Basis.DATE_PASSED)
    played = lifecycle("gpt-5.6-terra", "2026-07-09", after, played=True)
    assert (played.refused, played.basis) == (True, Basis.CLOCK)
    assert not lifecycle("o3", "2025-04-16", after, played=True).refused


@given(st.sampled_from(MODELS), st.sampled_from([*SKUS, "", "GlobalPriority"]), DAYS)
def test_a_played_day_refuses_from_the_day_that_is_told(model, sku, day):
    """ARM refuses and inference answers 410 by the same day; two answers would be two calendars."""
    gone = MARKET.gone_from(model, sku)
    word_alone = model.lifecycle == "Retired"
    if not word_alone:
        assert MARKET.lifecycle(model, sku, day, played=True).refused == (gone is not None and day >= gone)
    else:
        assert gone == date.min


@given(st.sampled_from(MODELS), st.sampled_from([*SKUS, ""]), DAYS)
def test_real_time_alone_refuses_nobody(model, sku, day):
    """What is refused later is what is refused now: only a newer catalog may say more."""
    assert MARKET.lifecycle(model, sku, day).refused == MARKET.lifecycle(model, sku, MARKET.date).refused


def test_the_catalog_grows_old():
    assert not MARKET.stale(MARKET.date + timedelta(days=120))
    assert MARKET.stale(MARKET.date + timedelta(days=121))
    assert not MARKET.stale(date(2020, 1, 1))
