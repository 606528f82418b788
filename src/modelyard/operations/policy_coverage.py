"""Which definitions and initiatives of a folder can be evaluated here, and why the others can't."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard import files
from modelyard.audit.failures import PoliciesUnreadable
from modelyard.audit.policy_files import within
from modelyard.epac import jsonc
from modelyard.failures import Failure
from modelyard.operations.context import OperationContext
from modelyard.policy.documents import definition_registry
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language.aliases import from_providers, standard
from modelyard.policy.language.fields import Fields
from modelyard.report.result import Report

NOTHING = "it holds no policy definition and no initiative"


@dataclass(slots=True)
class Coverage:
    """What was found in a folder. `others` is how many documents are neither definition nor initiative."""

    definitions: list[Definition] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    refused: list[tuple[bool, PolicyFailure]] = field(default_factory=list)
    unreadable: list[Failure] = field(default_factory=list)
    others: int = 0

    def counts(self, *, initiatives: bool) -> tuple[int, int]:
        """How many load, and of how many."""
        loaded = len(self.initiatives if initiatives else self.definitions)
        return loaded, loaded + sum(1 for is_initiative, _ in self.refused if is_initiative is initiatives)

    def reasons(self) -> dict[str, list[str]]:
        """The names of what is refused by the reason, the most frequent first."""
        found: dict[str, list[str]] = {}
        for _, failure in self.refused:
            found.setdefault(failure.what, []).append(failure.subject)
        return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def measure_coverage(place: Path, context: OperationContext, *, aliases: Path | None = None) -> Report:
    """Tell which definitions and initiatives can be evaluated here, and why the others can't.

    `place` is a folder of JSON files, or one file, with documents as Azure or EPAC writes them, one or a list in each.
    `aliases` is a file of `az provider list --expand resourceTypes/aliases`.

    `Report.data` has `definitions` and `initiatives`, each with `loaded` and `of`; `refused`, a list of `reason`,
    `count` and `names`; `incomplete`, a list of initiatives, each with its `name` and those of its members that are
    `refused` or `notAtHand`; and `others`, how many documents are neither. `Report.failures` has each refusal, and each
    file that can't be read. Raises PoliciesUnreadable where there is no file, or nothing in them is a policy.
    """
    known = standard()
    fields = Fields(known | from_providers(files.json_of(aliases)) if aliases else known)
    found = Coverage()
    paths = _files(place)
    for number, path in enumerate(paths, 1):
        context.progress.passing(f"  {number} of {len(paths)} files …")
        try:
            for name, document in _documents(path):
                _load(found, name, document, fields)
        except PoliciesUnreadable as failure:
            found.unreadable.append(failure)
    context.progress.clear()
    loaded, of = found.counts(initiatives=False)
    sets, of_sets = found.counts(initiatives=True)
    if not (of or of_sets or found.unreadable):
        raise PoliciesUnreadable.of("audit.policies-unreadable", file=place, problem=NOTHING)
    incomplete = list(_incomplete(found, fields))
    return Report(
        command="policy coverage",
        failures=(*(failure for _, failure in found.refused), *found.unreadable),
        text="\n".join(_lines(found, incomplete)),
        data={
            "definitions": {"loaded": loaded, "of": of},
            "initiatives": {"loaded": sets, "of": of_sets},
            "refused": [{"reason": why, "count": len(names), "names": names} for why, names in found.reasons().items()],
            "incomplete": incomplete,
            "others": found.others,
        },
    )


def _files(place: Path) -> list[Path]:
    """The files of a folder, those of tests left out; a file alone."""
    if not files.is_folder(place):
        return [place]
    found = [*within(place), *sorted(place.rglob("*.jsonc"))]
    if not found:
        raise PoliciesUnreadable.of("audit.policies-unreadable", file=place, problem="the folder has no JSON file")
    return found


def _documents(file: Path) -> Iterator[tuple[str, Any]]:
    """The documents of a file, each with what messages call it. Raises PoliciesUnreadable."""
    try:
        written = jsonc.loads(files.text(file))
    except files.FileUnreadable as wrong:
        raise PoliciesUnreadable.of("audit.policies-unreadable", file=file, problem=wrong.problem) from None
    except ValueError as wrong:
        raise PoliciesUnreadable.of("audit.policies-unreadable", file=file, problem=str(wrong)) from None
    listed = written.get("value", [written]) if isinstance(written, Mapping) else written
    rows = listed if isinstance(listed, list) else [written]
    for at, each in enumerate(rows):
        yield (str(file) if len(rows) == 1 else f"{file}[{at}]"), each


def _load(found: Coverage, place: str, document: Any, fields: Fields) -> None:
    written: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
    body = written.get("properties", written)
    parts = {str(part).lower() for part in body} if isinstance(body, Mapping) else set()
    is_initiative = "policydefinitions" in parts
    if not is_initiative and "policyrule" not in parts:
        found.others += 1
        return
    try:
        if is_initiative:
            found.initiatives.append(Initiative.load(document, name=place))
        else:
            found.definitions.append(Definition.load(document, fields, name=place))
    except PolicyFailure as failure:
        failure.subject = str(written.get("name") or body.get("displayName") or place)
        failure.alike = f"{failure.code} {failure.what}"
        failure.where = f"{place}: {failure.where}"
        found.refused.append((is_initiative, failure))


def _incomplete(found: Coverage, fields: Fields) -> Iterator[dict[str, Any]]:
    """Initiatives of which members can't be evaluated, because they are refused or nowhere at hand."""
    refused = {failure.subject.lower() for is_initiative, failure in found.refused if not is_initiative}
    library = Library([*found.definitions])
    at_hand = definition_registry.standard(fields)
    for initiative in found.initiatives:
        members: dict[str, list[str]] = {"refused": [], "notAtHand": []}
        for each in initiative.members:
            name = each.definition_id.rpartition("/")[2]
            if name.lower() in refused:
                members["refused"].append(each.reference)
            elif library.find(each.definition_id) is None and at_hand.find(each.definition_id) is None:
                members["notAtHand"].append(each.reference)
        if any(members.values()):
            yield {"name": initiative.name, **members}


def _lines(found: Coverage, incomplete: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for noun, initiatives in (("definitions", False), ("initiatives", True)):
        loaded, of = found.counts(initiatives=initiatives)
        if of:
            yield f"{loaded:,} of {of:,} {noun} can be evaluated"
    counted = Counter(key for each in incomplete for key in ("refused", "notAtHand") if each[key])
    if counted["refused"]:
        yield f"{counted['refused']:,} initiatives have members that are refused"
    if counted["notAtHand"]:
        yield f"{counted['notAtHand']:,} initiatives have members that are not at hand (`modelyard policy pull`)"
    if found.others:
        yield f"{found.others:,} other documents are neither a definition nor an initiative"
    if reasons := found.reasons():
        yield ""
        yield "refused, by reason:"
        yield from (f"{len(names):>7,}  {why}" for why, names in reasons.items())
