"""Rates are what teams ask for and capacity is what Azure takes: the way between must lose nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.catalog.market import Market
from modelyard.catalog.sku import SKUS
from modelyard.config.checks.capacity import capacities, figure, requests_a_unit, tokens_a_unit

MARKET = Market.load()
UNITS = st.one_of(st.integers(1, 20_000).map(Fraction), st.fractions(Fraction(1, 100), 20, max_denominator=1000))


@given(st.integers(1, 10_000), st.integers(1, 20_000).map(Fraction))
def test_the_rate_of_a_capacity_comes_back_as_that_capacity(capacity, per_unit):
    between = capacities(figure(capacity, per_unit), per_unit)
    assert between.exact
    assert between.below == capacity


@given(st.integers(1, 10**9), UNITS)
def test_the_nearest_capacities_lie_around_the_rate(rate, per_unit):
    between = capacities(rate, per_unit)
    assert between.below * per_unit <= rate <= between.above * per_unit
    assert between.above - between.below in (0, 1)
    assert between.exact == ((Fraction(rate) / per_unit).denominator == 1)


@given(st.integers(1, 10**6), st.integers(1, 10**6), UNITS)
def test_more_rate_never_needs_less_capacity(one, other, per_unit):
    low, high = sorted((one, other))
    assert capacities(low, per_unit).above <= capacities(high, per_unit).above


def test_zero_capacity_is_no_answer():
    between = capacities(999, Fraction(1000))
    assert (between.below, between.above, between.exact) == (0, 1, False)


def test_every_unit_of_the_market_is_a_clean_ratio():
    """A quotient such as 333 / 333,000 must not come out as 0.999…, or no rate would be met exactly."""
    for name in MARKET.names():
        for sku in SKUS:
            unit = MARKET.unit(name, sku)
            if unit is None:
                continue
            requests = requests_a_unit(unit)
            tokens = tokens_a_unit(unit)
            assert tokens is None or tokens >= 1, "models that aren't sold by token have none"
            if requests is not None:
                assert float(requests) == pytest.approx(unit.requests_per_minute, rel=1e-6)
                assert capacities(figure(60, requests), requests).below == 60


HEAD = """
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-ai
    resourceGroup: rg
    network:
      publicNetworkAccess: Disabled
  modelyard:deployments:
    one:
"""


@pytest.mark.parametrize(
    ("deployment", "capacity", "tokens", "requests"),
    [
        ("{model: gpt-5.4@2026-03-05, sku: GlobalStandard, rateLimit: {tokensPerMinute: 50000}}", 50, 50000, 500),
        ("{model: gpt-5.4@2026-03-05, sku: GlobalStandard, rateLimit: {requestsPerMinute: 500}}", 50, 50000, 500),
        ("{model: gpt-5.4@2026-03-05, sku: DataZoneStandard, capacity: 20}", 20, 20000, 20),
        ("{model: text-embedding-3-large@1, sku: GlobalStandard, capacity: 50}", 50, 50000, 300),
        ("{model: o3-pro@2025-06-10, sku: GlobalStandard, rateLimit: {requestsPerMinute: 5}}", 5, 50000, 5),
        ("{model: gpt-5.4@2026-03-05, sku: DataZoneProvisionedManaged, capacity: 15}", 15, None, None),
        ("{model: {format: xAI, name: grok-4, version: '1'}, sku: GlobalStandard, capacity: 1}", 1, None, None),
    ],
)
def test_what_a_deployment_comes_to(stack, deployment, capacity, tokens, requests):
    settled = stack(f"{HEAD}      {deployment}\n").stack.deployments["one"]
    assert (settled.capacity, settled.tokens_per_minute, settled.requests_per_minute) == (capacity, tokens, requests)
