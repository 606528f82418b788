"""Which controls of compliance frameworks a built-in definition stands for, as the initiatives at hand map it.

A group of an initiative is a control where the initiative is one of Azure's, or one that comes with Modelyard and
repeats Azure's; what a team's own initiatives call a group says nothing of others' assignments, nor do the groups that
are Modelyard's own. An assignment of the initiative itself needs no such table: its members name their groups.
"""

from collections.abc import Mapping

from modelyard.policy.documents import built_ins
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.initiative import Initiative

OWN = "modelyard/"
OWN_GROUPS = "Modelyard_"


def mapped(library: Library) -> Mapping[str, tuple[str, ...]]:
    """The groups' names by the folded id of a built-in definition, sorted."""
    found: dict[str, set[str]] = {}
    for initiative in library.initiatives():
        if not _is_framework(initiative):
            continue
        for member in initiative.members:
            groups = {name for name in member.groups if not name.startswith(OWN_GROUPS)}
            if groups and built_ins.is_built_in(member.definition_id):
                found.setdefault(member.definition_id.lower(), set()).update(groups)
    return {id_: tuple(sorted(groups)) for id_, groups in found.items()}


def _is_framework(initiative: Initiative) -> bool:
    return built_ins.is_built_in(initiative.id) or initiative.name.startswith(OWN)
