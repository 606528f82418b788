"""How Pulumi marks values that aren't plain JSON, in states, plans, events and on the wire, so that all readers agree.

Source: pulumi/sdk 3.250, resource/sig/sig.go and resource/plugin/rpc.go (A).
"""

from typing import Any, TypeVar

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The member of an object that says it stands for something else: a secret, an output, an asset, a resource."""

SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's mark of a secret, itself none
"""What that member holds in a secret."""

WRITING = "writing"
"""What the program says of a resource when its own write begins, after the wait for its account, so that the reader of
the engine's events can time the write alone."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands in the place of a text that isn't known yet."""

UNKNOWNS = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""The same for every kind of value, text first."""

Hidden = TypeVar("Hidden")


def plain(value: Any, hidden: Hidden) -> Any:
    """The value with `hidden` for whatever is marked: unknown, or a secret, even one that an export shows.

    What holds no mark is returned as it is, and not copied.
    """
    kind = value.__class__
    if kind is str:
        return hidden if value in UNKNOWNS else value
    if kind is dict:
        if SIGNATURE in value:
            return hidden
        found = {name: plain(each, hidden) for name, each in value.items()}
        return found if any(found[name] is not value[name] for name in value) else value
    if kind is list:
        seen = [plain(each, hidden) for each in value]
        return seen if any(new is not old for new, old in zip(seen, value, strict=True)) else value
    return value


def whole(value: Any) -> Any:
    """The value with integers as such: Pulumi's messages know only floating numbers."""
    if isinstance(value, dict):
        return {str(name): whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
