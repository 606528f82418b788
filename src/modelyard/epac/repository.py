"""The files of one repository, and all that was found wrong with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.epac import jsonc
from modelyard.epac.failures import EpacRefused
from modelyard.failures import Failure
from modelyard.files import JsonDocument, JsonObject
from modelyard.findings import Finding, Position
from modelyard.policy.language.value_order import describe
from modelyard.syntax import json_mistakes

JSON = (".json", ".jsonc")

DEFINITION = {
    "parameters": dict, "parameters.*": dict, "parameters.*.allowedValues": list, "policyRule": dict,
    "policyRule.then": dict, "metadata": dict,
}  # fmt: skip
MEMBER = {"policyDefinitions.*.parameters": dict, "policyDefinitions.*.parameters.*": dict}
SHAPES: Mapping[str, Mapping[str, type]] = {
    "policyDefinitions": {f"{at}{place}": kind for at in ("", "properties.") for place, kind in DEFINITION.items()},
    "policySetDefinitions": {
        f"{start}{place}": kind for start in ("", "properties.") for place, kind in {**DEFINITION, **MEMBER}.items()
    },
    "policyAssignments": {
        "assignment": dict, "definitionEntry.assignment": dict, "definitionEntryList.*.assignment": dict,
        "children": list, "epacCloudEnvironments": list, "enforcementMode": str,
    },
    "policyExemptions": {
        "exemptions": list, "exemptions.*.scopes": list, "exemptions.*.exemptionCategory": str,
        "exemptions.*.assignmentScopeValidation": str, "exemptions.*.policyDefinitionReferenceIds": list,
    },
    "policyEnrollments": {"scopes": list, "policyDefinitionReferenceIds": list, "resourceSelectors": list},
    "global-settings.jsonc": {"pacEnvironments": list},
    "global-settings.json": {"pacEnvironments": list},
}  # fmt: skip
"""What the files of a folder hold where, as far as no reader of theirs asks it: `*` is each member or element. A node
of assignments has those of its children too. Null is as good as nothing, but for a member or an element.
"""
TYPES: Mapping[type, str] = {dict: "an object", list: "an array", str: "a text"}


def misshapen(written: Any, shapes: Mapping[str, type], place: str = "$") -> Iterator[tuple[str, str, str]]:
    """Where something is of another type than its reader takes: the place, what is there, and what is allowed."""
    for pattern, kind in shapes.items():
        for at, value in _at(written, pattern.split("."), place):
            if not isinstance(value, kind) and (value is not None or pattern.endswith("*")):
                yield at, describe(value), TYPES[kind]
    children = written.get("children") if "children" in shapes and isinstance(written, dict) else None
    for number, child in enumerate(children if isinstance(children, list) else ()):
        yield from misshapen(child, shapes, f"{place}.children[{number}]")


def _at(value: Any, steps: list[str], place: str) -> Iterator[tuple[str, Any]]:
    if not steps:
        yield place, value
    elif steps[0] == "*":
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, each in entries:
            yield from _at(each, steps[1:], f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}")
    elif isinstance(value, dict) and steps[0] in value:
        yield from _at(value[steps[0]], steps[1:], f"{place}.{steps[0]}")


class RepositorySource:
    """Texts by path. `folder` is where `global-settings.jsonc` lies, empty or ended by a slash."""

    def __init__(self, files: Mapping[str, str], folder: str = "") -> None:
        self.files = files
        self.folder = folder
        self.refused: list[Failure] = []
        self.passed_over: list[Finding] = []
        self._parsed: dict[str, dict[str, Any] | None] = {}

    def refuse(self, file: str, place: str, problem: str, *, allowed: str = "", remedy: str = "") -> None:
        """Take down what is wrong, and go on."""
        self.refused.append(EpacRefused(file, place, problem, allowed=allowed, remedy=remedy))

    def pass_over(self, file: str, place: str, what: str, *, remedy: str = "") -> None:
        """Take down what EPAC passes over with a warning, as is done here."""
        whole = Position(file, 1, 1)
        self.passed_over.append(Finding.of("epac.passed-over", what, position=whole, path=place, remedy=remedy))

    def paths(self, folder: str, *endings: str) -> Iterator[str]:
        """Files at and below a folder of the repository, in alphabetical order."""
        start = f"{self.folder}{folder}/"
        yield from sorted(path for path in self.files if path.startswith(start) and path.lower().endswith(endings))

    def documents(self, folder: str) -> Iterator[tuple[str, JsonDocument]]:
        """The JSON objects in a folder, with their paths."""
        for path in self.paths(folder, *JSON):
            document = self.document(path)
            if document is not None:
                yield path, document

    def document(self, path: str) -> JsonDocument | None:
        """One JSON object; None, and a refusal the first time, where there is none."""
        if path not in self._parsed:
            self._parsed[path] = self._read(path)
        return self._parsed[path]

    def _read(self, path: str) -> dict[str, Any] | None:
        try:
            document = jsonc.loads(self.files[path])
        except ValueError as error:
            self.refuse(path, "$", json_mistakes.problem(error))
            return None
        if not isinstance(document, dict):
            self.refuse(path, "$", f"it is of type {describe(document)}", allowed="one JSON object")
            return None
        wrong = list(misshapen(document, SHAPES.get(path.removeprefix(self.folder).partition("/")[0], {})))
        for place, found, allowed in wrong:
            self.refuse(path, place, f"it is of type {found}", allowed=allowed)
        return None if wrong else document

    def unknown(self, path: str, place: str, written: JsonObject, known: frozenset[str]) -> None:
        """Refuse each key that isn't read: to pass over it could change what the policies decide."""
        for key in sorted(set(written) - known - {"$schema"}):
            self.refuse(path, f"{place}.{key}", f"'{key}' isn't read", allowed=", ".join(sorted(known)))
