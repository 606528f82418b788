"""What is answered where structure was asked for is valid: a client's parser must never stumble over the sandbox."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.sandbox.inference.samples import Unsatisfiable, sample
from modelyard.sandbox.request_body import TooLarge

NAMES = st.sampled_from(["a", "b", "c"])


def number_schemas(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    bounds = st.fixed_dictionaries(
        {"type": st.just(kind)},
        optional={"minimum": st.integers(-20, 20), "exclusiveMinimum": st.integers(-20, 20)},
    )
    above = st.fixed_dictionaries({"type": st.just(kind)}, optional={"maximum": st.integers(-20, 20)})
    return bounds | above


LEAVES = (
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"const": 7}, {"enum": ["x", "y"]}, True])
    | st.fixed_dictionaries({"type": st.just("string")}, optional={"minLength": st.integers(0, 5)})
    | number_schemas("integer")
    | number_schemas("number")
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 3))
        | st.builds(
            lambda properties: {"type": "object", "properties": properties, "required": list(properties)},
            st.dictionaries(NAMES, inner, max_size=3),
        )
        | st.builds(lambda branches: {"anyOf": branches}, st.lists(inner, min_size=1, max_size=2))
        | st.builds(lambda part: {"$ref": "#/$defs/part", "$defs": {"part": part}}, LEAVES)
    ),
    max_leaves=8,
)


def valid(value: Any, schema: Any) -> bool:
    """Validation of the language above, written down independently."""
    if schema is True:
        return True
    if "anyOf" in schema:
        return any(valid(value, branch) for branch in schema["anyOf"])
    if "const" in schema:
        return bool(value == schema["const"])
    if "enum" in schema:
        return bool(value in schema["enum"])
    kinds: dict[str, Any] = {
        "boolean": bool,
        "null": type(None),
        "string": str,
        "integer": int,
        "number": (int, float),
        "array": list,
        "object": dict,
    }
    if not isinstance(value, kinds[schema["type"]]):
        return False
    return all(check(value, schema) for check in (_string, _number, _array, _object))


def _string(value: Any, schema: Any) -> bool:
    return not isinstance(value, str) or bool(len(value) >= schema.get("minLength", 0))


def _number(value: Any, schema: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return True
    return bool(
        value >= schema.get("minimum", value)
        and value > schema.get("exclusiveMinimum", value - 1)
        and value <= schema.get("maximum", value)
    )


def _array(value: Any, schema: Any) -> bool:
    if not isinstance(value, list):
        return True
    return len(value) >= schema.get("minItems", 0) and all(valid(one, schema["items"]) for one in value)


def _object(value: Any, schema: Any) -> bool:
    if not isinstance(value, dict):
        return True
    return set(schema["required"]) <= value.keys() and all(
        valid(value[name], schema["properties"][name]) for name in value
    )


@settings(max_examples=300)
@given(schema=SCHEMAS)
def test_a_sample_is_valid(schema: Any) -> None:
    inner = schema["$defs"]["part"] if isinstance(schema, dict) and "$ref" in schema else schema
    if "$ref" in str(inner):
        return  # a reference is relative to the whole, which these are no longer
    assert valid(sample(schema), inner)


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"type": ["string", "null"]}, ""),
        ({"type": "string", "format": "date-time"}, "1970-01-01T00:00:00Z"),
        ({"type": "integer", "minimum": 5, "multipleOf": 4}, 8),
        ({"type": "number", "exclusiveMaximum": -1}, -2),
        ({"allOf": [{"type": "object"}, {"properties": {"a": {"const": 1}}, "required": ["a"]}]}, {"a": 1}),
        ({"anyOf": [False, {"const": 2}]}, 2),
        (
            {
                "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
                "$ref": "#/$defs/node",
            },
            {},
        ),
        ({"properties": {"a": {"type": "boolean"}}, "required": ["a", "b"]}, {"a": False, "b": None}),
    ],
)
def test_what_people_write(schema: Any, found: Any) -> None:
    assert sample(schema) == found


@pytest.mark.parametrize(
    "schema",
    [
        None,
        False,
        {"type": "strin"},
        {"$ref": "#/nowhere"},
        {"anyOf": []},
        {
            "$defs": {
                "node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["next"]}
            },
            "$ref": "#/$defs/node",
        },
    ],
)
def test_what_nothing_satisfies_is_told(schema: Any) -> None:
    with pytest.raises(Unsatisfiable):
        sample(schema)


NODE = {"type": "object", "required": ["left", "right"]}
BRANCH = {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}
TREE = {"$ref": "#/$defs/node", "$defs": {"node": {**NODE, "properties": {"left": BRANCH, "right": BRANCH}}}}
OF_ITSELF = {**NODE, "properties": {"left": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}, "right": {"$ref": "#/a"}}}


@pytest.mark.parametrize(
    ("schema", "smallest"),
    [
        (TREE, {"left": None, "right": None}),
        (
            {**OF_ITSELF, "a": {"type": "array", "items": {"$ref": "#"}}},
            {"left": {"left": None, "right": []}, "right": []},
        ),
        (
            {
                "$ref": "#/$defs/a",
                "$defs": {
                    "a": {"type": "object", "properties": {"b": {"$ref": "#/$defs/b"}}, "required": ["b"]},
                    "b": {"anyOf": [{"$ref": "#/$defs/a"}, {"const": 1}]},
                },
            },
            {"b": 1},
        ),
    ],
)
def test_a_schema_within_itself_has_a_smallest_value(schema, smallest):
    """A search that tried the first alternative to the end would make two to the power of 64 of them."""
    assert sample(schema) == smallest


DOUBLED = {
    f"n{number}": {
        "type": "object",
        "properties": {side: {"$ref": f"#/$defs/n{number + 1}"} for side in "ab"},
        "required": ["a", "b"],
    }
    for number in range(20)
}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 1_000_000_000},
        {"type": "array", "minItems": 1e308, "items": {"type": "string"}},
        {"type": "string", "minLength": 1_000_000_000},
        {"type": "array", "minItems": 2000, "items": {"const": "x" * 100_000}},
        {"type": "array", "minItems": 2000, "items": {"type": "string", "minLength": 100_000}},
        {"$ref": "#/$defs/n0", "$defs": {**DOUBLED, "n20": {"type": "null"}}},
        {"allOf": [{"type": "array", "minItems": 1000, "items": {"type": "array", "minItems": 1000}}]},
    ],
)
def test_a_value_without_bounds_is_not_made(schema):
    with pytest.raises(TooLarge):
        sample(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"allOf": [{"$ref": "#"}]},
        {"type": "number", "exclusiveMinimum": 1.7e308, "multipleOf": 1.7e308},
        {"type": "integer", "minimum": 1e308, "multipleOf": 1e-300},
        {"type": "number", "minimum": 10**308, "multipleOf": 1e-308},
    ],
)
def test_what_has_no_value_is_told_so(schema):
    with pytest.raises(Unsatisfiable):
        sample(schema)
