"""What a row of the table holds, and how the rows are found.

Paths are templates in Pulumi's names: `{accountName}` is both the URL parameter and the resource's input. A template
that begins with `{scope}` takes a whole ARM id there. Dotted paths (`properties.model.version`) name a place in ARM's
JSON body.
"""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

PARAMETER = re.compile(r"\{(\w+)\}")


class Autoname(StrEnum):
    """How a name is made where the program gives none: azure-native's three ways."""

    RANDOM = "random"  # the logical name and eight random hexadecimal digits
    COPY = "copy"  # the logical name, for what lives inside something that has a name of its own
    UUID = "uuid"


@dataclass(frozen=True, kw_only=True)
class Invoke:
    """A call that reads or acts but declares nothing, such as listKeys. `secret` outputs are marked so for Pulumi."""

    token: str
    verb: str
    path: str
    api_version: str
    secret: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One ARM type as Pulumi declares it and as ARM takes it.

    token          Pulumi's name of the type
    type           ARM's name of the type
    path           URL template; its last parameter is the resource's own name
    api_version    the version azure-native sends
    envelope       members of the body that stand beside `properties`
    nested         `properties` is an object in Pulumi too; otherwise its members stand at the top there
    required       places that must be given where the object around them is; URL parameters always must
    read_only      places only the server writes
    server_filled  places the server fills when the caller leaves them out; not drift
    write_only     places the server takes but never returns
    replace_on     places whose change means a new resource (a URL parameter always does)
    string_sets    places where Pulumi takes a list of ids and ARM a map with those ids as keys
    renamed        members of `properties` that have another name in Pulumi, with that name; of rows that aren't nested
    autoname       how the name is made where none is given
    invokes        calls on this type

    Sources: azure-native 3.29's classes for inputs and versions, azure-mgmt-cognitiveservices 14.1 for read-only ones.
    """

    token: str
    type: str
    path: str
    api_version: str
    envelope: frozenset[str] = frozenset({"location", "tags"})
    nested: bool = True
    required: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    server_filled: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    replace_on: frozenset[str] = frozenset()
    string_sets: frozenset[str] = frozenset()
    renamed: tuple[tuple[str, str], ...] = ()
    autoname: Autoname = Autoname.RANDOM
    invokes: tuple[Invoke, ...] = ()

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The URL parameters in order, without `subscriptionId`, which the provider's configuration gives."""
        return tuple(name for name in PARAMETER.findall(self.path) if name != "subscriptionId")

    @property
    def name_parameter(self) -> str:
        """The URL parameter that names the resource itself."""
        return self.parameters[-1]

    @property
    def parent_type(self) -> str | None:
        """`Microsoft.X/accounts` for `Microsoft.X/accounts/deployments`; None for a type that stands alone."""
        head, _, _ = self.type.rpartition("/")
        return head if "/" in head else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pieces = []
        for piece in re.split(r"(\{\w+\})", self.path):
            if not PARAMETER.fullmatch(piece):
                pieces.append(re.escape(piece))
            elif piece == "{scope}":
                pieces.append("(?P<scope>.+)")
            else:
                pieces.append(f"(?P<{piece[1:-1]}>[^/]+)")
        return re.compile("".join(pieces).replace("/(?P<scope>", "(?P<scope>"), re.IGNORECASE)

    def id(self, parameters: Mapping[str, str]) -> str:
        """The ARM id for these URL parameters; KeyError names one that is missing."""
        return PARAMETER.sub(lambda found: parameters[found[1]].strip("/"), self.path)

    def match(self, id: str) -> dict[str, str] | None:  # noqa: A002 - ARM calls it id
        """The URL parameters of an ARM id of this type, `subscriptionId` among them; None for any other id."""
        found = self._pattern.fullmatch(id.rstrip("/"))
        return found.groupdict() if found else None


@cache
def rows() -> tuple[ResourceType, ...]:
    """Every row, children after parents, so that the first match of an id is the right one."""
    package = importlib.import_module(__package__ or "modelyard.arm")
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        row = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "ROW", None)
        if isinstance(row, ResourceType):
            found.append(row)
    return tuple(sorted(found, key=lambda row: (row.path.startswith("/{scope}"), row.path.count("/"), row.token)))


@cache
def by_token() -> Mapping[str, ResourceType]:
    """Rows by Pulumi token."""
    return {row.token: row for row in rows()}


@cache
def by_type() -> Mapping[str, ResourceType]:
    """Rows by ARM type in lower case, as ARM compares types without regard to case.

    Of a type that Pulumi has twice, at the subscription and at a management group, the former.
    """
    return {row.type.lower(): row for row in reversed(rows())}


@cache
def invokes() -> Mapping[str, Invoke]:
    """Invokes by Pulumi token."""
    return {invoke.token: invoke for row in rows() for invoke in row.invokes}


def row_for_id(id: str) -> tuple[ResourceType, dict[str, str]] | None:  # noqa: A002 - ARM calls it id
    """The row an ARM id belongs to, with its URL parameters; None where the table has no such type."""
    for row in rows():
        if (parameters := row.match(id)) is not None:
            return row, parameters
    return None
