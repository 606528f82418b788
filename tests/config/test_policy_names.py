"""Names that several stacks share a scope for: long enough to tell stacks apart, short enough for Azure."""

from hypothesis import given
from hypothesis import strategies as st

from modelyard.config.policy_names import LONGEST_AT_GROUP, assignment_name, home

GROUP = "managementGroups/contoso-ai"
NAMES = st.text("abcdefgh-0123456789", min_size=1, max_size=64)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=2, max_size=2, unique_by="-".join))
def test_a_name_at_a_group_fits_and_is_one_stacks_own(pairs: list[tuple[str, str]]) -> None:
    first, second = (assignment_name(stack, key, GROUP) for stack, key in pairs)
    assert max(len(first), len(second)) <= LONGEST_AT_GROUP
    assert first != second, "two stacks would take turns in overwriting it"


def test_a_short_name_says_whose_it_is() -> None:
    assert assignment_name("organization/modelyard/prod.eu", "keyless", GROUP) == "prod-eu-keyless"
    assert assignment_name("prod", "keyless", "subscription") == "prod-keyless"
    assert assignment_name("prod", "keyless", "resourceGroup") == "keyless", "the group is the stack's own"
    assert assignment_name("prod", "allowed-models-and-versions", GROUP) == "prod-allowed-mo-60a761f1"


def test_definitions_stand_where_assignments_find_them() -> None:
    assert [home(scope) for scope in ("resourceGroup", "subscription", GROUP)] == ["subscription"] * 2 + [GROUP]
