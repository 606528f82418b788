"""A finding that points at the wrong line sends its reader looking for a fault that isn't there."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.config.document import read
from modelyard.config.finding_collector import Collector
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret

WORDS = st.text("abcdefghij", min_size=1, max_size=5)
TREES = st.dictionaries(
    WORDS,
    st.recursive(
        WORDS,
        lambda inner: st.one_of(
            st.dictionaries(WORDS, inner, min_size=1, max_size=3), st.lists(WORDS, min_size=1, max_size=3)
        ),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


def lines(
    tree: dict[str, Any], gaps: list[int], path: tuple[Any, ...] = ()
) -> list[tuple[str, tuple[Any, ...] | None]]:
    """The tree as YAML, each line with the path it holds; blank lines and comments stand between."""
    written: list[tuple[str, tuple[Any, ...] | None]] = []
    indent = "  " * (len(path) + 1)
    for key, value in tree.items():
        written += [("# a comment" if gap % 2 else "", None) for gap in range(gaps.pop() if gaps else 0)]
        if isinstance(value, dict):
            written.append((f"{indent}{key}:", (*path, key)))
            written += lines(value, gaps, (*path, key))
        elif isinstance(value, list):
            written.append((f"{indent}{key}:", (*path, key)))
            written += [(f"{indent}  - {item}", (*path, key, at)) for at, item in enumerate(value)]
        else:
            written.append((f"{indent}{key}:   {value}", (*path, key)))
    return written


@given(TREES, st.lists(st.integers(0, 3), max_size=20))
def test_every_key_and_item_is_found_in_its_line(tree, gaps):
    body = lines({f"modelyard:{key}": value for key, value in tree.items()}, gaps)
    text = "config:\n" + "".join(f"{line}\n" for line, _ in body)
    document = read(text.encode(), "file.yaml", Collector())
    assert document is not None
    for number, (line, path) in enumerate(body, 2):
        if path is None:
            continue
        position = document.position((str(path[0]).removeprefix("modelyard:"), *path[1:]))
        assert position is not None
        column = len(line) - len(line.lstrip(" -")) + 1
        assert (position.line, position.column) == (number, column), path


def test_the_value_has_a_place_of_its_own():
    document = read(b"config:\n  modelyard:account:\n    name:   x\n", "file.yaml", Collector())
    assert document is not None
    key, value = document.position(("account", "name")), document.position(("account", "name"), of_value=True)
    assert key is not None
    assert value is not None
    assert (key.line, key.column, value.line, value.column) == (3, 5, 3, 13)
    assert document.position(("account", "nothing")) is None
    assert document.position(("account", "name", "deeper")) is None


def test_what_comes_out_of_a_file():
    document = read(
        b"secretsprovider: x\nconfig:\n  a:b: 1.10\n"
        b"  modelyard:t:\n    s: {secure: AAA}\n    n: null\n    l: ['1', 2]\n",
        "file.yaml",
        Collector(),
    )
    assert document is not None
    tags = document.tree["t"]
    assert isinstance(tags["s"], Secret)
    assert tags["n"] is None
    assert tags["l"] == (Scalar("1", False, ()), Scalar("2", True, ()))
    assert document.foreign == {"a:b": Scalar("1.10", True, ())}
    assert list(document.outer) == ["secretsprovider"]


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "config.wrong-type", (1, 1)),
        (b"# nothing\n", "config.wrong-type", (1, 1)),
        (b"- a\n", "config.wrong-type", (1, 1)),
        (b"text\n", "config.wrong-type", (1, 1)),
        (b"config: text\n", "config.wrong-type", (1, 1)),
        (b"config:\n  m:a: {{ b }}\n", "config.wrong-type", (2, 9)),
        (b"config:\n  m:a: {b:c}\n", "config.empty-value", (2, 12)),
        (b"config:\n  ? [a]\n  : b\n", "config.wrong-type", (2, 5)),
        (b"config:\n  a: [1\nb: 2\n", "config.yaml-syntax", (2, 6)),
        (b"config:\n  a:b: 'x\n", "config.yaml-syntax", (2, 8)),
        (b'config:\n  a:b: "\\d"\n', "config.yaml-syntax", (2, 9)),
        (b"config:\n  a:b: \x07\n", "config.yaml-syntax", (2, 8)),
        (b"config:\n  a:b: \xff\n", "config.yaml-syntax", (2, 1)),
        (b"config:\n\ta:b: c\n", "config.yaml-tab", (2, 1)),
        (b"config: {}\n---\nconfig: {}\n", "config.yaml-documents", (2, 1)),
        (b"config:\n  a:b: *c\n", "config.yaml-alias", (2, 8)),
        (b"config: " + b"[" * 200_000, "config.yaml-syntax", (1, 108)),  # as far down, the composer ends the process
        (b"config:\n" + b"".join(b" " * n + b"a:\n" for n in range(1, 200)), "config.yaml-syntax", (101, 101)),
        (b"config:\n- " + b"- " * 200, "config.yaml-syntax", (2, 199)),
    ],
)
def test_what_cannot_be_read_is_told_where_it_is(content, code, place):
    collector = Collector()
    read(content, "file.yaml", collector)
    finding = collector.findings(lambda *_: None)[0]
    assert finding.code == code
    assert finding.position is not None
    assert (finding.position.line, finding.position.column) == place


def test_an_alias_that_holds_itself_is_no_endless_loop():
    collector = Collector()
    document = read(b"config:\n  modelyard:a: &a\n    b: *a\n", "file.yaml", collector)
    assert document is not None
    assert [finding.code for finding in collector.findings(document.position)] == ["config.yaml-alias"]


def test_aliases_of_aliases_cost_no_more_than_the_file():
    """Ten levels of ten aliases would be ten thousand million values if each were written out."""
    levels = ["  modelyard:a0: &a0 [x]"] + [
        f"  modelyard:a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)
    ]
    assert read("\n".join(["config:", *levels]).encode(), "file.yaml", Collector()) is not None


def test_a_byte_order_mark_is_no_fault():
    collector = Collector()
    assert read(b"\xef\xbb\xbfconfig: {}\n", "file.yaml", collector) is not None
    assert collector.findings(lambda *_: None) == ()
