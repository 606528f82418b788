"""Five ways in, 500 inputs each that a seed decides, and six kills; `make torture` tries more.

An input that was ever found becomes a case of the room that it broke. What is held here is that no such input is left
among these, and that the generator would find one.
"""

import itertools
import random
from contextlib import contextmanager
from typing import Any

import pytest
from torture.__main__ import made, troubles
from torture.guard import GivenUp, shown, tried
from torture.kills import survived, yard
from torture.mutation import mutated, smaller
from torture.targets import TARGETS, Target

COUNT, PARTS = 500, 5


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_input_does_what_it_must_not(target: Target, part: int) -> None:
    share = COUNT // PARTS
    found = troubles(target, share, seed=0, first=part * share, bounds=False)
    assert not found, "\n".join(f"{kind}: {one[1].told}: {shown(one[2])}" for kind, one in found.items())


def test_the_same_seed_and_number_make_the_same_input() -> None:
    for target in TARGETS:
        examples = target.examples()
        assert [shown(made(target, examples, 7, number)) for number in range(20)] == [
            shown(made(target, examples, 7, number)) for number in range(20)
        ]
        assert len({shown(made(target, examples, 7, number)) for number in range(20)}) > 15, "they differ"


def _picky(given: Any) -> None:
    if given.get("a", {}).get("b") == [1]:
        raise ZeroDivisionError


def test_a_trouble_is_found_and_made_small() -> None:
    """A generator that finds nothing is of no use, and one that shows pages of JSON of not much."""

    @contextmanager
    def opened() -> Any:
        yield _picky

    target = Target("tried", lambda: [{"a": {"b": [1], "c": 2}, "d": {"b": 3}}], opened)
    found = troubles(target, 50, seed=0)
    ((kind, (_, _, given)),) = [each for each in found.items() if "ZeroDivision" in each[0]]
    assert "test_torture.py" in kind
    assert given == {"a": {"b": [1]}}


def test_an_input_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torture.guard.HANGS", 0.05)

    def endless(_: Any) -> None:
        for _ in itertools.count():
            pass

    trouble = tried(endless, {})
    assert trouble is not None
    assert trouble.kind.startswith("hangs")
    assert not issubclass(GivenUp, Exception)


def test_a_document_is_made_smaller_only_while_it_fails() -> None:
    document = {"keep": [1, {"x": 2}], "more": {"deep": [3]}}
    assert smaller(document, lambda each: each.get("keep") == [1, {"x": 2}]) == {"keep": [1, {"x": 2}]}


def test_examples_are_left_as_they_are() -> None:
    examples = [{"a": [1, 2, {"b": None}]}]
    for number in range(200):
        mutated(examples, random.Random(number))
    assert examples == [{"a": [1, 2, {"b": None}]}]


@pytest.mark.engine
def test_six_kills_are_survived() -> None:
    with yard() as place:
        for number in range(6):
            told, wrong = survived(place, random.Random(f"suite/{number}"))
            assert not wrong, f"{told}: {wrong}"
