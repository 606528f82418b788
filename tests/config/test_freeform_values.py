"""Values of free form: a parameter's value must reach Azure as it was meant, whatever YAML would make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.config.finding_collector import Collector
from modelyard.config.freeform_values import Misfit, free, typed
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret


def plain(text: str) -> Scalar:
    return Scalar(text, True, ("parameters", "x"))


def quoted(text: str) -> Scalar:
    return Scalar(text, False, ("parameters", "x"))


def codes(collector: Collector) -> list[str]:
    return [finding.code for finding in collector.findings(lambda *_: None)]


@pytest.mark.parametrize(
    ("written", "value", "told"),
    [
        (plain("true"), True, []),
        (quoted("true"), "true", []),
        (plain("3"), 3, []),
        (quoted("3"), "3", []),
        (plain("-0.5"), -0.5, []),
        (plain("swedencentral"), "swedencentral", []),
        (plain("2026-03-05"), "2026-03-05", ["config.unquoted-text"]),
        (quoted("2026-03-05"), "2026-03-05", []),
        (plain("yes"), "yes", ["config.unquoted-text"]),
        (plain("0o17"), "0o17", ["config.unquoted-text"]),
        ({"a": plain("1"), "b": (quoted("1"), None)}, {"a": 1, "b": ["1", None]}, []),
        (Secret(), "", ["config.secret-not-allowed"]),
    ],
)
def test_free(written, value, told):
    collector = Collector()
    assert free(written, ("parameters", "x"), collector) == value
    assert codes(collector) == told


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        (plain("swedencentral"), "String", "swedencentral"),
        (quoted("1"), "String", "1"),
        (quoted("2027-01-31T00:00:00Z"), "DateTime", "2027-01-31T00:00:00Z"),
        (plain("false"), "Boolean", False),
        (plain("7"), "Integer", 7),
        (plain("7"), "Float", 7),
        (plain("7.5"), "Float", 7.5),
        ((plain("a"), plain("1")), "Array", ["a", 1]),
        ({"a": plain("1")}, "Object", {"a": 1}),
    ],
)
def test_typed(written, kind, value):
    collector = Collector()
    assert typed(written, kind, (), collector) == value
    assert codes(collector) == []


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ((plain("a"),), "String"),
        ({}, "String"),
        (plain("a"), "Array"),
        (plain("a"), "Object"),
        (quoted("true"), "Boolean"),
        (plain("1"), "Boolean"),
        (plain("true"), "Integer"),
        (plain("1.5"), "Integer"),
        (quoted("1"), "Float"),
    ],
)
def test_a_value_of_another_type_is_a_misfit(written, kind):
    with pytest.raises(Misfit):
        typed(written, kind, (), Collector())


@given(st.integers(-(10**17), 10**17) | st.booleans() | st.text(min_size=1))
def test_what_json_would_write_is_read_back(value):
    """Quotes make a text; without them a number or a flag is what JSON takes it for."""
    written = quoted(value) if isinstance(value, str) else plain(str(value).lower())
    assert free(written, (), Collector()) == value


def test_items_of_a_known_type_are_held_to_it():
    """Azure's guardrails take the texts "true" and "false", and refuse the flag."""
    collector = Collector()
    assert typed((quoted("true"),), "Array", (), collector, items="String") == ["true"]
    assert codes(collector) == []
    typed((plain("true"),), "Array", (), collector, items="String")
    assert codes(collector) == ["config.unquoted-text"]
