"""Finding regular expressions in a text, in time that grows with the text and never with the cleverness of a pattern.

Expressions become one automaton that is in many states at once (Thompson's construction); each set of states that
turns up is remembered with what every character leads to, so that a character costs one look-up. What is remembered
is bounded and then forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from modelyard.sandbox.inference.expressions import Choice, Kind, Node, NotRegular, One, Place, Repeat, Sequence, Test

MOST_NODES = 50_000
MOST_REMEMBERED = 50_000  # of what characters lead to

END: Final = ""
LAST_NEWLINE: Final = "\n$"
"""Stand for the end of the text, and for a line feed that is its last character: `$` matches before both."""


@dataclass(slots=True)
class _Knot:
    """One state: it consumes a character, holds at a place, or only leads on."""

    leads: tuple[int, ...] = ()
    test: Test | None = None
    place: Kind | None = None


@dataclass(slots=True, eq=False)
class _States:
    """A set of states with what came before them, and where each character leads; None is a match."""

    knots: frozenset[int]
    before: str
    leads: "dict[str, _States | None]" = field(default_factory=dict)


class Automaton:
    """Any of several expressions, anywhere in a text."""

    def __init__(self, trees: Iterable[Node]) -> None:
        """NotRegular where the expressions are too large together."""
        self._knots: list[_Knot] = [_Knot()]  # the first is the match
        self._begins = frozenset(self._build(tree, 0) for tree in trees)
        self._forget()

    def finds(self, text: str) -> bool:
        """Whether any of the expressions matches somewhere."""
        states = self._first
        for mark in [*text[:-1], LAST_NEWLINE, END] if text.endswith("\n") else [*text, END]:
            try:
                following = states.leads[mark]
            except KeyError:
                following = self._step(states, mark)
            if following is None:
                return True
            states = following
        return False

    def _forget(self) -> None:
        self._remembered = 0
        self._known: dict[tuple[frozenset[int], str], _States] = {}
        self._first = self._states(self._begins, END)

    def _step(self, states: _States, mark: str) -> _States | None:
        if self._remembered >= MOST_REMEMBERED:
            self._forget()
        self._remembered += 1
        held = self._held(states, mark)
        leads: _States | None = None
        if 0 not in held:
            character = mark[:1]
            after = {
                knot.leads[0]
                for knot in (self._knots[number] for number in held)
                if knot.test is not None and character and knot.test(character)
            }
            leads = self._states(self._begins | after, character)
        states.leads[mark] = leads
        return leads

    def _held(self, states: _States, mark: str) -> set[int]:
        """The states and all that they lead to at this place."""
        held: set[int] = set()
        waiting = list(states.knots)
        while waiting:
            number = waiting.pop()
            if number in held:
                continue
            held.add(number)
            knot = self._knots[number]
            if knot.test is None and (knot.place is None or _holds(knot.place, states.before, mark)):
                waiting += knot.leads
        return held

    def _states(self, knots: frozenset[int], before: str) -> _States:
        kind = before if before in ("", "\n") else "a" if _is_word(before) else " "
        found = self._known.get((knots, kind))
        if found is None:
            found = self._known[knots, kind] = _States(knots, kind)
        return found

    def _knot(self, leads: tuple[int, ...], test: Test | None = None, place: Kind | None = None) -> int:
        if len(self._knots) >= MOST_NODES:
            raise NotRegular("the expressions are too large")
        self._knots.append(_Knot(leads, test, place))
        return len(self._knots) - 1

    def _build(self, node: Node, then: int) -> int:
        """The state at which the node begins, when what follows begins at `then`."""
        match node:
            case One(test):
                return self._knot((then,), test=test)
            case Place(kind):
                return self._knot((then,), place=kind)
            case Sequence(parts):
                for part in reversed(parts):
                    then = self._build(part, then)
                return then
            case Choice(parts):
                return self._knot(tuple(self._build(part, then) for part in parts))
            case Repeat(part, least, most):
                return self._repeat(part, least, most, then)

    def _repeat(self, part: Node, least: int, most: int | None, then: int) -> int:
        if most is None:
            again = self._knot(())
            self._knots[again].leads = (self._build(part, again), then)
            then = again
        else:
            leave = then
            for _ in range(most - least):
                then = self._knot((self._build(part, then), leave))
        for _ in range(least):
            then = self._build(part, then)
        return then


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _holds(place: Kind, before: str, mark: str) -> bool:
    """Whether a place is between these two; `before` is empty at the start of the text."""
    after = mark[:1]
    match place:
        case "start":
            return not before
        case "line-start":
            return before in ("", "\n")
        case "end":
            return not mark
        case "last":
            return mark in (END, LAST_NEWLINE)
        case "line-end":
            return after in ("", "\n")
        case _:
            boundary = _is_word(before) != _is_word(after)
            return boundary is (place == "boundary")
