"""Property values on the wire. A secret that loses its mark lands in the state in plain text, so these are laws."""

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from modelyard.provider.failures import RequestInvalid
from modelyard.provider.values import (
    OUTPUT,
    RESOURCE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_STRING,
    UNKNOWNS,
    SecretValue,
    decode,
    encode,
    has_secret,
    mark,
    reveal,
)

keys = st.text(min_size=1, max_size=8).filter(lambda key: key != SIGNATURE)
plain: st.SearchStrategy[Any] = (
    st.text(max_size=8).filter(lambda text: text not in UNKNOWNS) | st.booleans() | st.integers(-(2**50), 2**50)
)
plain = plain | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
values = st.recursive(
    plain | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3) | inner.map(SecretValue),
    max_leaves=8,
)
objects = st.dictionaries(keys, values, max_size=4)


@given(properties=objects)
def test_what_is_sent_is_what_arrives(properties: dict[str, Any]) -> None:
    assert decode(encode(properties)) == properties


@given(properties=objects)
def test_revealed_values_hold_no_secret(properties: dict[str, Any]) -> None:
    assert not has_secret(reveal(properties))


@given(properties=objects)
def test_a_secret_input_is_a_secret_output_at_the_same_place(properties: dict[str, Any]) -> None:
    assert mark(reveal(properties), properties) == properties or has_nested_secret(properties)


def has_nested_secret(value: Any) -> bool:
    """Secrets in secrets: one mark around the outer is enough."""
    if isinstance(value, SecretValue):
        return has_secret(value.value)
    if isinstance(value, dict):
        return any(has_nested_secret(member) for member in value.values())
    return isinstance(value, list) and any(has_nested_secret(item) for item in value)


@pytest.mark.parametrize(
    ("outputs", "inputs", "marked"),
    [
        ({"a": 1}, {"a": SecretValue(1)}, {"a": SecretValue(1)}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": SecretValue(0)}}, {"a": {"b": SecretValue(1), "c": 2}}),
        ({"a": {"x": {}}}, {"a": [SecretValue("x")]}, {"a": SecretValue({"x": {}})}),
        ({"a": [1, 2]}, {"a": [SecretValue(1)]}, {"a": SecretValue([1, 2])}),
        ({"b": 1}, {"a": SecretValue(1)}, {"b": 1}),
    ],
    ids=["the same place", "one member", "another shape", "another length", "no such output"],
)
def test_where_shapes_differ_the_smallest_whole_is_secret(outputs: Any, inputs: Any, marked: Any) -> None:
    assert mark(outputs, inputs) == marked


@pytest.mark.parametrize("unknown", sorted(UNKNOWNS))
def test_every_kind_of_unknown_is_known(unknown: str) -> None:
    struct = Struct()
    struct["a"] = unknown
    assert decode(struct) == {"a": UNKNOWN}


def test_the_engines_other_objects_are_read() -> None:
    struct = Struct()
    struct["output"] = {SIGNATURE: OUTPUT, "value": "v", "secret": True, "dependencies": ["urn"]}
    struct["later"] = {SIGNATURE: OUTPUT}
    struct["resource"] = {SIGNATURE: RESOURCE, "urn": "u", "id": "/subscriptions/s"}
    struct["none"] = None
    assert decode(struct) == {"output": SecretValue("v"), "later": UNKNOWN, "resource": "/subscriptions/s"}
    struct["asset"] = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "x"}
    with pytest.raises(RequestInvalid, check=lambda failure: failure.code == "provider.value-unsupported"):
        decode(struct)


def test_whole_numbers_stay_whole() -> None:
    """ARM refuses a capacity of 50.0."""
    assert repr(decode(encode({"capacity": 50}))["capacity"]) == "50"
    assert decode(encode({"ratio": 0.5})) == {"ratio": 0.5}


def test_a_secret_does_not_show_itself() -> None:
    assert "hunter2" not in repr({"a": SecretValue("hunter2")})
    assert encode({"a": UNKNOWN})["a"] == UNKNOWN_STRING
