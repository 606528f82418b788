"""What the sandbox must know of a kind of resource, beside its row in the ARM table, to create, change and delete it.

A kind is a module of this room with the same stem as its row (`deployment.py`), with a `KIND` and its `ROUTES`; adding
one edits no list. `crud` does the rest. Kinds of which only the shape is known are made of their rows in `plain_kinds`.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.arm.resource_types import ResourceType, row_for_id
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import body_schema
from modelyard.sandbox.arm.body_schema import ENVELOPE, Form
from modelyard.sandbox.arm.call import ArmCall
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChange:
    """A resource as a caller wants it to be. `wanted` is the body of a PUT, or what a PATCH would make of what is
    there; without read-only members, and without members of `properties` that the type doesn't have.
    """

    call: ArmCall
    kind: "SandboxKind"
    id: str
    existing: Document | None
    wanted: ArmDocument

    @property
    def key(self) -> str:
        return self.id.lower()

    @property
    def name(self) -> str:
        return self.call.parameters[self.kind.row.name_parameter]

    @property
    def properties(self) -> ArmDocument:
        """`properties` of what is wanted."""
        return self.wanted["properties"]  # type: ignore[no-any-return]  # `core` puts an object there

    def was(self, *path: str) -> Any:
        """A member of what is there already; None where there is none."""
        value: Any = self.existing
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value


def _nothing(*_arguments: Any) -> None:
    """The hook of a kind that has nothing to do there."""


def _never(_verb: str, _document: Mapping[str, Any]) -> bool:
    return False


def _as_wanted(change: ResourceChange) -> dict[str, Any]:
    return change.wanted


@dataclass(frozen=True, kw_only=True)
class SandboxKind:
    """One kind of resource.

    properties   members of `properties` that a caller may write, with their forms; None: those of ARM's types
    patchable    members of the body that a PATCH takes; None takes all
    grade, source  of the evidence for its routes
    check        refuses what can't be; nothing has been written yet
    fill         the document from what is wanted, with what the server adds; may write to other collections
    wrote        after the document is kept, in the same transaction
    note         what a write rests on that is the sandbox's own assumption; it travels in `x-modelyard-note`
    going        refuses a DELETE; nothing has been deleted yet
    removed      after the document is gone, in the same transaction
    archive      before the document and everything below it is removed, with the time of the deletion
    lock         ARM id of what takes one writer at a time, from the id of the resource
    long_running the verbs that take time, where the type has a delay: they begin an operation
    in_request   whether that time is spent within the request instead, by the verb and the document
    states       provisioningState while it is being created and while it is being changed; empty: has none
    created, replaced   status of a PUT of what wasn't there, and of what was
    removed_at_once   status of a DELETE that was done at once
    tracked      a resource with a location of its own: while one exists, its parent can't be deleted
    """

    row: ResourceType
    properties: Mapping[str, Form] | None = None
    patchable: frozenset[str] | None = None
    grade: Grade
    source: str
    check: Callable[[ResourceChange], None] = _nothing
    fill: Callable[[ResourceChange], ArmDocument] = _as_wanted
    wrote: Callable[[ResourceChange, Document], None] = _nothing
    note: Callable[[ResourceChange], str | None] = _nothing
    going: Callable[[ArmCall, Document], None] = _nothing
    removed: Callable[[LocalAzure, str, Document], None] = _nothing
    archive: Callable[[LocalAzure, str, Document, datetime], None] = _nothing
    lock: Callable[[str], str | None] = _nothing
    long_running: frozenset[str] = frozenset()
    in_request: Callable[[str, ArmObject], bool] = _never
    states: tuple[str, str] = ("", "")
    created: int = 201
    replaced: int = 200
    removed_at_once: int = 200
    tracked: bool = False

    @property
    def type(self) -> str:
        """ARM's name of the type."""
        return self.row.type

    @cached_property
    def form(self) -> Form:
        """What the body of a PUT or a PATCH is made of."""
        top = {name: ENVELOPE[name] for name in self.row.envelope if name in ENVELOPE}
        return {**top, "properties": self.members}

    @cached_property
    def members(self) -> Mapping[str, Form]:
        """Members of `properties` that a caller may write, with their forms."""
        if self.properties is not None:
            return self.properties
        return body_schema.members(self.row.schema.properties, self.row.read_only, "properties.")

    @property
    def is_group(self) -> bool:
        """Whether this is the kind that all others are in."""
        return self.row.name_parameter == "resourceGroupName"

    @property
    def action(self) -> str:
        """What RBAC calls the type."""
        return self.row.rbac_type


@cache
def kinds() -> Mapping[str, SandboxKind]:
    """Every kind of this room, by its ARM type in lower case."""
    package = importlib.import_module(__package__ or "modelyard.sandbox.arm")
    modules: Iterable[Any] = (
        importlib.import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    )
    found = ((getattr(module, "KIND", None), *getattr(module, "KINDS", ())) for module in modules)
    return {kind.type.lower(): kind for each in found for kind in each if isinstance(kind, SandboxKind)}


def kind_of(id: str) -> SandboxKind | None:  # noqa: A002 - ARM calls it id
    """The kind that an ARM id belongs to."""
    row = row_for_id(id)
    if row is not None:
        return kinds().get(row[0].type.lower())
    namespace, *rest = id.rpartition("/providers/")[2].split("/")  # the same kind at a scope that the table hasn't
    return kinds().get("/".join((namespace, *rest[::2])).lower())
