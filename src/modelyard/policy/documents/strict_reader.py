"""Assignments and exemptions as somebody wrote them, read strictly: were a misspelt `notScopes` passed over, a policy
would rule more than its author thinks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.policy.documents.written_definition import PolicyDocument
from modelyard.policy.failures import AssignmentRefused


@dataclass(frozen=True, slots=True)
class StrictDocument:
    """One document, with the members of its `properties`, or its own where it has none."""

    id: str
    name: str
    body: PolicyDocument

    def rows(self, member: str) -> Sequence[PolicyDocument]:
        """A member that is an array of objects. Raises AssignmentRefused."""
        return rows(self.name, f"properties.{member}", self.body.get(member))

    def texts(self, member: str) -> tuple[str, ...]:
        """A member that is an array of texts; empty where there is none. Raises AssignmentRefused."""
        found = self.body.get(member)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise AssignmentRefused(self.name, f"properties.{member}", "this is no array of texts")
        return tuple(found)


def read(kind: str, document: Any, known: Collection[str]) -> StrictDocument:
    """A document with nothing but `known` (folded) among its properties. Raises AssignmentRefused."""
    if not isinstance(document, Mapping):
        raise AssignmentRefused(kind, "$", f"an {kind} is a JSON object")
    body = document.get("properties", document)
    if not isinstance(body, Mapping):
        raise AssignmentRefused(kind, "properties", "properties are a JSON object")
    id_ = str(document.get("id") or "")
    name = str(document.get("name") or id_.rpartition("/")[2])
    for each in body if body is not document else ():
        if each.lower() not in known:
            raise AssignmentRefused(name, f"properties.{each}", f"an {kind} has no '{each}'")
    return StrictDocument(id_, name, body)


def rows(owner: str, place: str, written: Any) -> Sequence[PolicyDocument]:
    """An array of objects; empty where there is none. Raises AssignmentRefused."""
    if written is None:
        return ()
    if not isinstance(written, list) or not all(isinstance(row, Mapping) for row in written):
        raise AssignmentRefused(owner, place, "this is no array of objects")
    return written
