"""The CSV of a branch (`parameterFile`): effects, parameters and messages of the members of initiatives, a row each.

An effect becomes the initiative's own parameter where it has one for it that takes the value, else an override. Where
several initiatives of a branch share a policy, the first acts and the later ones only audit.
"""

import csv
import io
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.epac.assignment_tree import FOLDER, Branch
from modelyard.epac.definition_index import HANDED, REFERENCE, DefinitionIndex
from modelyard.epac.definitions import GUID, POLICIES
from modelyard.epac.repository import RepositorySource
from modelyard.files import JsonDocument, loads

EFFECTS = {
    name.lower(): name
    for name in (
        "Append", "Audit", "AuditIfNotExists", "Deny", "DenyAction", "DeployIfNotExists", "Disabled", "Manual", "Modify"
    )
}  # fmt: skip
LATER = {"append": "audit", "modify": "audit", "deny": "audit", "deployifnotexists": "auditifnotexists"}


@dataclass(slots=True)
class Filled:
    """What the sheet says for one initiative."""

    parameters: JsonDocument = field(default_factory=dict)
    messages: list[dict[str, str]] = field(default_factory=list)
    by_effect: dict[str, list[str]] = field(default_factory=dict)

    @property
    def overrides(self) -> list[ArmDocument]:
        return [
            {"kind": "policyEffect", "value": effect, "selectors": [{"kind": REFERENCE, "in": members}]}
            for effect, members in self.by_effect.items()
        ]


def read(known: DefinitionIndex, branch: Branch, sets: Sequence[str]) -> list[Filled] | None:
    """What the sheet says, for each entry of the branch in order; None for a branch without one."""
    if not branch.sheet:
        for key, value in (("parameterSelector", branch.prefix), ("nonComplianceMessageColumn", branch.message_column)):
            if value:
                known.source.refuse(branch.file, f"{branch.place}.{key}", "it needs a parameterFile")
        return None
    place = f"{branch.place}.parameterFile"
    problem = _problem(branch, sets)
    path = _path(known.source, branch)
    if problem or path is None:
        known.source.refuse(branch.file, place, problem or f"there is no file '{branch.sheet}'")
        return None
    rows = list(csv.DictReader(io.StringIO(known.source.files[path].removeprefix("\ufeff"))))
    columns = set(rows[0]) if rows else set()
    missing = {"name", "referencePath", f"{branch.prefix}Effect", f"{branch.prefix}Parameters"} - columns
    missing |= {branch.message_column} - columns - {""}
    if missing:
        known.source.refuse(path, "line 1", f"columns are missing: {', '.join(sorted(missing))}")
        return None
    shared: dict[str, str] = {}
    handed = [
        (number, {name.lower(): value for name, value in row.items() if isinstance(name, str)})
        for number, row in enumerate(rows, 2)
    ]
    several = _several(known, sets)
    _check(known, path, handed, sets, several)
    return [_filled(known, branch, path, handed, id_, shared, several) for id_ in sets]


def _problem(branch: Branch, sets: Sequence[str]) -> str:
    if not branch.sheet.lower().endswith(".csv"):
        return "only parameter files in CSV are read"
    if not branch.prefix:
        return "a CSV needs a parameterSelector, which says which columns count"
    if len(sets) != len(branch.entries or ()):
        return "a parameterFile is for policy sets alone"
    if branch.overrides:
        return "a branch has either a parameterFile or overrides"
    if branch.message_column and (
        branch.messages or any(entry.get("nonComplianceMessages") for entry in branch.entries or ())
    ):
        return "a branch has either a nonComplianceMessageColumn or nonComplianceMessages"
    return ""


def _path(source: RepositorySource, branch: Branch) -> str | None:
    """By its name anywhere among the assignments, else by its path from the file that names it."""
    by_name = [path for path in source.paths(FOLDER, ".csv") if path.rpartition("/")[2] == branch.sheet]
    if by_name:
        return by_name[0]
    path = posixpath.normpath(posixpath.join(posixpath.dirname(branch.file), branch.sheet))
    return path if path in source.files else None


def _several(known: DefinitionIndex, sets: Sequence[str]) -> frozenset[str]:
    """Policies that one of the initiatives has more than once; rows tell those apart by `referencePath`."""
    found = set()
    for id_ in sets:
        ids = [str(each.get("policyDefinitionId")).lower() for each in known.members(id_) or ()]
        found |= {each for each in ids if ids.count(each) > 1}
    return frozenset(found)


def _check(
    known: DefinitionIndex,
    path: str,
    rows: Sequence[tuple[int, Mapping[str, str]]],
    sets: Sequence[str],
    several: frozenset[str],
) -> None:
    """Rows that name nothing, or the same thing twice, are refused; rows that nobody needs, and members without a row,
    are passed over (Build-AssignmentDefinitionNode.ps1, "validate CSV rows").
    """
    members = [(id_, each) for id_ in sets for each in known.members(id_) or ()]
    spoken_for: set[tuple[str, str]] = set()
    lines: dict[tuple[str, str], int] = {}
    for number, row in rows:
        name = (row.get("name") or "").strip()
        policy = known.named(POLICIES, name).lower()
        if not name:
            continue
        if known.properties(policy) is None and not GUID.fullmatch(name):
            known.source.refuse(path, f"line {number}", f"there is no policy '{name}'")
            continue
        key = (policy, (row.get("referencepath") or "").lower())
        if lines.setdefault(key, number) != number:
            known.source.refuse(path, f"line {number}", f"'{name}' stands in line {lines[key]} already")
        meant = [
            (id_, str(each.get(REFERENCE)))
            for id_, each in members
            if str(each.get("policyDefinitionId")).lower() == policy and _same(row, each, id_, policy in several)
        ]
        spoken_for.update(meant)
        if not meant and all(known.members(id_) is not None for id_ in sets):
            known.source.pass_over(path, f"line {number}", f"no policy set of this branch has '{name}'")
    for id_, each in members:
        reference, policy = str(each.get(REFERENCE)), str(each.get("policyDefinitionId"))
        own = known.effect_parameter(policy)
        written = (each.get("parameters") or {}).get(own or "effect")
        if (id_, reference) not in spoken_for and _default(known, policy, own, written) not in {"manual", "disabled"}:
            known.source.pass_over(path, "line 1", f"there is no row for {reference} of {id_.rpartition('/')[2]}")


def _filled(
    known: DefinitionIndex, branch: Branch, path: str,
    rows: Sequence[tuple[int, Mapping[str, str]]], id_: str, shared: dict[str, str], several: frozenset[str],
) -> Filled:  # fmt: skip
    filled = Filled()
    members = known.members(id_)
    if members is None:
        known.source.refuse(path, branch.sheet, f"the policy set {id_} isn't at hand, so its members aren't known")
        return filled
    for number, row in rows:
        name = (row.get("name") or "").strip()
        if not name:
            continue
        written = row.get(f"{branch.prefix}Parameters".lower()) or ""
        try:
            filled.parameters |= loads(written) if written.strip() else {}
        except (ValueError, TypeError):
            known.source.refuse(path, f"line {number}", f"{branch.prefix}Parameters is no JSON object: {written}")
        policy = known.named(POLICIES, name).lower()
        for member in members:
            if str(member.get("policyDefinitionId")).lower() == policy and _same(row, member, id_, policy in several):
                _row(known, branch, path, number, row, id_, member, shared, filled)
    return filled


def _same(row: Mapping[str, str], member: ArmDocument, id_: str, told_apart: bool) -> bool:
    wanted = (row.get("referencepath") or "").replace("\\\\", "//")
    return not told_apart or wanted.lower() == f"{id_.rpartition('/')[2]}//{member.get(REFERENCE)}".lower()


def _row(
    known: DefinitionIndex, branch: Branch, path: str, number: int, row: Mapping[str, str], id_: str,
    member: ArmDocument, shared: dict[str, str], filled: Filled,
) -> None:  # fmt: skip
    reference, policy = str(member.get(REFERENCE)), str(member.get("policyDefinitionId"))
    if branch.message_column and (text := row.get(branch.message_column.lower())):
        filled.messages.append({"message": text, REFERENCE: reference})
    effect = (row.get(f"{branch.prefix}Effect".lower()) or "").strip().lower()
    if effect not in EFFECTS:
        known.source.refuse(path, f"line {number}", f"'{effect}' is no effect", allowed=", ".join(EFFECTS.values()))
        return
    own = known.effect_parameter(policy)
    written = (member.get("parameters") or {}).get(own or "effect")
    handed = HANDED.fullmatch(str(written.get("value"))) if isinstance(written, Mapping) else None
    declared = (known.parameters(id_) or {}).get(handed[1], {}) if handed else {}
    takes = [str(each) for each in declared.get("allowedValues") or EFFECTS.values()] if handed else []
    overriding = ((known.parameters(policy) or {}).get(own or "effect") or {}).get("allowedValues")
    may = [str(each) for each in overriding or EFFECTS.values()]
    key = f"{policy}//{row.get('referencepath') or ''}".lower()
    if shared.setdefault(key, f"{id_} {effect}") != f"{id_} {effect}":
        effect = _later(effect, (*takes, *may))
    spelled = next((each for each in (*takes, *may) if each.lower() == effect), None)
    if spelled is None:
        known.source.refuse(
            path, f"line {number}", f"'{effect}' isn't an effect of {reference}", allowed=", ".join(may)
        )
    elif handed and spelled in takes:
        if spelled != declared.get("defaultValue"):
            filled.parameters[handed[1]] = spelled
    elif spelled.lower() != _default(known, policy, own, written):
        filled.by_effect.setdefault(spelled, []).append(reference)


def _later(effect: str, possible: Sequence[str]) -> str:
    """The effect where another initiative of the branch has the same policy already."""
    wanted = LATER.get(effect, effect)
    folded = {each.lower() for each in possible}
    return wanted if wanted in folded or wanted not in LATER.values() else "disabled"


def _default(known: DefinitionIndex, policy: str, own: str | None, written: Any) -> str:
    """The effect without the sheet: fixed by the initiative, else the definition's own; empty where nobody knows."""
    if isinstance(written, Mapping) and not HANDED.fullmatch(str(written.get("value"))):
        return str(written.get("value")).lower()
    if own:
        return str(((known.parameters(policy) or {}).get(own) or {}).get("defaultValue", "")).lower()
    rule = (known.properties(policy) or {}).get("policyRule") or {}
    return str((rule.get("then") or {}).get("effect", "")).lower()
