"""One resource that is looked at, and where a person finds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelyard.findings import Position

Locate = Callable[[str], Position | None]
"""Where a key of the stack file (`deployments.chat.sku`) is set; None where it isn't."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An ARM document, which may hold UNKNOWN; `name` and `urn` are Pulumi's, the name alone where Pulumi has none.

    `path` is its key in a stack file (`deployments.chat`), empty where no file declares it. `leaving` are those that a
    change deletes.

    `later` are folded ids of assignments and exemptions that a change writes after this resource, so that they don't
    count for its write; `unordered` those of exemptions of which nobody knows whether they are written before it.
    """

    document: dict[str, Any]
    name: str
    urn: str = ""
    path: str = ""
    leaving: bool = False
    later: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The ARM id."""
        return str(self.document.get("id", ""))

    @property
    def type(self) -> str:
        """The ARM type, as the document spells it."""
        return str(self.document.get("type", ""))
