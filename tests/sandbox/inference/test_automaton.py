"""Expressions of blocklists find what Python's `re` finds, and never take longer than the text is long."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.sandbox.inference.automaton import Automaton
from modelyard.sandbox.inference.expressions import NotRegular, parse

ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "A",
        ".",
        r"\d",
        r"\w",
        r"\W",
        r"\s",
        "[ab]",
        "[^a]",
        "[a-c1]",
        r"\.",
        "-",
        r"\b",
        r"\B",
        "^",
        "$",
        r"\Z",
    ]
)
PLACES = {r"\b", r"\B", "^", "$", r"\Z"}
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{,2}", "*?", "+?"])


@st.composite
def pieces(draw: st.DrawFn, depth: int = 0) -> str:
    atom = draw(ATOMS)
    if depth < 2 and draw(st.booleans()):
        branches = draw(st.lists(pieces(depth + 1), min_size=1, max_size=2))
        atom = f"{draw(st.sampled_from(['(', '(?:']))}{'|'.join(branches)})"
    quantifier = "" if atom in PLACES else draw(QUANTIFIERS)
    return atom + quantifier + (draw(pieces(depth + 1)) if depth < 2 and draw(st.booleans()) else "")


@settings(max_examples=300, deadline=None)
@given(
    flags=st.sampled_from(["", "", "(?i)", "(?s)", "(?m)", "(?im)"]),
    pattern=pieces(),
    texts=st.lists(st.text("abAc1 .-\n_", min_size=1, max_size=8), min_size=1, max_size=5),
)
def test_it_finds_what_re_finds(flags: str, pattern: str, texts: list[str]) -> None:
    """`re` is the oracle: whoever tries an entry in Python must get the same here."""
    automaton = Automaton([parse(flags + pattern)])
    for text in texts:
        assert automaton.finds(text) is (re.search(flags + pattern, text) is not None), (flags + pattern, text)


@given(patterns=st.lists(pieces(), min_size=1, max_size=4), text=st.text("abc1 -\n", max_size=10))
def test_several_find_what_any_of_them_finds(patterns: list[str], text: str) -> None:
    together = Automaton([parse(pattern) for pattern in patterns])
    assert together.finds(text) is any(Automaton([parse(pattern)]).finds(text) for pattern in patterns)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*a){12}", "a*a*a*a*a*a*b", r"(\w+\s?)*$!"])
def test_no_pattern_can_hold_up_the_sandbox(pattern: str) -> None:
    """With `re` each of these takes longer than anybody waits: the sandbox answers all calls on one thread."""
    before = time.thread_time()
    Automaton([parse(pattern)]).finds("a" * 20_000 + "!")
    assert time.thread_time() - before < 5, "linear, where backtracking would not end this year"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(a)\1", "escape"),
        ("(?=a)", "groups"),
        ("(?<!a)b", "groups"),
        ("(?P=x)", "groups"),
        ("(?>a)", "groups"),
        ("(?-i:a)", "groups"),
        ("a**", "quantifier"),
        ("a++", "quantifier"),
        ("*a", "nothing before"),
        ("(a", "closed"),
        ("a)", "opening"),
        ("[a", "ends too early"),
        ("[b-a]", "upside down"),
        ("a{2000}", "1000"),
        ("a{3,2}", "1000"),
        (r"\x1", "hexadecimal"),
        ("\\", "ends too early"),
        ("^*", "anchor"),
        ("(" * 60 + ")" * 60, "deep"),
    ],
)
def test_what_is_not_regular_is_told(pattern: str, why: str) -> None:
    with pytest.raises(NotRegular, match=why):
        parse(pattern)


def test_what_is_too_large_is_told() -> None:
    with pytest.raises(NotRegular, match="too large"):
        Automaton([parse("((a{100}){100}){100}")])


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"[\w.]+@contoso\.com", "mail a.b@contoso.com now", True),
        (r"[]a]", "]", True),
        ("a{x", "a{x", True),
        ("a{", "a{", True),
        (r"(?P<number>\d{3})-\d{4}", "call 555-1234", True),
        (r"\u00e4\x41\t", "äA\t", True),
        (r"[\b]", "\b", True),
        (r"(?i)STRASSE", "Strasse", True),
        ("(?i)[^a]", "A", False),
        ("", "", True),
    ],
)
def test_what_people_write(pattern: str, text: str, found: bool) -> None:
    assert Automaton([parse(pattern)]).finds(text) is found


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every character of Unicode in a prompt must not stay in memory for ever."""
    automaton = Automaton([parse("zy+x")])
    for start in range(0, 100_000, 1000):
        assert not automaton.finds("".join(chr(code) for code in range(start + 33, start + 1033) if code < 0xD800))
    assert automaton.finds("azyyx")
