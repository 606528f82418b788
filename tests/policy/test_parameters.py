"""Parameters: types, defaults, allowed values."""

from typing import Any

import pytest

from modelyard.policy.documents.parameters import declared, unwrapped, values
from modelyard.policy.failures import DefinitionRefused, ParameterRefused
from modelyard.policy.language.unknown import UNKNOWN


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("String", "a", 1),
        ("Array", [1], "a;b"),
        ("object", {"a": 1}, []),
        ("Boolean", True, "yes"),
        ("boolean", "TRUE", 1),
        ("Integer", 3, 3.5),
        ("Integer", 3, True),
        ("Float", 3.5, "3.5"),
        ("DateTime", "2026-11-23T00:00:00.0000000Z", "23.11.2026"),
    ],
)
def test_types(type_: str, good: Any, bad: Any) -> None:
    parameters = declared("test", {"p": {"type": type_}})
    assert values("test", parameters, {"p": good}, complete=True) == {"p": good}
    with pytest.raises(ParameterRefused, match="is of type"):
        values("test", parameters, {"p": bad}, complete=True)


def test_allowed_values_mind_case() -> None:
    """Azure refuses `deny` where `Deny` is allowed, at assignment; so does this."""
    parameters = declared("test", {"effect": {"type": "String", "allowedValues": ["Audit", "Deny"]}})
    with pytest.raises(ParameterRefused) as refused:
        values("test", parameters, {"effect": "deny"}, complete=True)
    assert refused.value.allowed == "Audit, Deny"


def test_true_is_not_one() -> None:
    parameters = declared(
        "test", {"p": {"type": "Boolean", "allowedValues": [True]}, "q": {"TYPE": "array", "allowedvalues": [1]}}
    )
    assert values("test", parameters, {"p": True, "q": [1]}, complete=True) == {"p": True, "q": [1]}
    with pytest.raises(ParameterRefused, match="'True' is not among"):
        values("test", parameters, {"p": True, "q": [True]}, complete=True)


LABELS = {
    "type": "object",
    "properties": {"team": {"$ref": "#/$defs/name"}},
    "required": ["team"],
    "additionalProperties": False,
    "$defs": {"name": {"type": "string", "minLength": 2}},
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"team": "ai"}, ""),
        ({"team": UNKNOWN}, ""),
        ({}, r"schema at \$: 'team' is a required property"),
        ({"team": "a"}, r"schema at \$\.team"),
        ({"team": "ai", "teem": "ai"}, "'teem' was unexpected"),
    ],
)
def test_an_object_is_held_to_its_schema(value: Any, said: str) -> None:
    """Azure checks it at assignment; a value that isn't known at preview is checked once it is."""
    parameters = declared("test", {"labels": {"type": "Object", "schema": LABELS}})
    if not said:
        assert values("test", parameters, {"labels": value}, complete=True) == {"labels": value}
        return
    with pytest.raises(ParameterRefused, match=said):
        values("test", parameters, {"labels": value}, complete=True)


def test_each_member_of_an_array_is_to_be_allowed() -> None:
    parameters = declared("test", {"levels": {"type": "Array", "allowedValues": ["Low", "High"]}})
    assert values("test", parameters, {"LEVELS": ["Low"]}, complete=True) == {"levels": ["Low"]}
    assert values("test", parameters, {"levels": ["Low", UNKNOWN]}, complete=True), "not known at preview"
    with pytest.raises(ParameterRefused, match="'Middle' is not among"):
        values("test", parameters, {"levels": ["Low", "Middle"]}, complete=True)


def test_a_name_nobody_declared_is_a_mistake() -> None:
    with pytest.raises(ParameterRefused, match="no such parameter") as refused:
        values("test", declared("test", {"effect": {"type": "String"}}), {"efect": "Deny"}, complete=True)
    assert refused.value.allowed == "effect"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ([], "parameters"),
        ({"p": {"type": "Number"}}, "parameters.p.type"),
        ({"p": {"type": "Integer", "defaultValue": "1"}}, "parameters.p.defaultValue"),
        ({"p": {"type": "String", "allowedValues": ["a"], "defaultValue": "b"}}, "parameters.p.defaultValue"),
        ({"p": {"type": "String", "allowedValue": ["a"]}}, "parameters.p.allowedValue"),
        ({"p": {"type": "String", "allowedValues": "a"}}, "parameters.p.allowedValues"),
        ({"p": "String"}, "parameters.p"),
        ({"p": {"type": "String", "schema": {}}}, "parameters.p.schema"),
        ({"p": {"type": "Object", "schema": "x"}}, "parameters.p.schema"),
        ({"p": {"type": "Object", "schema": {"type": "thing"}}}, "parameters.p.schema"),
        ({"p": {"type": "Object", "schema": {"$ref": "https://contoso.com/x"}}}, "parameters.p.schema"),
        ({"p": {"type": "Object", "schema": {"required": ["a"]}, "defaultValue": {}}}, "parameters.p.defaultValue"),
    ],
)
def test_declarations_gone_wrong(written: Any, place: str) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        declared("test", written)
    assert refused.value.place == place


def test_values_come_wrapped_or_bare() -> None:
    """Assignments wrap each value in an object; a parameter whose value is such an object stays whole."""
    assert unwrapped({"a": {"value": 1}, "b": 2, "c": {"value": 1, "x": 2}}) == {
        "a": 1,
        "b": 2,
        "c": {"value": 1, "x": 2},
    }
    assert unwrapped(None) == {}
