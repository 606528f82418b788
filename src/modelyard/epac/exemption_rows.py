"""policyExemptions/<pacSelector>: files of exemptions in JSON and CSV, read into rows of the same shape."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.epac.repository import JSON, RepositorySource
from modelyard.files import JsonObject, loads

FOLDER = "policyExemptions"
KEYS = frozenset(
    {
        "name", "displayName", "description", "exemptionCategory", "expiresOn", "scope", "scopes", "policyAssignmentId",
        "policyDefinitionId", "policyDefinitionName", "policySetDefinitionId", "policySetDefinitionName",
        "policyDefinitionReferenceIds", "resourceSelectors", "assignmentScopeValidation", "metadata",
        "status", "expiresInDays",
    }
)  # fmt: skip
"""The last two tell how things stood when EPAC's exporter wrote them (Scripts/Helpers/Out-PolicyExemptions.ps1)."""
ABOUT = (
    "policyAssignmentId", "policyDefinitionId", "policyDefinitionName", "policySetDefinitionId",
    "policySetDefinitionName",
)  # fmt: skip
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One exemption as written; `place` is its JSON path, or its line in a CSV. `about` is one key of ABOUT.

    `scopes` are pairs of a postfix for texts and a scope.
    """

    file: str
    place: str
    written: JsonObject
    about: str
    scopes: tuple[tuple[str, str], ...]


def rows(source: RepositorySource, selector: str) -> Iterator[Row]:
    """The rows that can be read; the others are refused."""
    folder = f"{FOLDER}/{selector}"
    for path in source.paths(folder, *JSON):
        document = source.document(path) or {}
        source.unknown(path, "$", document, frozenset({"exemptions"}))
        for at, written in enumerate(document.get("exemptions") or ()):
            yield from _row(source, path, f"$.exemptions[{at}]", written)
    for path in source.paths(folder, ".csv"):
        for number, written in enumerate(csv.DictReader(io.StringIO(source.files[path].removeprefix("\ufeff"))), 2):
            yield from _from_csv(source, path, f"line {number}", written)


def _row(source: RepositorySource, path: str, place: str, written: Any) -> Iterator[Row]:
    if not isinstance(written, Mapping):
        source.refuse(path, place, "an exemption is an object")
        return
    source.unknown(path, place, written, KEYS)
    about = [key for key in ABOUT if written.get(key)]
    scopes = [str(written["scope"])] if written.get("scope") else []
    listed = written.get("scopes") or []
    if len(about) != 1:
        source.refuse(path, place, "an exemption names one thing that it exempts from", allowed=", ".join(ABOUT))
    elif bool(scopes) is bool(listed):
        source.refuse(path, place, "an exemption has either scope or scopes")
    elif (problem := _problem(written)) is not None:
        source.refuse(path, f"{place}.{problem[0]}", problem[1])
    else:
        pairs = [("", scope.strip()) for scope in scopes] + [_postfixed(str(scope)) for scope in listed]
        for _, scope in pairs:
            if not scope.startswith("/") or "subscriptionsPattern" in scope or "*" in scope:
                source.refuse(
                    path, place, f"'{scope}' is no scope that can be told without Azure",
                    remedy="name the management groups, subscriptions or resource groups by their ids",
                )  # fmt: skip
                return
        yield Row(path, place, written, about[0], tuple(pairs))


def _problem(written: Mapping[str, Any]) -> tuple[str, str] | None:
    for key in ("name", "displayName", "exemptionCategory"):
        if not written.get(key):
            return key, f"an exemption has a {key}"
    if written["exemptionCategory"] not in {"Waiver", "Mitigated"}:
        return "exemptionCategory", f"'{written['exemptionCategory']}' is neither Waiver nor Mitigated"
    if (written.get("assignmentScopeValidation") or "Default") not in {"Default", "DoNotValidate"}:
        return "assignmentScopeValidation", "it is neither Default nor DoNotValidate"
    if written.get("assignmentScopeValidation") == "DoNotValidate" and not written.get("policyAssignmentId"):
        return "assignmentScopeValidation", "DoNotValidate is for exemptions by policyAssignmentId alone"
    return None


def _postfixed(written: str) -> tuple[str, str]:
    """`name:/scope`, `:/scope` for no postfix, or `/scope`, whose last part is the postfix."""
    postfix, colon, scope = written.strip().partition(":")
    return (postfix, scope) if colon else (postfix.rpartition("/")[2], postfix)


def _from_csv(source: RepositorySource, path: str, place: str, cells: Mapping[str, str | None]) -> Iterator[Row]:
    written: dict[str, Any] = {key: value.strip() for key, value in cells.items() if key and value and value.strip()}
    if not written:
        return
    about = written.pop("assignmentReferenceId", None)
    if about:
        written[_referred(about)] = about.partition("/")[2] if not about.startswith("/") else about
    for key in ("scopes", "policyDefinitionReferenceIds"):
        if key in written:
            written[key] = [each.strip() for each in written[key].split("&") if each.strip()]
    for key in ("metadata", "resourceSelectors"):
        if key in written:
            try:
                written[key] = loads(written[key])
            except ValueError:
                source.refuse(path, place, f"{key} is no JSON: {written[key]}")
                return
    yield from _row(source, path, place, written)


def _referred(about: str) -> str:
    """What a CSV's `assignmentReferenceId` refers to: an id, or `policyDefinitions/<name>`."""
    folded = about.lower()
    ending = "Id" if about.startswith("/") else "Name"
    if "policysetdefinitions/" in folded:
        return f"policySetDefinition{ending}"
    return f"policyDefinition{ending}" if "policydefinitions/" in folded else "policyAssignmentId"
