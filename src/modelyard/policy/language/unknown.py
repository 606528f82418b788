"""What nobody knows yet, three-valued truth, and evaluations that fail.

At preview some values are not known: a place in a resource document then holds `UNKNOWN`. A condition that needs such
a value is neither true nor false; its result is an `Unknown` that names what it waits for (Kleene's strong logic).

Some unknowns may turn into a failure once known: `substring()` of a text that may be too short, an order against a
value that may be no number. Azure would stop there, so what comes after such a one in a rule decides nothing (`fails`).
"""

from typing import Any, NoReturn, final


class EvaluationFailed(Exception):
    """A template function or a comparison that Azure would stop at; the text says which and why.

    Azure takes a failed evaluation for an implicit deny (Microsoft docs, definition-structure-policy-rule, "Avoiding
    template failures", A).
    """


@final
class Unknown:
    """A value nobody knows yet; `waits_for` names the places (`properties.publicNetworkAccess`) it depends on.

    `fails` says that knowing them may make the evaluation fail.
    """

    __slots__ = ("fails", "waits_for")

    def __init__(self, *waits_for: str, fails: bool = False) -> None:
        self.waits_for = frozenset(waits_for)
        self.fails = fails

    def __or__(self, other: "Unknown") -> "Unknown":
        return Unknown(*self.waits_for, *other.waits_for, fails=self.fails or other.fails)

    def risky(self) -> "Unknown":
        """The same, put to a use that not every value stands."""
        return self if self.fails else Unknown(*self.waits_for, fails=True)

    def __bool__(self) -> NoReturn:
        raise TypeError("an unknown value is neither true nor false")

    def __repr__(self) -> str:
        return f"Unknown({', '.join(sorted(self.waits_for))})"


UNKNOWN = Unknown()
"""Stands in a resource document where a value isn't known yet."""

Truth = bool | Unknown


def find(value: Any) -> Unknown | None:
    """The first unknown at or inside a JSON value; None when all of it is known."""
    kind = value.__class__
    if kind is Unknown:
        return value  # type: ignore[no-any-return]  # narrowed by its class above, which mypy doesn't follow
    if kind is dict:
        value = value.values()
    elif kind is not list:
        return None
    for each in value:
        if (found := find(each)) is not None:
            return found
    return None


def located(value: Any, place: str = "") -> Any:
    """A copy in which each unknown names its own place; for reporting, so that the common case pays nothing."""
    if isinstance(value, Unknown):
        return value if value.waits_for else Unknown(place)
    if isinstance(value, dict):
        return {key: located(each, f"{place}.{key}" if place else str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [located(each, f"{place}[{at}]") for at, each in enumerate(value)]
    return value
