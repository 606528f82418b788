"""A row of policyExemptions as exemptions: one for each scope, and for each assignment that it exempts from.

A row about a definition is for every assignment that has it. Which management groups stand above a scope only Azure
knows, so an assignment at any of them counts; an exemption from one that doesn't reach the scope changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.epac.definition_index import REFERENCE, DefinitionIndex
from modelyard.epac.definitions import POLICIES, SETS
from modelyard.epac.exemption_rows import DAY, Row, rows
from modelyard.epac.repository import RepositorySource
from modelyard.policy.documents import scopes
from modelyard.policy.language import dates

KIND = "Microsoft.Authorization/policyExemptions"
LONGEST = 64


def read(known: DefinitionIndex, assignments: Sequence[ArmDocument]) -> Iterator[ArmDocument]:
    """The exemptions of the environment as ARM documents."""
    seen: dict[str, str] = {}
    for row in rows(known.source, known.environment.selector):
        targets = _targets(known, assignments, row)
        for postfix, scope in row.scopes:
            for target, references, named_after in targets:
                document = _document(known.source, row, postfix, scope.rstrip("/"), target, references, named_after)
                if not _reaches(target, scope):
                    continue
                if document["id"].lower() in seen:
                    known.source.refuse(
                        row.file,
                        row.place,
                        f"'{document['name']}' exists at its scope in {seen[document['id'].lower()]}",
                    )
                    continue
                seen[document["id"].lower()] = f"{row.file}: {row.place}"
                yield document


def _reaches(assignment_id: str, scope: str) -> bool:
    at = scopes.parent(assignment_id)
    return at.lower().startswith(scopes.GROUPS) or scopes.within(at, scope)


def _targets(
    known: DefinitionIndex, assignments: Sequence[Mapping[str, Any]], row: Row
) -> list[tuple[str, list[str], str]]:
    """Assignments' ids, the members that are meant (none: all), and what is added to the exemption's name."""
    value = str(row.written[row.about])
    if row.about == "policyAssignmentId":
        assigned = next((each for each in assignments if each["id"].lower() == value.lower()), None)
        set_id = str(assigned["properties"]["policyDefinitionId"]) if assigned else ""
        return [(value, _members(known, row, set_id), "")]
    kind = SETS if "Set" in row.about else POLICIES
    if kind == POLICIES and row.written.get("policyDefinitionReferenceIds"):
        known.source.refuse(
            row.file, f"{row.place}.policyDefinitionReferenceIds", "an exemption by a policy says itself which members",
            remedy=f"take it out, or name members of an assignment or a policy set instead of {row.about}",
        )  # fmt: skip
    wanted = known.named(kind, value) if row.about.endswith("Name") else value
    found = []
    for each in assignments:
        assigned_id = str(each["properties"]["policyDefinitionId"])
        if assigned_id.lower() == wanted.lower():
            references = _members(known, row, assigned_id) if kind == SETS else []
            found.append((each["id"], references, each["name"]))
        elif kind == POLICIES:
            members = known.members(assigned_id) or ()
            references = [str(one.get(REFERENCE)) for one in members if _is(one, wanted)]
            if references:
                found.append((each["id"], references, each["name"]))
    if not found:
        known.source.pass_over(
            row.file, f"{row.place}.{row.about}", f"nothing is exempt: no assignment of this repository has '{value}'"
        )
    # EPAC adds the assignment's name where the row goes by a definition's id, or a name that it looked up.
    return found


def _is(member: Mapping[str, Any], id_: str) -> bool:
    return str(member.get("policyDefinitionId")).lower() == id_.lower()


def _members(known: DefinitionIndex, row: Row, set_id: str) -> list[str]:
    """`policyDefinitionReferenceIds`, which may also name members by the id or the name of their definition."""
    found: list[str] = []
    references = known.references(set_id) if set_id else None
    for written in row.written.get("policyDefinitionReferenceIds") or ():
        text = str(written)
        folded = text.lower()
        by_name = folded.startswith("policydefinitions/")
        if not by_name and "/providers/microsoft.authorization/policydefinitions/" not in folded:
            if references is not None and folded not in references:
                known.source.refuse(
                    row.file, f"{row.place}.policyDefinitionReferenceIds", f"there is no member '{text}'"
                )
            found.append(text)
            continue
        wanted = known.named(POLICIES, text.partition("/")[2]) if by_name else text
        members = [str(one[REFERENCE]) for one in known.members(set_id) or () if _is(one, wanted)]
        if not members:
            known.source.refuse(row.file, f"{row.place}.policyDefinitionReferenceIds", f"no member is '{text}'")
        found += members
    return found


def _document(
    source: RepositorySource,
    row: Row,
    postfix: str,
    scope: str,
    assignment_id: str,
    references: list[str],
    named_after: str,
) -> ArmDocument:
    written = row.written
    name = f"{written['name']}-{named_after}" if named_after else str(written["name"])
    if len(name) > LONGEST:
        source.refuse(row.file, f"{row.place}.name", f"'{name}' has {len(name)} characters", allowed=str(LONGEST))
    added = "".join(f" - {each}" for each in (postfix, named_after) if each)
    properties = {
        "displayName": f"{written['displayName']}{added}",
        "description": f"{written['description']}{added}" if written.get("description") else "",
        "exemptionCategory": written["exemptionCategory"],
        "expiresOn": _expires(source, row),
        "policyAssignmentId": assignment_id,
        "policyDefinitionReferenceIds": references,
        "resourceSelectors": written.get("resourceSelectors"),
        "assignmentScopeValidation": written.get("assignmentScopeValidation"),
        "metadata": written.get("metadata"),
    }
    return {
        "id": f"{scope}/providers/{KIND}/{name}",
        "name": name,
        "type": KIND,
        "properties": {key: value for key, value in properties.items() if value},
    }


def _expires(source: RepositorySource, row: Row) -> str:
    """The end, as ARM writes it. A day alone ends where it begins, in UTC, as EPAC reads it."""
    written = str(row.written.get("expiresOn") or "")
    text = f"{written}T00:00:00Z" if DAY.fullmatch(written) else written
    if text and dates.moment(text) is None:
        source.refuse(
            row.file, f"{row.place}.expiresOn", f"'{written}' is no date", allowed="2027-01-31, 2027-01-31T00:00:00Z"
        )
    return text
