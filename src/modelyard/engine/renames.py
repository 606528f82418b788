"""Keys of a stack file that were renamed, seen in a preview before anything is deleted.

A key is a name: to rename it is to delete one resource and create another, so whoever calls a deployment by its old
name is refused from then on. That is told. Where Azure knows nothing of the key, as with access, the new entry is the
very resource of the old one. Pulumi would create it first, Azure's plugin would refuse that since it exists, and then
the old entry's delete would take it away. So there the state is told the new name, and nothing is done in Azure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from modelyard.arm import pulumi_sentinels
from modelyard.arm.declared_resource import arm_id
from modelyard.arm.resource_types import by_token
from modelyard.engine import differences, exported_state
from modelyard.engine.events import Started, name_of, type_of
from modelyard.engine.exported_state import StackState, StateDocument
from modelyard.engine.result import ResourceStep, Result
from modelyard.engine.stack import PulumiStack
from modelyard.files import JsonDocument
from modelyard.findings import Finding
from modelyard.report.change import Change

COMING = frozenset({"create", "create-replacement"})
GONE = frozenset({"delete", "delete-replaced"})
GOING = GONE | {"replace"}
RENAME = "rename"
"""What is done to a resource that only gets another key; no word of the engine's."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """The URNs before and after; `kept` is the ARM id where both are one resource in Azure, else empty.

    `changes` names the inputs of a resource that is kept which change with its key, and `members` tells them with their
    values.
    """

    old: str
    new: str
    kept: str = ""
    changes: tuple[str, ...] = ()
    members: tuple[Change, ...] = field(default=(), compare=False)

    @property
    def told(self) -> str:
        """One line about what stays."""
        return f"kept under its new key: {name_of(self.old)} is {name_of(self.new)} now"

    @property
    def document(self) -> JsonDocument:
        """The same for machines."""
        return {
            "type": type_of(self.new),
            "from": name_of(self.old),
            "to": name_of(self.new),
            "id": self.kept,
            "kept": bool(self.kept),
            "changes": list(self.changes),
        }


def renames(planned: Iterable[Started], subscription_id: str) -> tuple[Renamed, ...]:
    """What was renamed, by a preview's steps; each resource at most once."""
    steps = [each for each in planned if type_of(each.urn) in by_token()]
    moved = tuple(_moved(steps, subscription_id))
    taken = {urn for each in moved for urn in (each.old, each.new)}
    return (*moved, *_twins([each for each in steps if each.urn not in taken]))


def _moved(steps: list[Started], subscription_id: str) -> Iterator[Renamed]:
    """What comes where something that goes, or is replaced, stands."""
    held = {each.id.lower(): each.urn for each in steps if each.op in GOING and each.id}
    before = {each.urn: each.inputs for each in steps if each.op in GONE}
    for each in steps:
        if each.op in COMING:
            inputs = pulumi_sentinels.plain(dict(each.inputs), None)
            id_ = arm_id(by_token()[type_of(each.urn)], inputs, subscription_id)
            old = held.get(id_.lower())
            if old is not None and old != each.urn and type_of(old) == type_of(each.urn):
                had = before.get(old, {})
                names = _differing(had, each.inputs)
                yield Renamed(old, each.urn, id_, names, differences.between(had, each.inputs, names))


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))


def shown(result: Result, found: Iterable[Renamed]) -> Result:
    """A preview's result in which what stays the same in Azure is renamed, and not deleted and created."""
    kept = [each for each in found if each.kept]
    if not kept:
        return result
    concerned = {urn for each in kept for urn in (each.old, each.new)}
    told = COMING | GOING
    dropped = [step for step in result.steps if step.urn in concerned and step.op in told]
    changes = Counter(result.changes)
    changes.subtract(step.op for step in dropped if step.op in changes)
    changes[RENAME] += len(kept)
    steps = (
        *(step for step in result.steps if step not in dropped),
        *(
            ResourceStep(each.new, RENAME, "done", id=each.kept, diff=each.changes, custom=True, changes=each.members)
            for each in kept
        ),
    )
    return replace(result, steps=steps, changes={op: count for op, count in changes.items() if count > 0})


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
        return Finding.of(
            "engine.key-moved",
            f"{new} is what {old} was: one {kind} in Azure, which knows no keys",
            found=found,
            remedy=f"nothing, for `modelyard up` keeps it; where plain Pulumi is run: "
            f"`pulumi state rename '{each.old}' {new}` first",
        )
    return Finding.of(
        "engine.key-renamed",
        f"{new} is what {old} was: the {kind} {old} will be deleted, and another one created",
        found=found,
        remedy=f"put the key {old} back; or keep both until nobody uses {old} any more",
    )


def keep(stack: PulumiStack, found: Iterable[Renamed]) -> tuple[str, ...]:
    """Gives the state the new names of what stays the same in Azure; a line for each."""
    kept = [each for each in found if each.kept]
    if kept:
        stack.replace_state(renamed(stack.state(), {each.old: each.new for each in kept}))
    return tuple(each.told for each in kept)


def renamed(state: StackState, urns: Mapping[str, str]) -> StateDocument:
    """A copy of an exported state in which resources have other URNs, wherever they are named.

    All at once, so that two may change places. A URN that is free afterwards is its program's to create.
    """

    def new(urn: str) -> str:
        return urns.get(urn, urn)

    return exported_state.rewritten(state, lambda each: {**exported_state.pointed(each, new), "urn": new(each["urn"])})
