"""Files of policy cases, read; `cases` has their format and runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from modelyard import files
from modelyard.files import JsonObject
from modelyard.findings import Position
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language import aliases as alias_tables
from modelyard.policy.language import dates
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.policy.testing import schema
from modelyard.syntax.depth import too_deep_yaml
from modelyard.syntax.yaml_mistakes import explain

MERGE = "<<"


class _Loader(yaml.CSafeLoader):
    """YAML in which dates and keys stay text, as they are in JSON, and `!unknown` is a value."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    """A mapping by text. A key that stands twice would hide what was said first."""
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or (key.value in seen and key.value != MERGE):
            why = "stands twice" if isinstance(key, yaml.ScalarNode) else "is no text"
            raise yaml.constructor.ConstructorError(None, None, f"the key '{key.value}' {why}", key.start_mark)
        seen.add(key.value)
    loader.flatten_mapping(node)
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


_Loader.add_constructor("!unknown", lambda _loader, _node: UNKNOWN)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


FILE_KEYS = ("aliases", "policy_definition", "policy_rule", "now", "cases")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as written, with its place in the file. `wrong` is empty for one that can be run."""

    position: Position
    note: str
    written: JsonObject
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of cases, read.

    A definition in a file of its own is the one that is assigned, so its fields are Azure's alone (`strict`); in one
    that stands among the cases, plain paths do as well.
    """

    path: Path
    fields: Fields
    strict: Fields
    definition: "CaseDefinition"
    now: str | None
    cases: tuple[Case, ...]
    tags_in_properties: bool = False

    def definition_of(self, written: JsonObject) -> "CaseDefinition":
        """The definition that a case is of, its own before the file's."""
        own = _definition(self.path, written, self.fields, self.strict)
        return self.definition if own is None else own


class CaseDefinition(NamedTuple):
    """A definition as it stands in a file of cases or beside it, with the fields it may name.

    alone     it is a rule without parameters
    problem   why it can't be read, where it can't
    named     it stands in a file of its own, so that one that can't be read is never a refusal that a case expects
    """

    document: Any
    fields: Fields
    alone: bool = False
    problem: str = ""
    named: bool = False


def read(path: Path) -> CaseFile:
    """A file of cases. Raises `policy.cases-unreadable`, `policy.aliases-unreadable`."""
    try:
        text = files.text(path)
        if deep := too_deep_yaml(text):
            raise PolicyFailure.of(
                "policy.cases-unreadable",
                problem=f"the file of cases is nested too deeply, in line {deep[0]}",
                where=str(path),
            )
        loader = _Loader(text)
        root = loader.get_single_node()
        document: Any = loader.construct_document(root) if root is not None else {}
    except yaml.MarkedYAMLError as wrong:
        raise PolicyFailure.of(
            "policy.cases-unreadable",
            problem=f"the file of cases can't be read: {explain(text, wrong)}",
            where=str(path),
        ) from wrong
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        raise PolicyFailure.of(
            "policy.cases-unreadable", problem=f"the file of cases can't be read: {wrong}", where=str(path)
        ) from wrong
    except ValueError as wrong:
        problem = "the file of cases can't be read: a number has more digits than are read"
        raise PolicyFailure.of("policy.cases-unreadable", problem=problem, where=str(path)) from wrong
    listed = document.get("cases") if isinstance(document, dict) else None
    if root is None or not listed or not isinstance(listed, list) or not all(isinstance(case, dict) for case in listed):
        raise PolicyFailure.of(
            "policy.cases-unreadable",
            problem="The file has no list of cases",
            where=str(path),
            allowed="a mapping with the key 'cases'",
        )
    for key in document:
        if key not in FILE_KEYS:
            raise PolicyFailure.of(
                "policy.cases-unreadable",
                problem=f"'{key}' is no key of a file of cases",
                where=str(path),
                allowed=", ".join(FILE_KEYS),
            )
    now = document.get("now")
    if now is not None and dates.moment(str(now)) is None:
        raise PolicyFailure.of(
            "policy.cases-unreadable",
            problem=f"'{now}' is no date and time",
            where=str(path),
            allowed="2026-11-23T00:00:00Z",
        )
    alone = document.get("policy_definition") is None and document.get("policy_rule") is None
    marks = next(value for name, value in root.value if name.value == "cases").value
    cases = tuple(
        Case(
            Position(str(path), node.start_mark.line + 1, node.start_mark.column + 1),
            str(case.get("note", "")),
            case,
            "\n".join(schema.wrong(case, alone=alone)),
        )
        for node, case in zip(marks, listed, strict=True)
    )
    table = alias_tables.standard()
    named = document.get("aliases")
    if named is not None:
        table = table | _aliases(path, str(named))
    fields, strict = Fields(table, raw=True), Fields(table)
    definition = _definition(path, document, fields, strict) or CaseDefinition(None, fields)
    return CaseFile(path, fields, strict, definition, now, cases, named is not None)


def _aliases(path: Path, named: str) -> alias_tables.Aliases:
    for place in (path.parent / named, path.parent / "aliases" / named, path.parent.parent / "aliases" / named):
        if files.is_file(place):
            try:
                return alias_tables.from_providers(files.json_of(place))
            except files.FileUnreadable as wrong:
                raise PolicyFailure.of(
                    "policy.aliases-unreadable",
                    problem=f"the alias table can't be read: {wrong.problem}",
                    where=str(place),
                ) from wrong
    raise PolicyFailure.of(
        "policy.cases-unreadable",
        problem=f"There is no alias table '{named}'",
        where=str(path),
        allowed="a file beside it, or in aliases/ there or one folder up",
    )


def _is_file(written: Any) -> bool:
    """Whether a definition is written as the name of its file."""
    return isinstance(written, str) and not written.lstrip().startswith(("{", "[", '"'))


def _definition(path: Path, holder: Mapping[str, Any], fields: Fields, strict: Fields) -> CaseDefinition | None:
    """What a case or its file has for a definition: a mapping, JSON text, or a file's name. None: it has none."""
    alone = holder.get("policy_definition") is None
    written = holder.get("policy_rule") if alone else holder["policy_definition"]
    if written is None:
        return None
    named = _is_file(written)
    found: Any = written
    problem = ""
    if isinstance(written, str):
        place = path.parent / written.strip() if named else path
        try:
            found = files.json_of(place, unique=True) if named else files.parsed(written, path, unique=True)
        except files.FileUnreadable as wrong:
            problem = f"{place}: {wrong.problem}" if named else wrong.problem
    if alone:
        found = {"mode": "All", "policyRule": found}
    return CaseDefinition(found, strict if named else fields, alone, problem, named)
