"""Keys of a stack file that were renamed, seen in a preview before anything is deleted.

A key is a name: to rename it is to delete one resource and create another, so whoever calls a deployment by its old
name is refused from then on. That is told. Where Azure knows nothing of the key, as with access, the new entry is the
very resource of the old one. Pulumi would create it first, Azure's plugin would refuse that since it exists, and then
the old entry's delete would take it away. So there the state is told the new name, and nothing is done in Azure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.arm import marks
from modelyard.arm.declared import arm_id
from modelyard.arm.table import by_token
from modelyard.config.codes.code import note, warning
from modelyard.engine import references
from modelyard.engine.events import Started, name_of, type_of
from modelyard.engine.stack import Stack
from modelyard.findings import Finding

CODES = (
    warning(
        "engine.key-renamed",
        "A key has vanished where its twin appeared",
        "A key is the name in Azure. To rename it deletes one resource and creates another: calls to a deployment by "
        "its old name fail from then on.",
    ),
    note(
        "engine.key-moved",
        "A key is renamed of which Azure knows nothing",
        "The old entry and the new one are one resource in Azure. `modelyard up` keeps it and changes the state alone.",
    ),
)
RENAMED, MOVED = CODES

COMING = frozenset({"create", "create-replacement"})
GOING = frozenset({"delete", "delete-replaced", "replace"})


@dataclass(frozen=True, slots=True)
class Renamed:
    """The URNs before and after; `kept` is the ARM id where both are one resource in Azure, else empty."""

    old: str
    new: str
    kept: str = ""

    @property
    def told(self) -> str:
        """One line about what stays."""
        return f"kept under its new key: {name_of(self.old)} is {name_of(self.new)} now"


def renames(planned: Iterable[Started], subscription_id: str) -> tuple[Renamed, ...]:
    """What was renamed, by a preview's steps; each resource at most once."""
    steps = [each for each in planned if type_of(each.urn) in by_token()]
    moved = tuple(_moved(steps, subscription_id))
    taken = {urn for each in moved for urn in (each.old, each.new)}
    return (*moved, *_twins([each for each in steps if each.urn not in taken]))


def _moved(steps: list[Started], subscription_id: str) -> Iterator[Renamed]:
    """What comes where something that goes, or is replaced, stands."""
    held = {each.id.lower(): each.urn for each in steps if each.op in GOING and each.id}
    for each in steps:
        if each.op in COMING:
            inputs = marks.plain(dict(each.inputs), None)
            id_ = arm_id(by_token()[type_of(each.urn)], inputs, subscription_id)
            old = held.get(id_.lower())
            if old is not None and old != each.urn and type_of(old) == type_of(each.urn):
                yield Renamed(old, each.urn, id_)


def _twins(steps: list[Started]) -> Iterator[Renamed]:
    """What comes with all that something had that goes, but for its name."""
    gone = [each for each in steps if each.op == "delete"]
    for each in steps:
        if each.op == "create":
            twin = next((old for old in gone if _alike(old, each)), None)
            if twin is not None:
                gone.remove(twin)
                yield Renamed(twin.urn, each.urn)


def _alike(old: Started, new: Started) -> bool:
    name = by_token()[type_of(new.urn)].name_parameter
    return type_of(old.urn) == type_of(new.urn) and _without(name, old.inputs) == _without(name, new.inputs)


def _without(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if key != name}


def finding(each: Renamed) -> Finding:
    """What whoever renamed the key should know."""
    old, new, kind = name_of(each.old), name_of(each.new), type_of(each.new).rpartition(":")[2]
    found = f"{old} is gone, {new} is new"
    if each.kept:
        return Finding(
            MOVED.code,
            MOVED.severity,
            f"{new} is what {old} was: one {kind} in Azure, which knows no keys",
            found=found,
            remedy=f"nothing, for `modelyard up` keeps it; where plain Pulumi is run: "
            f"`pulumi state rename '{each.old}' {new}` first",
        )
    return Finding(
        RENAMED.code,
        RENAMED.severity,
        f"{new} is what {old} was: the {kind} {old} will be deleted, and another one created",
        found=found,
        remedy=f"put the key {old} back; or keep both until nobody uses {old} any more",
    )


def keep(stack: Stack, found: Iterable[Renamed]) -> tuple[str, ...]:
    """Gives the state the new names of what stays the same in Azure; a line for each."""
    kept = [each for each in found if each.kept]
    if kept:
        stack.replace_state(renamed(stack.state(), {each.old: each.new for each in kept}))
    return tuple(each.told for each in kept)


def renamed(state: Mapping[str, Any], urns: Mapping[str, str]) -> dict[str, Any]:
    """A copy of an exported state in which resources have other URNs, wherever they are named.

    All at once, so that two may change places. A URN that is free afterwards is its program's to create.
    """

    def new(urn: str) -> str:
        return urns.get(urn, urn)

    return references.rewritten(state, lambda each: {**references.pointed(each, new), "urn": new(each["urn"])})
