"""Paths are shown in findings and typed back into commands, so writing and parsing must be each other's reverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.config.key_path import parsed, written


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("deployments", "chat", "sku"), "deployments.chat.sku"),
        (("deployments", "gpt-5.4", "sku"), 'deployments["gpt-5.4"].sku'),
        (("extends", 0), "extends[0]"),
        (("azure-native:location",), "azure-native:location"),
        (("tags", 'a"b'), 'tags["a\\"b"]'),
        ((), ""),
    ],
)
def test_written(path, text):
    assert written(path) == text
    assert parsed(text) == path


@given(st.lists(st.one_of(st.text(max_size=8), st.integers(0, 99)), max_size=5).map(tuple))
def test_what_is_written_can_be_parsed(path):
    assert parsed(written(path)) == path


@pytest.mark.parametrize("text", ["a..b", "a[", 'a["b', "a b"])
def test_not_a_path(text):
    with pytest.raises(ValueError, match="not a configuration path"):
        parsed(text)
