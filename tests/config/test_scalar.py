"""What Pulumi would rewrite must be quoted; a scalar that slips through comes back changed after `config set`."""

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from modelyard.config.scalar import Count, Flag, Scalar, Text
from modelyard.config.secret import Secret


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-20",
        "2024-11-20T10:00:00Z",
        "1.10",
        "1",
        "0815",
        "0x1F",
        "0o17",
        "1_000",
        "1e3",
        ".5",
        ".inf",
        "yes",
        "No",
        "on",
        "n",
        "true",
        "null",
        "~",
        "12:30:45",
        "+1",
    ],
)
def test_plain_scalars_that_are_converted(text: str):
    assert Scalar(text, True, ()).converted() is not None
    assert Scalar(text, False, ()).converted() is None, "quotes keep the text"


@pytest.mark.parametrize(
    "text",
    [
        "gpt-5.4@2026-03-05",
        "gpt-5.4",
        "o3",
        "no-reply",
        "1.2.3",
        "2024-11-20-preview",
        "swedencentral",
        "true-blue",
        "-",
    ],
)
def test_plain_scalars_that_stay_text(text: str):
    assert Scalar(text, True, ()).converted() is None


@given(st.text("0123456789.-+:eExXoObB_~TtrRuUFfaAlLsSnNyYZ inf", min_size=1, max_size=12))
@example("2001-12-14t21:59:43.10-05:00")
@example("2001-12-14 21:59:43.10 -5")
@example("-.Inf")
@example("190:20:30.15")
def test_whatever_pyyaml_converts_is_found(text: str):
    """PyYAML stands for YAML 1.1; the patterns must cover at least what it resolves."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        assume(False)
    assume(isinstance(node, yaml.ScalarNode) and not node.style)
    assert isinstance(node, yaml.ScalarNode)
    if node.tag.rsplit(":", 1)[-1] in ("int", "float", "bool", "null", "timestamp"):
        assert Scalar(node.value, True, ()).converted() is not None


@pytest.mark.parametrize(
    ("kind", "scalar", "value"),
    [
        (Count, Scalar("50", True, ()), 50),
        (Count, Scalar("50", False, ()), None),
        (Count, Scalar("050", True, ()), None),
        (Count, Scalar("5_0", True, ()), None),
        (Count, Scalar("5.0", True, ()), None),
        (Count, Scalar("0", True, ()), None),
        (Count, Scalar("-1", True, ()), None),
        (Flag, Scalar("true", True, ()), True),
        (Flag, Scalar("false", True, ()), False),
        (Flag, Scalar("yes", True, ()), None),
        (Flag, Scalar("True", True, ()), None),
        (Flag, Scalar("true", False, ()), None),
        (Text, Scalar("1.10", True, ()), "1.10"),
        (Text, Secret("x"), None),
        (Text, None, None),
    ],
)
def test_a_scalar_becomes_what_its_key_expects(kind, scalar, value):
    adapter = TypeAdapter(kind)
    if value is None:
        with pytest.raises(ValidationError):
            adapter.validate_python(scalar, strict=True)
    else:
        assert adapter.validate_python(scalar, strict=True) == value
