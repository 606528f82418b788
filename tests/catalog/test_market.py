"""The market must never say no without a table that says so: a wrong no stops somebody's deployment."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.catalog.answer import Certainty
from modelyard.catalog.market import Market
from modelyard.catalog.model import ArmLifecycle
from modelyard.catalog.sku import SKUS, Billing

MARKET = Market.load()
TODAY = MARKET.date
MODELS = list(MARKET)
COVERED = [model for model in MODELS if MARKET.offers(model, "GlobalBatch").known is not Certainty.UNKNOWN]


def one(name: str, version: str | None = None):
    (model,) = MARKET.find(name, version)
    return model


@pytest.mark.parametrize(
    ("name", "sku", "region", "known", "why"),
    [
        ("gpt-5.4", "GlobalStandard", None, Certainty.YES, "the matrix ticks it somewhere"),
        ("gpt-5.4", "GlobalStandard", "swedencentral", Certainty.YES, "the matrix ticks it there"),
        ("gpt-5.4", "Standard", None, Certainty.NO, "the matrices cover the model and don't tick that SKU"),
        ("gpt-5.4", "DataZoneStandard", "brazilsouth", Certainty.NO, "the region is in the matrices, without a tick"),
        ("gpt-5.4", "GlobalStandard", "westus2", Certainty.UNKNOWN, "no matrix has that region"),
        ("gpt-5.4", "GlobalPriority", None, Certainty.UNKNOWN, "a SKU newer than the tables may exist"),
        ("gpt-5.4", "DeveloperTier", None, Certainty.NO, "the developer tier is for fine-tuned models"),
        (
            "gpt-5.6-terra",
            "DataZoneStandard",
            "swedencentral",
            Certainty.YES,
            "a part of a newer matrix ticks it there",
        ),
        ("gpt-5.6-terra", "DataZoneStandard", "uksouth", Certainty.UNKNOWN, "only a part of a newer matrix was read"),
        ("gpt-5.6-terra", "Standard", None, Certainty.UNKNOWN, "nobody has the model in a full matrix"),
        (
            "Mistral-Large-3",
            "GlobalStandard",
            "swedencentral",
            Certainty.UNKNOWN,
            "a part of a newer matrix has another region",
        ),
        ("o1-pro", "GlobalStandard", None, Certainty.UNKNOWN, "in the schedule, but in no matrix"),
    ],
)
def test_offers(name: str, sku: str, region: str | None, known: Certainty, why: str):
    answer = MARKET.offers(one(name), sku, region)
    assert answer.known is known, why
    assert answer.source
    assert answer.date
    if known is Certainty.UNKNOWN:
        assert f"-l {region or '<region>'}" in answer.how_to_find_out, "unknown must say how to find out"


@given(st.sampled_from(MODELS), st.text(max_size=20), st.text(max_size=20))
def test_what_no_table_names_is_never_a_no(model, sku, region):
    """A SKU or region the tables don't know is unknown, whatever the model."""
    if sku not in SKUS:
        assert MARKET.offers(model, sku).known is Certainty.UNKNOWN
    for known_sku in model.skus:
        if region not in MARKET.regions():
            assert MARKET.offers(model, known_sku, region).known is Certainty.UNKNOWN


def test_every_sku_of_a_model_has_its_regions():
    """Both tables come from the same matrices; a SKU without a row would be unknown everywhere."""
    for model in MODELS:
        for sku in model.skus if model in COVERED else ():
            assert MARKET.regions_of(model, sku), (model, sku)


@pytest.mark.parametrize(
    ("name", "version", "on", "status"),
    [
        ("gpt-5.4", "2026-03-05", TODAY, ArmLifecycle.GENERALLY_AVAILABLE),
        ("gpt-4o-mini", "2024-07-18", date(2027, 4, 13), ArmLifecycle.DEPRECATING),
        ("gpt-4o-mini", "2024-07-18", date(2027, 4, 14), ArmLifecycle.DEPRECATED),
        ("gpt-5-chat", "2025-10-03", date(2026, 1, 1), ArmLifecycle.DEPRECATED),
        ("Kimi-K2.5", "1", TODAY, ArmLifecycle.PREVIEW),
        ("gpt-4o", "2024-11-20", TODAY, ArmLifecycle.DEPRECATING),
        ("gpt-live-1", "", TODAY, None),
    ],
)
def test_lifecycle_speaks_arms_words(name, version, on, status):
    """The documents' Deprecated is ARM's Deprecating: taking one for the other refuses or allows the wrong models."""
    assert MARKET.lifecycle(one(name, version), "", on).effective is status


@given(st.sampled_from(MODELS), st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_a_deprecated_model_never_comes_back(model, on, days):
    """A date that a third party moves into the future is the one exception, and it isn't counted as passed before."""
    if MARKET.lifecycle(model, "", on).retired:
        assert MARKET.lifecycle(model, "", on + timedelta(days=days)).retired


@given(st.sampled_from(MODELS), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_a_successor_can_be_deployed_that_day(model, on):
    """A hint that names a model which is itself refused sends the reader in a circle."""
    for successor in MARKET.successors(model, on):
        assert successor != model
        assert MARKET.deployable(successor, on)


def test_successors_keep_the_kind():
    assert str(MARKET.successors(one("gpt-4o-mini"), TODAY)[0]) == "gpt-5.4-mini@2026-03-17"
    assert str(MARKET.successors(one("o3"), TODAY)[0]) == "gpt-5.6-sol@2026-07-09", "the schedule names it"
    assert str(MARKET.successors(one("MAI-Image-2"), TODAY)[0]) == "MAI-Image-2.6", "the named one has had its day too"


@pytest.mark.parametrize(
    ("name", "sku", "tokens", "requests", "window", "grade"),
    [
        ("o1", "GlobalStandard", 6000, 1, 60, "A"),
        ("o3-mini", "DataZoneStandard", 10000, 1, 60, "A"),
        ("text-embedding-ada-002", "Standard", 1000, 6, 10, "B"),
        ("gpt-4o", "DataZoneStandard", 1000, 6, 10, "B"),
        ("gpt-4o@2024-08-06", "GlobalStandard", 1000, 10, 60, "B"),
        ("gpt-4o@2024-08-06", "Standard", 1000, 6, 10, "B"),
        ("o4-mini", "DataZoneStandard", 1000, 6, 10, "B"),
        ("gpt-4.1", "Standard", 1000, 1, 60, "B"),
        ("gpt-image-2", "GlobalStandard", None, 1, 60, "R"),
        ("gpt-5.4", "GlobalStandard", 1000, 10, 60, "B"),
        ("gpt-5.4", "DataZoneStandard", 1000, 1, 60, "R"),
        ("text-embedding-3-large", "GlobalStandard", 1000, 6, 10, "B"),
    ],
)
def test_units(name, sku, tokens, requests, window, grade):
    """Of models and SKUs in `captured-2026-11.md`, section 1.4, the unit is what ARM stated."""
    name, _, version = name.partition("@")
    unit = MARKET.unit(name, sku, version)
    assert unit is not None
    assert (unit.tokens_per_minute, unit.requests_per_minute, unit.window_seconds, unit.grade) == (
        tokens,
        requests,
        window,
        grade,
    )


def test_a_ten_second_window_counts_in_ten_seconds():
    """1,000 requests in 10 s for 1,000 units: one unit is one request in 10 s, not one in a minute."""
    unit = MARKET.unit("text-embedding-3-large", "GlobalStandard")
    assert unit is not None
    assert unit.requests_per_window(50) == 50


@pytest.mark.parametrize(
    ("name", "sku"),
    [
        ("Mistral-Large-3", "DataZoneStandard"),
        ("gpt-5.4-mini", "DataZoneStandard"),
        ("claude-opus-5", "GlobalStandard"),
        ("gpt-5.4", "ProvisionedManaged"),
        ("o1", "ProvisionedManaged"),
        ("gpt-5.4", "GlobalBatch"),
    ],
)
def test_no_unit_is_invented(name, sku):
    """Where nobody says what a unit is, capacity has to be stated; batch and throughput units are not rates."""
    assert MARKET.unit(name, sku) is None


def test_stated_units_agree_with_the_quota_ratio_on_global_standard():
    """This agreement is why the ratio is used at all for models without a statement."""
    for name in ("o1", "o3", "o3-mini", "o3-pro", "o4-mini"):
        unit, quota = MARKET.unit(name, "GlobalStandard"), MARKET.quota(name, "GlobalStandard")
        assert unit is not None
        assert quota is not None
        assert unit.requests_per_minute is not None
        assert unit.tokens_per_minute is not None
        assert quota.requests_per_minute is not None
        assert quota.tokens_per_minute is not None
        assert unit.requests_per_minute / unit.tokens_per_minute == pytest.approx(
            quota.requests_per_minute / quota.tokens_per_minute
        )


def test_provisioned_sizes():
    regional = MARKET.provisioned("gpt-5.4", "ProvisionedManaged")
    zone = MARKET.provisioned("gpt-5.4", "DataZoneProvisionedManaged")
    assert regional is not None
    assert zone is not None
    assert (regional.minimum, regional.step, zone.minimum, zone.step) == (50, 50, 15, 5)
    assert MARKET.provisioned("DeepSeek-R1", "ProvisionedManaged") is None, "sold globally only"
    assert MARKET.provisioned("gpt-5.4", "GlobalStandard") is None


@given(st.sampled_from(sorted(SKUS)), st.sampled_from(MODELS), st.integers(1, 100_000))
def test_nearest_provisioned_sizes_are_on_sale_and_nearest(sku, model, units):
    sizes = MARKET.provisioned(model, sku)
    if sizes is None:
        return
    below, above = sizes.nearest(units)
    assert sizes.fits(above)
    assert above >= units
    assert above - units < max(sizes.step, sizes.minimum)
    if below is None:
        assert units < sizes.minimum
    else:
        assert sizes.fits(below)
        assert below <= units
        assert above - below in (0, sizes.step)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Mistral-large-3", "Mistral-Large-3"), ("gpt-5.4-min", "gpt-5.4-mini"), ("gpt5.4", "gpt-5.4")],
)
def test_closest_name_first(written, meant):
    assert MARKET.closest(written)[0] == meant


def test_a_name_unlike_any_other_has_no_closest():
    assert MARKET.closest("our-own-finetune") == ()


def test_every_row_says_where_and_how_sure():
    for model in MODELS:
        assert model.source, model
        assert model.date, model
        assert model.format_grade in {"A", "B", "C", "R"}, model


def test_versions_are_text():
    """`tts@001` must not become 1."""
    assert one("tts").version == "001"


def test_sku_kinds_cover_the_matrices():
    assert {sku for model in MODELS for sku in model.skus} == {
        name for name, sku in SKUS.items() if sku.billing is not Billing.DEVELOPER
    }


def test_units_differ_by_version():
    """Captured: half the tokens and three times the requests; one figure for both would set the wrong limits."""
    units = [MARKET.unit("gpt-realtime-mini", "GlobalStandard", version) for version in ("2025-10-06", "2025-12-15")]
    assert [(unit.tokens_per_minute, unit.requests_per_minute) for unit in units if unit] == [(5000, 10), (10000, 3)]


def test_another_spelling_of_a_version_is_the_same_model():
    """Two catalogues of Microsoft's number the models of others differently; both must find the row."""
    assert MARKET.entry("cohere-command-a", "4") is MARKET.entry("cohere-command-a", "1")
    entry = MARKET.entry("Phi-4", "7")
    assert entry is not None
    assert entry.version == "", "no source names a version, so the row stands for every one"
    assert MARKET.entry("gpt-5.4", "2030-01-01") is None


@pytest.mark.parametrize(
    ("name", "version", "known"),
    [
        ("gpt-5.4", "2026-03-05", Certainty.YES),
        ("gpt-5.4", "", Certainty.YES),
        ("gpt-35-turbo", "0613", Certainty.YES),
        ("Phi-4", "7", Certainty.YES),
        ("Llama-3.3-70B-Instruct", "9", Certainty.YES),
        ("gpt-9", "2027-01-01", Certainty.UNKNOWN),
        ("gpt-5.4", "2027-01-01", Certainty.UNKNOWN),
        ("Mistral-Large-3", "9", Certainty.UNKNOWN),
        ("text-embedding-3-large", "2", Certainty.UNKNOWN),
        ("gpt-5.4", "2026-05-03", Certainty.NO),
        ("gpt-5.4", "1", Certainty.NO),
        ("gpt-5.4", "latest", Certainty.NO),
        ("GPT-5.4", "2026-03-05", Certainty.NO),
        ("gpt-9", "latest", Certainty.NO),
    ],
)
def test_a_version_is_ruled_out_only_by_a_table_that_would_have_it(name, version, known):
    assert MARKET.has(name, version) is known
