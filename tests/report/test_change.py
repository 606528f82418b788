"""A change is read by its line: a line that says the same on both sides says nothing."""

from modelyard.report.change import LONGEST, Change

SCOPE = "/subscriptions/5a9db0c5-0000-4000-8000-000000000001/resourceGroups/rg/providers/X/accounts/"


def test_long_values_are_cut_so_that_the_difference_is_seen() -> None:
    """Two ids of ARM may have their first hundred characters in common."""
    seen = Change("scope", f"{SCOPE}one", f"{SCOPE}two").text
    assert seen == "scope: …roviders/X/accounts/one → …roviders/X/accounts/two"
    old, _, new = Change("scope", "a" * 80, "b" * 80).text.removeprefix("scope: ").partition(" → ")
    assert (len(old), len(new)) == (LONGEST, LONGEST)


def test_short_values_are_whole() -> None:
    assert Change("sku.name", "GlobalStandard", "GlobalBatch").text == "sku.name: GlobalStandard → GlobalBatch"
