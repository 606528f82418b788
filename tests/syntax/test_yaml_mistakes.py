"""A parser's own words send an author to the wrong line and say nothing of what to write. Each frequent mistake of a
person's has a case: the place, a message and a remedy."""

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from modelyard.syntax.mistake import Mistake
from modelyard.syntax.yaml_lines import BREAK, missing_space
from modelyard.syntax.yaml_mistakes import explain

HEAD = "config:\n  a:chat:\n"
"""Two lines before each case, so that a place in the first line can't be right by chance."""

CASES = [
    # a space is missing
    ("    name:x\n    sku: b\n", 3, 10, "a space is missing after the colon", "write `name: x`"),
    ("    sku: b\n    name:x\n", 4, 10, "a space is missing after the colon", "write `name: x`"),
    ("    -a: b\n    - c\n", 3, 5, "a space is missing after the -", "write `- a: b`"),
    # indentation
    ("    name: x\n      sku: b\n", 4, 7, "the line is indented too far: `name` in line 3", "indent it by 4 spaces"),
    ('    name: "x"\n      sku: b\n', 4, 7, "the line is indented too far: `name` in line 3", "indent it by 4 spaces"),
    (
        "    name: x\r\n      sku: b\r\n",
        4,
        7,
        "the line is indented too far: `name` in line 3",
        "indent it by 4 spaces",
    ),
    ("    name: x\n   sku: b\n", 4, 4, "indented by 3 spaces, which fits no line", "2 spaces (as line 2) or 4 spaces"),
    ("      name: x\n    sku: b\n", 4, 5, "indented by 4 spaces, which fits no", "2 spaces (as line 2) or 6 spaces"),
    ("    d:\n        a: b\n      c: d\n", 5, 7, "indented by 6 spaces, which fits no", "4 spaces (as line 3) or 8"),
    ("    - a: b\n     c: d\n", 4, 6, "indented by 5 spaces, which fits no", "4 spaces (as line 3) or 6 spaces"),
    ("    - a: b\n       c: d\n", 4, 8, "the line is indented too far: `a` in line 3", "indent it by 6 spaces, as `a`"),
    ("\t\tname: x\n", 3, 1, "a tab in the indentation", "replace the tabs by spaces"),
    ("  \tname: x\n\tsku: b\n", 3, 3, "a tab in the indentation", "replace the tabs by spaces (lines 3, 4)"),
    ("\u00a0   name: x\n    sku: b\n", 3, 1, "a character that looks like a space", "with plain spaces"),
    # a list and a map
    ("    name: x\n    - b\n", 4, 5, "a list item stands among the keys of a map (line 3)", "below the key"),
    ("    - c: d\n      - e\n", 4, 7, "a list item stands among the keys of a map (line 3)", "below the key"),
    ("    - b\n    name: x\n", 4, 5, "a key stands among the items of a list (line 3)", "begin it with `- `"),
    ("    ips: - a\n", 3, 10, "a list can't begin in the line of its key", "in a line of its own"),
    # colons
    ("    text: a: b\n", 3, 12, "a second colon in one line", 'text: "a: b"'),
    ('    text: say "a": b\n', 3, 18, "a second colon in one line", "text: 'say \"a\": b'"),
    ("    name\n    sku: b\n", 3, 5, "`name` has no colon", "write `name: VALUE`"),
    ("    name\n      sku: b\n", 3, 5, "`name` has no colon", "write `name:`"),
    ("    sku: b\n    name\n", 4, 5, "`name` has no colon", "write `name: VALUE`"),
    ("    name = x\n    sku: b\n", 3, 5, "= instead of a colon", "write `name: x`"),
    # quotes
    ('    name: "x\n    sku: b\n', 3, 11, 'the quote " that opens here is not closed', 'close it with "'),
    ('    name: "x\n    sku: "b"\n', 3, 11, 'the quote " that opens here is not closed', 'close it with "'),
    ("    name: 'x\n    sku: 'b'\n", 3, 11, "the quote ' that opens here is not closed", "close it with '"),
    ("    name: 'it's'\n    sku: b\n", 3, 15, "text follows a closing quote", "'it''s'"),
    ('    name: "C:\\dir"\n', 3, 14, "a backslash in double quotes", "in single quotes"),
    (
        "    name: \"x\n    sku: b\n    regex: '\\d'\n",
        3,
        11,
        'the quote " that opens here is not closed',
        'close it with "',
    ),
    # brackets
    ("    ips: [a, b\n    sku: b\n", 3, 10, "the [ that opens here is not closed", "close it with ]"),
    ("    ips: {a: 1\n", 3, 10, "the { that opens here is not closed", "close it with }"),
    ("    ips: {\n", 3, 10, "the { that opens here is not closed", "close it with }"),
    ("    ips: [a}\n", 3, 12, "the [ is closed by }", "write ] instead"),
    ("    ips: [a]]\n", 3, 13, "] closes nothing", "take it out"),
    ("    ips: {a: 1 b: 2}\n", 3, 17, "a comma is missing", "put a comma"),
    ("    ips: ['a' 'b']\n", 3, 15, "a comma is missing", "put a comma"),
    # characters that mean something to YAML
    ("    name: *\n", 3, 11, "a value that begins with * is an alias", 'in quotes: "*"'),
    ("    name: *.x # y\n", 3, 11, "a value that begins with * is an alias", 'in quotes: "*.x"'),
    ("    name: *all\n", 3, 11, "an alias without an anchor", '"*all"'),
    ("    name: & b\n", 3, 11, "a value that begins with & is an anchor", '"& b"'),
    ("    name: @b\n", 3, 11, "a value can't begin with @", '"@b"'),
    ("    name: %b\n", 3, 11, "a value can't begin with %", '"%b"'),
    ("    name: `b`\n", 3, 11, "a value can't begin with `", '"`b`"'),
    ("    name: ,b\n", 3, 11, "a value can't begin with ,", '",b"'),
    ("    name: {{ b }}-x\n    sku: b\n", 3, 11, "{{ opens a map within a map", '"{{ b }}-x"'),
    ("    name: >= 5\n", 3, 12, "> begins a text of several lines", '">= 5"'),
    ("    name: ? b\n", 3, 11, "a value that begins with `? ` is a key", '"? b"'),
    # more than one text
    ("<<<<<<< HEAD\n    a: 1\n=======\n    a: 2\n>>>>>>> b\n", 3, 1, "a merge conflict", "keep one of the two"),
    ("---\nconfig: {}\n", 3, 1, "a second document starts here", "keep one document"),
]


def mistake(text: str) -> Mistake | None:
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        return explain(text, error)
    except yaml.YAMLError:
        pass  # a character that isn't printable: no mark, no case
    return None


@pytest.mark.parametrize(("text", "line", "column", "message", "remedy"), CASES)
def test_a_frequent_mistake_is_explained_where_it_is(text, line, column, message, remedy):
    found = mistake(HEAD + text)
    assert found is not None
    assert (found.line, found.column) == (line, column)
    assert message in found.message
    assert remedy in found.remedy
    assert found.found == (HEAD + text).splitlines()[line - 1].strip()


def test_what_no_case_knows_keeps_the_parsers_words():
    found = mistake("config:\n  a: 1\n...\nfoo: 1\n")
    assert found is not None
    assert str(found) == (
        "line 4, column 1: this can't be read as YAML: did not find expected <document start>, in `foo: 1`; "
        "correct the YAML in or just before this line"
    )


@pytest.mark.parametrize(
    "line",
    [
        "clientSecret: hunter2: x", "password:hunter2", "secure: *hunter2", "apiKey: @hunter2", 'token: "hunter2" x',
        "secretValue = hunter2", "key1: [hunter2", "connectionPassword: hunter2\n      location: b",
    ],
)  # fmt: skip
def test_a_secret_is_not_shown(line):
    """The line goes to logs of pipelines."""
    found = mistake(f"config:\n  a:\n    name: x\n    {line}\n    sku: b\n")
    assert found is not None
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("name:x", "name: x"),
        ("-a", "- a"),
        ("https://x", ""),
        ("name: x", ""),
        ("10:30", ""),
        ("a", ""),
        ("-", ""),
    ],
)
def test_a_space_is_missing_only_where_a_key_or_an_item_begins(text, instead):
    assert missing_space(text) == instead


LINES = st.lists(
    st.tuples(st.integers(0, 8), st.text("ab:-'\"[]{}#*&@%|>,!?= \t\r\\", max_size=8)).map(
        lambda pair: " " * pair[0] + pair[1]
    ),
    max_size=6,
).map("\n".join)


@given(LINES)
@example("")
@example("'")
@example('"\n\r \n \\')
def test_every_broken_text_is_explained_at_a_place_in_it(text):
    """A report of a mistake must never be a crash, and a column must exist to jump to."""
    found = mistake(text)
    if found is not None:
        lines = BREAK.split(text)
        assert 1 <= found.line <= len(lines) + 1
        assert 1 <= found.column <= len(lines[found.line - 1] if found.line <= len(lines) else "") + 1
        assert found.message
        assert found.remedy


@given(st.integers(2, 5), st.integers(1, 8), st.data())
def test_a_line_moved_out_of_its_map_is_the_one_that_is_named(depth, width, data):
    """Whatever the file, a line with the wrong indentation is found itself, or the line that it is indented below."""
    lines = [f"{'  ' * level}k{level}:" for level in range(depth)]
    lines += [f"{'  ' * depth}v{number}: x" for number in range(width + 1)]
    at = data.draw(st.integers(depth + 1, len(lines) - 1))
    by = data.draw(st.sampled_from([-1, 1, 2, 3]))
    lines[at] = " " * (2 * depth + by) + lines[at].strip()
    found = mistake("\n".join(lines) + "\n")
    assert found is not None
    named = {found.line, *map(int, re.findall(r"line (\d+)", found.message + found.remedy))}
    assert at + 1 in named or (by == -1 and at + 2 in named)
    assert "indented" in found.message
