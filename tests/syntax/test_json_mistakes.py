"""Policies are written by hand as JSON; "Expecting ',' delimiter" names the line after the mistake."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.syntax.json_mistakes import explain, problem
from modelyard.syntax.mistake import Mistake

CASES = [
    ("", 1, 1, "the file is empty", "write a JSON value"),
    ("\n\n", 1, 1, "the file is empty", "write a JSON value"),
    ('{\n "a": 1\n "b": 2\n}', 2, 7, "a comma is missing after this value", "put a comma"),
    ('[\n "a"\n "b"]', 2, 4, "a comma is missing after this value", "put a comma"),
    ('{\n "a": 1,\n}', 2, 8, "a comma after the last entry", "take the comma out"),
    ("[1, 2,]", 1, 6, "a comma after the last entry", "take the comma out"),
    ("[1,,2]", 1, 4, "a value is missing here", "write a value"),
    ('{"a": }', 1, 7, "a value is missing here", "write a value"),
    ('{\n "a": [1, 2\n', 2, 7, "the [ that opens here is not closed", "close it with ]"),
    ('{"a": {"b": 1}\n', 1, 1, "the { that opens here is not closed", "close it with }"),
    ('{"a": [1, 2}', 1, 12, "the [ in line 1 is closed by }", "write ] instead"),
    ("{'a': 1}", 1, 2, "a text in '", "double quotes"),
    ("{\"a\": 'b'}", 1, 7, "a text in '", "double quotes"),
    ("{\u201ca\u201d: 1}", 1, 2, "a text in \u201c", "double quotes"),
    ("{a: 1}", 1, 2, "a key without quotes", 'write "a"'),
    ('{"a": b}', 1, 7, "a text without quotes", 'write "b"'),
    ('{"a": True}', 1, 7, "True is no value of JSON", "write true"),
    ('{"a": None}', 1, 7, "None is no value of JSON", "write null"),
    ('{\n // x\n "a": 1}', 2, 2, "a comment", "take the comment out"),
    ('{"a": 1 // x\n}', 1, 9, "a comment", "take the comment out"),
    ("# x\n{}", 1, 1, "a comment", "take the comment out"),
    ('{"a" 1}', 1, 6, "a colon is missing", '"key": value'),
    ("{1: 2}", 1, 2, "a key is expected here", "double quotes"),
    ("{} {}", 1, 4, "something follows the end", "keep one value"),
    ('{"a": "b}', 1, 7, 'the " that opens here is not closed', 'close it with "'),
    ('{\n "a": "b,\n "c": 1}', 2, 7, 'the " that opens here is not closed in its line', 'close it with "'),
    ('{\n "a: 1,\n "c": 1}', 2, 2, 'the " that opens here is not closed in its line', 'close it with "'),
    ('{"a": "b\tc"}', 1, 9, "a control character in a text", "\\t"),
    ('{"a": "C:\\dir"}', 1, 10, "a single backslash in a text", "write two"),
    ('{"a": 01}', 1, 7, "a number can't begin with 0", "take the 0 out"),
    ('{"a": +1}', 1, 7, "a number can't begin with +", "write it as 1"),
    ("a: 1\n", 1, 1, "the file doesn't begin as JSON", "begin with {"),
    ("<html>", 1, 1, "the file doesn't begin as JSON", "begin with {"),
]


def mistake(text: str) -> Mistake | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return explain(error)
    return None


@pytest.mark.parametrize(("text", "line", "column", "message", "remedy"), CASES)
def test_a_frequent_mistake_is_explained_where_it_is(text, line, column, message, remedy):
    found = mistake(text)
    assert found is not None
    assert (found.line, found.column) == (line, column)
    assert message in found.message
    assert remedy in found.remedy


def test_what_no_case_knows_keeps_the_parsers_words():
    found = mistake('{"a": ;}')
    assert found is not None
    assert "this can't be read as JSON: Expecting value" in found.message


def test_a_secret_is_not_shown():
    found = mistake('{"clientSecret": "hunter2" "b": 1}')
    assert found is not None
    assert "hunter2" not in str(found)


def test_other_errors_keep_their_words():
    assert problem(ValueError("'a' is in one object twice")) == "'a' is in one object twice"
    assert problem(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "")) == "it isn't UTF-8 (byte 0)"


@given(st.text("ab01\"':,[]{}\\/# \n\t+-", max_size=30))
def test_every_broken_text_is_explained_at_a_place_in_it(text):
    found = mistake(text)
    if found is not None:
        lines = text.split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
        assert found.remedy


@given(
    st.recursive(st.integers() | st.text("ab", max_size=3), lambda inner: st.lists(inner, min_size=2, max_size=4)),
    st.data(),
)
def test_a_comma_that_was_taken_out_is_missed_in_its_line(value, data):
    lines = json.dumps([value, value], indent=1).split("\n")
    at = data.draw(st.sampled_from([number for number, line in enumerate(lines) if line.endswith(",")]))
    lines[at] = lines[at].removesuffix(",")
    found = mistake("\n".join(lines))
    assert found is not None
    assert found.line == at + 1
    assert found.message == "a comma is missing after this value"
