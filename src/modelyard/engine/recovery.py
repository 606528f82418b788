"""Mending a stack whose engine or provider was killed: the dead lock goes, what was under way is settled with Azure.

Left alone, the lock stops every later run, and the next `up` creates again what exists, which the provider refuses.
`pulumi refresh` drops a pending create without asking Azure, and `pulumi import` can't keep a resource's dependencies;
so the state itself is edited: a pending create that Azure has becomes a resource with its id, under its own URN,
parent and provider, and a refresh of just those resources reads them (tried with Pulumi 3.250).

An engine whose provider dies ends in order and forgets what was being created: nothing in the state tells of it. So it
is settled at the end of that run, from what the engine told of the resource when it began with it; and where that run
was killed too, by the next one, from the journal of creates.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from modelyard.engine import exported_state, locks
from modelyard.engine.events import Event, name_of, type_of
from modelyard.engine.exported_state import Pending, StateDocument
from modelyard.engine.failures import StackLocked
from modelyard.engine.locks import StackLock
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.engine.stack import PulumiStack

Exists = Callable[[str, str], bool]
"""Whether Azure has the resource with this ARM id; the second text is the api-version to GET it with."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of pending operations.

    adopted   URN to ARM id of what was being created and exists
    cleared   what was being created and does not exist
    reread    what was being updated or deleted; a refresh reads it
    unclear   what can't be looked up; should it exist, the next `up` is refused with its id
    """

    adopted: dict[str, str]
    cleared: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recovery:
    """What recovery did: nothing at all where both are empty."""

    locks: tuple[StackLock, ...] = ()
    settlement: Settlement | None = None
    loose: tuple[str, ...] = ()

    @property
    def settled(self) -> frozenset[str]:
        """The URNs of which it is known what became of them."""
        done = self.settlement
        return frozenset((*done.adopted, *done.cleared, *done.reread, *done.unclear)) if done else frozenset()

    def __bool__(self) -> bool:
        return bool(self.locks or self.settlement or self.loose)

    @property
    def told(self) -> tuple[str, ...]:
        """One line for each thing done, for a person to read."""
        lines = [f"removed the lock of a process that is gone: {lock}" for lock in self.locks]
        lines += [f"no longer waits for what is gone: {name_of(urn)}" for urn in self.loose]
        if self.settlement is not None:
            done = self.settlement
            lines += [f"took into the stack what had been created: {id_}" for id_ in done.adopted.values()]
            lines += [f"forgot a create that had not happened: {name_of(urn)}" for urn in done.cleared]
            lines += [f"read again what was being changed: {name_of(urn)}" for urn in done.reread]
            lines += [f"forgot a create that may have happened: {urn}" for urn in done.unclear]
        return tuple(lines)


def recover(
    stack: PulumiStack, *, subscription: str, exists: Exists, progress: Callable[[Event], None] = lambda _: None
) -> Recovery:
    """Makes a stack fit for the next operation, and tells what that took.

    Raises `StackLocked` when a living process, or one on another machine, holds the stack, and whatever stops the
    refresh; what was adopted is in the state all the same.
    """
    held = dead_locks(stack)
    if held:
        stack.cancel()
    state = stack.state()
    loose = exported_state.loose(state)
    if loose:
        state = exported_state.tied(state)
        stack.replace_state(state)
    operations = exported_state.operations(state)
    if not operations:
        return Recovery(held, loose=loose)
    settlement = settle(operations, state, subscription, exists)
    apply(stack, state, settlement, progress)
    return Recovery(held, settlement, loose)


def recover_lost(
    stack: PulumiStack,
    lost: tuple[Pending, ...],
    *,
    subscription: str,
    exists: Exists,
    progress: Callable[[Event], None] = lambda _: None,
) -> Recovery:
    """Settles what a run lost with its provider (`Result.lost`, `CreateJournal.left`), as if the state had noted it.

    The engine doesn't tell what a resource depends on; until the next `up` says so, what is taken in depends on all
    that was there, so that a destroy before it goes in an order that Azure allows.
    """
    if not lost:
        return Recovery()
    state = stack.state()
    there = [each["urn"] for each in state["deployment"].get("resources") or () if each.get("custom")]
    before = [urn for urn in there if not type_of(urn).startswith("pulumi:")]
    noted = [{"type": one.kind, "resource": {**one.resource, "dependencies": before}} for one in lost]
    state = {**state, "deployment": {**state["deployment"], "pending_operations": noted}}
    settlement = settle(exported_state.operations(state), state, subscription, exists)
    apply(stack, state, settlement, progress)
    return Recovery(settlement=settlement)


def dead_locks(stack: PulumiStack) -> tuple[StackLock, ...]:
    """The locks on the stack, all of dead processes. Raises `StackLocked` when one isn't."""
    workspace = stack.workspace
    backend, project = locks.backend_of(workspace.folder, workspace.environment)
    held = locks.of(backend, workspace.folder, project, stack.name)
    host = locks.this_host()
    living = [lock for lock in held if not lock.dead(host)]
    if living:
        raise StackLocked.of("engine.stack-locked", holder="; ".join(str(lock) for lock in living))
    return held


def settle(operations: tuple[Pending, ...], state: StateDocument, subscription: str, exists: Exists) -> Settlement:
    """Decides each operation. A create whose URN the state holds already is part of a replacement: it is read again."""
    known = exported_state.known(state)
    result = Settlement(adopted={})
    for one in operations:
        if not exported_state.is_managed(one) or (one.kind == "reading" and one.urn not in known):
            result = replace(result, cleared=(*result.cleared, one.urn))
        elif one.urn in known:
            result = replace(result, reread=(*result.reread, one.urn))
        elif (place := exported_state.arm_id(one, state, subscription)) is None:
            result = replace(result, unclear=(*result.unclear, one.urn))
        elif exists(*place):
            result = replace(result, adopted={**result.adopted, one.urn: place[0]})
        else:
            result = replace(result, cleared=(*result.cleared, one.urn))
    return result


def apply(stack: PulumiStack, state: StateDocument, settlement: Settlement, progress: Callable[[Event], None]) -> None:
    """Stores the mended state, where it is another, and has the engine read what is in doubt."""
    if not (settlement.adopted or exported_state.operations(stack.state())):
        return
    stack.replace_state(exported_state.mended(state, settlement.adopted))
    targets = (*settlement.adopted, *settlement.reread)
    if targets:
        result = EngineRun(stack, progress).refresh(EngineOptions(yes=True, skip_preview=True, targets=targets))
        if result.failures:
            raise result.failures[0]
