"""A change of one member of a resource: its value before and after, fit to be shown."""

import json
from dataclasses import dataclass
from typing import Any

SECRET = "[secret]"  # noqa: S105 - it stands where a secret would
UNKNOWN = "[known after it is created]"

WORDS = {"raiPolicyName": "content filter", "raiBlocklistName": "blocklist"}
"""What people call a member whose name in ARM is another."""

LONGEST = 60
"""Characters of a value in a line; JSON has all of it."""
LEAD = 20
"""Characters that are shown before the first one that differs, where a value is cut."""


@dataclass(frozen=True, slots=True)
class Change:
    """One member, by its path in ARM's names; a list's entry is named by what it is called, else by its place.

    `old` is None where the member is added, `new` is None where it is removed. A secret's value is `[secret]`, one that
    only Azure's answer will tell is `[known after it is created]`. `replaces`: the change makes another resource.
    """

    path: str
    old: Any = None
    new: Any = None
    replaces: bool = False

    @property
    def text(self) -> str:
        """`sku.capacity: 100 → 150`."""
        forced = " (makes another resource)" if self.replaces else ""
        if isinstance(self.new, dict) and self.old is None:
            return f"{self._name}: added ({', '.join(f'{name}: {_value(each)}' for name, each in self.new.items())})"
        if isinstance(self.old, dict) and self.new is None:
            return f"{self._name}: removed{forced}"
        old, new = _pair(_text(self.old, "none"), _text(self.new, self._absent))
        return f"{self._name}: {old} → {new}{forced}"

    @property
    def _name(self) -> str:
        path = self.path.removeprefix("properties.")
        return WORDS.get(path, path)

    @property
    def _absent(self) -> str:
        return "default" if self._name == WORDS["raiPolicyName"] else "none"


def _value(value: Any) -> str:
    return _cut(_text(value, "none"))


def _text(value: Any, absent: str) -> str:
    if value is None:
        return absent
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _pair(old: str, new: str) -> tuple[str, str]:
    """Both values, cut so that what differs is seen: two ids of ARM may be the same in their first 200 characters."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))
    if max(len(old), len(new)) > LONGEST and same > LEAD:
        old, new = (f"…{text[same - LEAD :]}" for text in (old, new))
    return _cut(old), _cut(new)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
