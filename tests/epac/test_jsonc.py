"""EPAC's files are JSON as PowerShell takes it: a reader that stumbles over a comment reads no repository."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.epac import jsonc

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_plain_json_means_what_it_says(value: object) -> None:
    assert jsonc.loads(json.dumps(value)) == value, "whatever is in texts: slashes, quotes, commas"
    assert jsonc.loads(json.dumps(value, indent=2, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, // of one\n "b": 2}', {"a": 1, "b": 2}),
        ('{"a": /* not "b": */ 1}', {"a": 1}),
        ('["https://contoso.com/*", "/* no */"]', ["https://contoso.com/*", "/* no */"]),
        ('{"a": [1, 2,], /* last */ }', {"a": [1, 2]}),
        ('{"a": ",]", "b": "\\",}",}', {"a": ",]", "b": '",}'}),
        ('\ufeff{"a": 1}', {"a": 1}),
    ],
)
def test_comments_and_last_commas_are_passed_over(text: str, value: object) -> None:
    assert jsonc.loads(text) == value


def test_a_mistake_is_told_at_its_own_line() -> None:
    with pytest.raises(ValueError, match="line 4 column 5"):
        jsonc.loads('{ // one\n/* two\n three */\n"a" 1}')


def test_a_key_that_stands_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="'a' is in one object twice"):
        jsonc.loads('{"a": 1, "a": 2}')
