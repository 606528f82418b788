"""Files of policy cases, read; `cases` has their format and runs them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from modelyard.arm.table import rows
from modelyard.findings import Position
from modelyard.policy import aliases as alias_tables
from modelyard.policy.failures import AliasesUnreadable, CasesUnreadable
from modelyard.policy.fields import Fields
from modelyard.policy.unknown import UNKNOWN


class _Loader(yaml.CSafeLoader):
    """YAML in which dates stay text, as they are in JSON, and `!unknown` is a value."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("!unknown", lambda _loader, _node: UNKNOWN)


@dataclass(frozen=True, slots=True)
class Case:
    """One case as written, with its place in the file."""

    position: Position
    note: str
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of cases, read."""

    path: Path
    fields: Fields
    definition: Any
    now: str | None
    cases: tuple[Case, ...]
    tags_in_properties: bool = False


def read(path: Path) -> CaseFile:
    """A file of cases. Raises CasesUnreadable, AliasesUnreadable."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        document: Any = loader.construct_document(root) if root is not None else {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        raise CasesUnreadable(f"The file of cases can't be read: {wrong}", where=str(path)) from wrong
    listed = document.get("cases") if isinstance(document, dict) else None
    if root is None or not isinstance(listed, list) or not all(isinstance(case, dict) for case in listed):
        raise CasesUnreadable(
            "The file has no list of cases", where=str(path), allowed="a mapping with the key 'cases'"
        )
    marks = next(value for name, value in root.value if name.value == "cases").value
    cases = tuple(
        Case(Position(str(path), node.start_mark.line + 1, node.start_mark.column + 1), str(case.get("note", "")), case)
        for node, case in zip(marks, listed, strict=True)
    )
    table = alias_tables.from_rows(rows())
    named = document.get("aliases")
    if named is not None:
        table = table | _aliases(path, str(named))
    now = document.get("now")
    return CaseFile(
        path, Fields(table, raw=True), read_json(path, document.get("policy_definition")), now, cases, named is not None
    )


def _aliases(path: Path, named: str) -> alias_tables.Aliases:
    for place in (path.parent / named, path.parent / "aliases" / named):
        if place.is_file():
            try:
                return alias_tables.from_providers(json.loads(place.read_text(encoding="utf-8-sig")))
            except ValueError as wrong:
                raise AliasesUnreadable(f"The alias table is no JSON: {wrong}", where=str(place)) from wrong
    raise CasesUnreadable(
        f"There is no alias table '{named}'", where=str(path), allowed="a file beside it, or in aliases/"
    )


def read_json(path: Path, written: Any) -> Any:
    """JSON as a mapping, as text, or as the name of a file beside this one."""
    if not isinstance(written, str):
        return written
    place = path.parent / written.strip() if not written.lstrip().startswith("{") else None
    try:
        return json.loads(place.read_text(encoding="utf-8-sig") if place is not None else written)
    except (OSError, ValueError) as wrong:
        raise CasesUnreadable(f"The definition can't be read: {wrong}", where=str(place or path)) from wrong
