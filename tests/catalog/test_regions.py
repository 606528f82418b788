"""Which names are certainly no region: Azure opens regions, and a list that is older than they are can't say no."""

import pytest

from modelyard.catalog import regions


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("swedencentrall", "swedencentral"),
        ("swedencentra", "swedencentral"),
        ("swedncentral", "swedencentral"),
        ("swedencentrul", "swedencentral"),
        ("swedenecntral", "swedencentral"),
        ("westeuropa", "westeurope"),
    ],
)
def test_one_slip_of_the_pen_is_wrong(written, name):
    assert regions.misspelt(written) == name
    assert regions.wrong(written)


@pytest.mark.parametrize("region", ["sweden/central", "sweden-central", "2eastus", "", "chinaeast2", "usgovvirginia"])
def test_what_no_region_is_called_and_those_of_other_clouds_are_wrong(region):
    assert regions.wrong(region)


@pytest.mark.parametrize(
    "region", ["eastus4", "canadawest", "swedennorth", "southafricaeast", "eastindia", "eastus2euap", "atlantis"]
)
def test_what_may_be_a_newer_region_is_not_wrong(region):
    """canadawest differs from canadaeast in two letters, and may well be one of its own."""
    assert not regions.wrong(region)
    if region != "atlantis":
        assert regions.meant(region) == ""


@pytest.mark.parametrize("region", sorted(regions.public()))
def test_no_listed_region_is_wrong(region):
    assert not regions.wrong(region)


@pytest.mark.parametrize("left_out", sorted(regions.public()))
def test_had_a_region_been_too_new_for_the_list_it_would_not_be_wrong(left_out, monkeypatch):
    """Each region was new once. A rule that had refused one of them would refuse one to come."""
    rest = {name: cloud for name, cloud in regions.clouds().items() if name != left_out}
    monkeypatch.setattr(regions, "clouds", lambda: rest)
    regions._geographies.cache_clear()
    try:
        assert not regions.wrong(left_out)
    finally:
        regions._geographies.cache_clear()


def test_two_slips_are_asked_about():
    assert regions.meant("swdencentrl") == "swedencentral"
    assert not regions.wrong("swdencentrl")
