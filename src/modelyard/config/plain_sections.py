"""Kinds without logic in the stack file: their sections, from the rows of `modelyard.arm.plain_kinds`.

A section stands under the key of its row's parent (`projects.<name>.connections`, `account.locks`). An entry has the
members that ARM's types state, those of `properties` beside those of the envelope. Models are made of the schema when
a section is met, so that a stack without any pays nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, Field, create_model

from modelyard.arm import kinds, plain_kinds
from modelyard.arm.json_path import PROPERTIES, ArmDocument, with_value
from modelyard.arm.resource_types import ResourceType
from modelyard.arm.schema import READ_ONLY, Schema
from modelyard.arm.translation import as_map
from modelyard.config.account import Account
from modelyard.config.document import StackDocument
from modelyard.config.form_types import HIDDEN, model, name_type
from modelyard.config.key_path import KeyPath
from modelyard.config.stack import PlainEntry, StackKeys

SECTION = "f_section_{}"


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it is written. `row` says the kind, `path` where the section stands."""

    row: ResourceType
    path: KeyPath

    @property
    def type(self) -> Any:
        """The map of names to entries that it is."""
        return mapping(self.row)


@cache
def rows() -> tuple[ResourceType, ...]:
    """The rows of the table. Raises KindsUnusable where an installed package adds one under a key of the stack file."""
    taken = {None: keys_of(StackKeys), kinds.ACCOUNT: keys_of(Account)}
    for row in plain_kinds.added():
        if row.section in taken.get(row.parent, ()):
            raise plain_kinds.KindsUnusable(row.type, f"{row.section} is a key of the stack file", "another `section`")
    return plain_kinds.rows()


def keys_of(keys: type[BaseModel]) -> frozenset[str]:
    """The keys that a model takes."""
    return frozenset(field.alias or name for name, field in keys.model_fields.items())


def children(parent: ResourceType | None) -> Iterator[ResourceType]:
    """The rows whose sections stand under the key of this one; those at the top for None."""
    return (row for row in rows() if row.parent is parent)


def top_sections() -> frozenset[str]:
    """Keys at the top of the stack file; reads no schema."""
    return frozenset(row.section for row in children(None))


def account_sections() -> frozenset[str]:
    """Keys under `account`; reads no schema."""
    return frozenset(row.section for row in children(kinds.ACCOUNT))


@cache
def mapping(row: ResourceType) -> Any:
    """The type of a section: names by ARM's pattern to entries."""
    name = row.token.rpartition(":")[2]
    inner: dict[str, Any] = {
        SECTION.format(child.section): (mapping(child), Field(default={}, alias=child.section, description=said(child)))
        for child in children(row)
    }
    made = model(form(row), name, inner)
    return dict[name_type(row.schema.name, row.noun), made]  # type: ignore[misc] # made here


def said(row: ResourceType) -> str:
    """What the key of a section is for."""
    noun = f"{row.noun[:1].upper()}{row.noun[1:]}"
    above = f" of the {row.parent.noun}" if row.parent is not None else ""
    return f"{noun}s{above} by name."


def form(row: ResourceType) -> Schema:
    """The members of an entry: those of ARM's envelope and of `properties` in one object."""
    body, inside = row.schema.body, row.schema.properties
    hidden = {place.removeprefix(f"{PROPERTIES}.") for place in row.secret}
    envelope = {name: each for name, each in body["properties"].items() if name != PROPERTIES}
    needed = [name for name in body.get("required", ()) if name != PROPERTIES]
    variants = [{**each, "properties": _hidden(each["properties"], hidden)} for each in inside.get("oneOf", ())]
    return {
        **({"oneOf": variants, "discriminator": inside["discriminator"]} if variants else {}),
        "type": "object",
        "properties": {**envelope, **_hidden(inside.get("properties", {}), hidden)},
        "required": [*needed, *inside.get("required", ())],
    }


def _hidden(members: Mapping[str, Schema], hidden: set[str]) -> dict[str, Schema]:
    """The members, with those marked that are never shown as a whole."""
    return {name: {**each, HIDDEN: True} if name in hidden else each for name, each in members.items()}


def account_model(*, typed: bool) -> type[Account]:
    """The account with the sections under its key: typed for the schema, or raw, to be fitted one by one."""
    more: dict[str, Any] = {
        SECTION.format(row.section): (
            mapping(row) if typed else Any,
            Field(default={}, alias=row.section, description=said(row)),
        )
        for row in children(kinds.ACCOUNT)
    }
    made: type[Account] = create_model("Account", __base__=Account, **more)
    return made


def sections_of(written: BaseModel, row: ResourceType, path: KeyPath) -> Iterator[tuple[Section, Any]]:
    """The sections that stand under a key, as far as they hold something."""
    for child in children(row):
        if value := getattr(written, SECTION.format(child.section), None):
            yield Section(child, (*path, child.section)), value


def sections(tree: StackDocument, written: Account | None) -> Iterator[tuple[Section, Any]]:
    """The sections of a stack file, those under `account` among them, in the order of the table."""
    for row in children(None):
        if row.section in tree:
            yield Section(row, (row.section,)), tree[row.section]
    if written is not None:
        yield from sections_of(written, kinds.ACCOUNT, (kinds.ACCOUNT.section,))


def entries(section: Section, fitted: Mapping[str, Any], names: tuple[str, ...] = ()) -> Iterator[PlainEntry]:
    """The resources of a section that fits its type, each before those under its key."""
    for name, written in fitted.items():
        path, chain = (*section.path, name), (*names, name)
        yield PlainEntry(row=section.row, names=chain, path=path, body=body(section.row, written))
        for below, value in sections_of(written, section.row, path):
            yield from entries(below, value, chain)


def body(row: ResourceType, written: BaseModel) -> ArmDocument:
    """ARM's body of an entry; secrets stay what they are."""
    below = {SECTION.format(child.section) for child in children(row)}
    members = _listed(written.model_dump(by_alias=True, exclude_none=True, exclude=below))
    inside = {name: value for name, value in members.items() if name not in row.envelope}
    found = {name: value for name, value in members.items() if name in row.envelope}
    if inside:
        found[PROPERTIES] = inside
    for place in row.string_sets:
        found = with_value(found, place, as_map)
    return found


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _listed(each) for name, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, tuple | list) else value


@cache
def keys() -> type[StackKeys]:
    """Every key of the stack file, those of kinds without logic among them."""
    top: dict[str, Any] = {
        SECTION.format(row.section): (mapping(row), Field(default={}, alias=row.section, description=said(row)))
        for row in children(None)
    }
    described = StackKeys.model_fields["account"].description
    top["account"] = (account_model(typed=True), Field(description=described))
    made: type[StackKeys] = create_model("StackKeys", __base__=StackKeys, **top)
    return made


def read_only(path: KeyPath) -> bool:
    """Whether a key of an entry names what only the server writes."""
    found = at(path)
    if found is None:
        return False
    row, inside = found
    here: Schema = form(row)
    for part in inside[:-1]:
        inner = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
        here = inner
    return bool(here.get("properties", {}).get(str(inside[-1]), {}).get(READ_ONLY)) if inside else False


def at(path: KeyPath) -> tuple[ResourceType, KeyPath] | None:
    """The row whose entry a path leads into, and the way within the entry; None outside of such entries."""
    parent, rest = (kinds.ACCOUNT, path[1:]) if path[:1] == (kinds.ACCOUNT.section,) else (None, path)
    found: ResourceType | None = None
    while rest:
        row = next((each for each in children(parent) if each.section == rest[0]), None)
        if row is None or len(rest) < 2:
            break
        found, parent, rest = row, row, rest[2:]
    return None if found is None else (found, rest)
