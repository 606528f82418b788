"""What counts as a change. A false one rewrites or even replaces what runs; a missed one is never deployed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.arm import resource_types
from modelyard.provider.difference import DifferenceKind, changes
from modelyard.provider.values import UNKNOWN, SecretValue

ACCOUNT = resource_types.by_type()["microsoft.cognitiveservices/accounts"]
DEPLOYMENT = resource_types.by_type()["microsoft.cognitiveservices/accounts/deployments"]
ROLE = resource_types.by_type()["microsoft.authorization/roleassignments"]

names = st.text(min_size=1, max_size=6).filter(lambda name: not name.startswith("__"))
values = st.recursive(
    st.text(max_size=4) | st.integers(-9, 9) | st.booleans() | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3) | inner.map(SecretValue),
    max_leaves=8,
)
inputs = st.dictionaries(names, values, max_size=4)


@given(some=inputs)
def test_nothing_differs_from_itself(some: dict[str, Any]) -> None:
    assert changes(ACCOUNT, some, some) == ()


@given(old=inputs, new=inputs)
def test_what_is_added_one_way_is_deleted_the_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    mirror = {
        DifferenceKind.ADD: DifferenceKind.DELETE,
        DifferenceKind.DELETE: DifferenceKind.ADD,
        DifferenceKind.UPDATE: DifferenceKind.UPDATE,
    }
    there = {(change.path, mirror[change.kind]) for change in changes(ACCOUNT, old, new)}
    assert there == {(change.path, change.kind) for change in changes(ACCOUNT, new, old)}


CASES: list[tuple[str, Any, dict[str, Any], dict[str, Any], list[tuple[str, str, bool]]]] = [
    ("a number", DEPLOYMENT, {"sku": {"capacity": 50}}, {"sku": {"capacity": 60}}, [("sku.capacity", "UPDATE", False)]),
    ("a new tag", DEPLOYMENT, {"tags": {}}, {"tags": {"cost center": "1"}}, [('tags["cost center"]', "ADD", False)]),
    (
        "a list item",
        ACCOUNT,
        {"a": [{"b": 1}]},
        {"a": [{"b": 2}, {}]},
        [("a[0].b", "UPDATE", False), ("a[1]", "ADD", False)],
    ),
    ("a rename", DEPLOYMENT, {"deploymentName": "a"}, {"deploymentName": "b"}, [("deploymentName", "UPDATE", True)]),
    ("a move", ACCOUNT, {"location": "eastus"}, {"location": "westus"}, [("location", "UPDATE", True)]),
    ("another spelling of a place", ACCOUNT, {"location": "Sweden Central"}, {"location": "swedencentral"}, []),
    ("an unknown", ACCOUNT, {"location": "eastus"}, {"location": UNKNOWN}, [("location", "UPDATE", True)]),
    ("another type", ACCOUNT, {"a": True}, {"a": 1}, [("a", "UPDATE", False)]),
    ("the plugin's own note", ACCOUNT, {"__createBeforeDelete": True}, {}, []),
    ("a secret of the same value", ACCOUNT, {"a": "x"}, {"a": SecretValue("x")}, []),
    (
        "the order of a set",
        ACCOUNT,
        {"identity": {"userAssignedIdentities": ["a", "b"]}},
        {"identity": {"userAssignedIdentities": ["b", "a"]}},
        [],
    ),
    ("another principal", ROLE, {"principalId": "a"}, {"principalId": "b"}, [("principalId", "UPDATE", True)]),
    ("another text", ROLE, {"description": "a"}, {"description": "b"}, [("description", "UPDATE", False)]),
]


@pytest.mark.parametrize(("what", "row", "old", "new", "expected"), CASES, ids=[case[0] for case in CASES])
def test_changes(what: str, row: Any, old: Any, new: Any, expected: Any) -> None:
    found = [(change.text, change.kind.value, change.replaces) for change in changes(row, old, new)]
    assert found == expected, what


def test_stating_what_azure_had_filled_in_replaces_nothing() -> None:
    """A program that adopts a default must not delete and create the role assignment again."""
    new = {"principalType": "User"}
    assert not changes(ROLE, {}, new, {"principalType": "User"})[0].replaces
    assert changes(ROLE, {}, new, {"principalType": "Group"})[0].replaces
