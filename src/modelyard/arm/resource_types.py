"""What a row of the table holds, and how the rows are found.

A row states what Microsoft's types don't say: what people call the type, its key in the stack file, what the server
fills in, what makes a new resource. All else comes from `schema`, when it is asked for. Paths are templates in Pulumi's
names: `{accountName}` is both the URL parameter and the resource's input. A template that begins with `{scope}` or
`{resourceUri}` takes a whole ARM id there. Dotted places (`properties.model.version`) name a place in ARM's JSON
document.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

from modelyard.arm import schema
from modelyard.arm.schema import TypeSchema

PARAMETER = re.compile(r"\{(\w+)\}")
WHOLE_ID = re.compile(r"/\{(\w+)\}/providers/")
"""The start of a template whose first parameter is a whole ARM id."""


class Autoname(StrEnum):
    """How a name is made where the program gives none: azure-native's three ways."""

    RANDOM = "random"  # the logical name and eight random hexadecimal digits
    COPY = "copy"  # the logical name, for what lives inside something that has a name of its own
    UUID = "uuid"


class Scope(StrEnum):
    """Where a type can be declared that Pulumi has once for each place. The value is what ends its token there."""

    SUBSCRIPTION = ""
    MANAGEMENT_GROUP = "AtManagementGroup"


@dataclass(frozen=True, kw_only=True)
class Action:
    """A call on a resource that declares nothing, such as listKeys. `secret` outputs are marked so for Pulumi."""

    token: str
    name: str
    verb: str = "POST"
    secret: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Invoke:
    """An action with its URL template and api-version."""

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
    noun           what people call one of it
    section        its key in the stack file, below the key of its parent; empty for what has no key of its own
    single         the section states one of it, and is no map of names
    parent         the row under whose key the section stands; None at the top of the stack file
    lock           ARM type of what takes one writer at a time: the type itself, or one that it is in; empty for none
    delay          seconds, on the sandbox's clock, that its long-running operations take there; None for a type without
    server_filled  places the server fills when the caller leaves them out; not drift
    replace_on     places whose change means a new resource (a URL parameter always does)
    needed         places that must be given, beside those of the schema
    not_returned   places the server takes but never returns, beside those of the schema
    renamed        members of `properties` that have another name in Pulumi, with that name; of rows that aren't nested
    uuid_name      the name must be a GUID
    patch          ARM takes PATCH of it; read for kinds without a module of their own
    created        status of a PUT that made one; read for kinds without a module of their own
    last           written after all else that the stack declares and deleted before it, since it keeps others from both
    scopes         the places at which Pulumi has a type of its own for it
    actions        calls on the resource
    schema_file    where Microsoft's types are that are said of it, if not in this package

    Sources of places: captured replies and what tests of other tools saw, see each row.
    """

    token: str
    type: str
    noun: str
    section: str = ""
    single: bool = False
    parent: "ResourceType | None" = None
    lock: str = ""
    delay: float | None = None
    server_filled: frozenset[str] = frozenset()
    replace_on: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    not_returned: frozenset[str] = frozenset()
    renamed: tuple[tuple[str, str], ...] = ()
    uuid_name: bool = False
    patch: bool = False
    created: int = 201
    last: bool = False
    scopes: tuple[Scope, ...] = (Scope.SUBSCRIPTION,)
    actions: tuple[Action, ...] = ()
    schema_file: Path = schema.PATH

    # What Microsoft's types say.

    @cached_property
    def schema(self) -> TypeSchema:
        """The members of its document, with their forms."""
        return schema.of(self.token, self.schema_file)

    @cached_property
    def path(self) -> str:
        """URL template; its last parameter is the resource's own name."""
        return self.schema.path

    @property
    def rbac_type(self) -> str:
        """What roles call the type, in whose actions a resource group has a longer name than in its own id."""
        return self.type.replace(
            "Microsoft.Resources/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups"
        )

    @property
    def api_version(self) -> str:
        """The version azure-native sends."""
        return self.schema.api_version

    @property
    def envelope(self) -> frozenset[str]:
        """Members of the body that stand beside `properties`."""
        return self.schema.envelope

    @property
    def nested(self) -> bool:
        """Whether `properties` is an object in Pulumi too; otherwise its members stand at the top there."""
        return self.schema.nested

    @cached_property
    def required(self) -> frozenset[str]:
        """Places that must be given where the object around them is; URL parameters always must."""
        return self.schema.required | self.needed

    @property
    def read_only(self) -> frozenset[str]:
        """Places only the server writes."""
        return self.schema.read_only

    @property
    def string_sets(self) -> frozenset[str]:
        """Places where Pulumi takes a list of ids and ARM a map with those ids as keys."""
        return self.schema.string_sets

    @cached_property
    def write_only(self) -> frozenset[str]:
        """Places the server takes but never returns."""
        return schema.topmost({*self.schema.write_only, *self.not_returned})

    @cached_property
    def secret(self) -> frozenset[str]:
        """Places whose values must not be shown anywhere: what never comes back and holds a secret."""
        marked = self.schema.secret
        around = {place for place in self.not_returned if any(one.startswith(f"{place}.") for one in marked)}
        return schema.topmost({*marked, *around})

    # What follows.

    @property
    def autoname(self) -> Autoname:
        """How the name is made where none is given."""
        if self.uuid_name:
            return Autoname.UUID
        return Autoname.RANDOM if self.parent_type is None else Autoname.COPY

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The URL parameters in order, without `subscriptionId`, which the provider's configuration gives."""
        return tuple(name for name in PARAMETER.findall(self.path) if name != "subscriptionId")

    def key(self, name: str) -> str:
        """The key of the stack file that states the resource of this logical name: `blocklists.words.entries.one`.

        The logical name of what is inside something with a name of its own is `words/one`. Empty for what no stack file
        states by a key.
        """
        if not self.section:
            return ""
        above, last = "", name
        if self.parent is not None and not self.parent.single:
            above, _, last = name.rpartition("/")
        around = self.parent.key(above) if self.parent is not None else ""
        return ".".join(part for part in (around, self.section, "" if self.single else last) if part)

    @property
    def name_parameter(self) -> str:
        """The URL parameter that names the resource itself."""
        return self.parameters[-1]

    @property
    def parent_type(self) -> str | None:
        """`Microsoft.X/accounts` for `Microsoft.X/accounts/deployments`; None for a type that stands alone."""
        head, _, _ = self.type.rpartition("/")
        return head if "/" in head else None

    @property
    def tracked(self) -> bool:
        """Whether it has a location of its own inside something: while one is there, ARM doesn't delete its parent.

        Captured for projects of an account (Azure/terraform-provider-azapi#894, B).
        """
        return self.parent_type is not None and "location" in self.envelope

    @cached_property
    def invokes(self) -> tuple[Invoke, ...]:
        """Its actions, as calls."""
        return tuple(
            Invoke(
                token=each.token,
                verb=each.verb,
                path=f"{self.path}/{each.name}",
                api_version=self.api_version,
                secret=each.secret,
            )
            for each in self.actions
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return pattern(self.path)

    def id(self, parameters: Mapping[str, str]) -> str:
        """The ARM id for these URL parameters; KeyError names one that is missing."""
        return PARAMETER.sub(lambda found: parameters[found[1]].strip("/"), self.path)

    def match(self, id: str) -> dict[str, str] | None:  # noqa: A002 - ARM calls it id
        """The URL parameters of an ARM id of this type, `subscriptionId` among them; None for any other id."""
        found = self._pattern.fullmatch(id.rstrip("/"))
        return found.groupdict() if found else None

    def at(self, scope: Scope) -> "ResourceType":
        """The row of this type at another of its scopes."""
        return self if scope is Scope.SUBSCRIPTION else _elsewhere(self, scope)


@cache
def _elsewhere(row: ResourceType, scope: Scope) -> ResourceType:
    """One object for each, however often the table is read."""
    return replace(row, token=row.token + scope.value)


def pattern(template: str, *, root: bool = False) -> re.Pattern[str]:
    """What matches the paths of a template, in any case. `root` lets a whole id be empty: the tenant itself."""
    whole = scope_parameter(template)
    pieces = []
    for piece in re.split(r"(\{\w+\})", template):
        if not PARAMETER.fullmatch(piece):
            pieces.append(re.escape(piece))
        else:
            name = piece[1:-1]
            pieces.append(f"(?P<{name}>{('.*' if root else '.+') if name == whole else '[^/]+'})")
    text = "".join(pieces)
    return re.compile(text.removeprefix("/") if whole else text, re.IGNORECASE)


def scope_parameter(template: str) -> str | None:
    """The parameter of a template that takes a whole ARM id; None where no parameter does."""
    found = WHOLE_ID.match(template)
    return found[1] if found else None


def own() -> Iterator[ResourceType]:
    """Every row that modules of this room state, at each of its scopes, in no order; reads no schema."""
    package = importlib.import_module(__package__ or "modelyard.arm")
    for module in pkgutil.iter_modules(package.__path__):
        for row in getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "ROWS", ()):
            yield from (row.at(scope) for scope in row.scopes)


def stated() -> Iterator[ResourceType]:
    """Every row, also those that installed packages add, in no order. Raises KindsUnusable."""
    yield from own()
    yield from importlib.import_module("modelyard.arm.plain_kinds").added()


@cache
def rows() -> tuple[ResourceType, ...]:
    """Every row, children after parents, so that the first match of an id is the right one."""
    return tuple(
        sorted(stated(), key=lambda row: (scope_parameter(row.path) is not None, row.path.count("/"), row.token))
    )


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
