"""What a stack declares, found by running its program without an engine.

The program runs against a monitor that answers as ARM's table says: each resource gets the id that its inputs come to.
So whoever needs to know what a stack declares reads what the program itself says, and no second description of it.
"""

import contextvars
from typing import Any

import pulumi
from pulumi.runtime import mocks

from modelyard.arm import account, marks
from modelyard.arm.body import as_map
from modelyard.arm.declared import Declared, arm_id
from modelyard.arm.places import surface, with_value
from modelyard.arm.table import by_token
from modelyard.config.stack import Stack
from modelyard.resources.loops import loops
from modelyard.resources.yard import Yard

PROJECT = "modelyard"
YARD = "yard"
STACK = "pulumi:pulumi:Stack"


def declared(stack: Stack, subscription_id: str) -> tuple[Declared, ...]:
    """Every resource of the stack that isn't a mere component, in the order of registration.

    Runs in a context of its own, so that a program which runs in this process at the same time isn't disturbed.
    """
    return contextvars.copy_context().run(_run, stack, subscription_id)


def _run(stack: Stack, subscription_id: str) -> tuple[Declared, ...]:
    recorder = Recorder(subscription_id)
    monitor = Monitor(recorder)
    with loops():
        pulumi.runtime.set_mocks(recorder, project=PROJECT, stack=stack.name, preview=False, monitor=monitor)

        @pulumi.runtime.test  # type: ignore[untyped-decorator]  # Pulumi states no types for it
        def program() -> pulumi.Output[Any]:
            return pulumi.Output.all(**Yard(YARD, stack).outputs)

        program()
    return tuple(
        Declared(monitor.urns[each.typ, each.name], each.typ, recorder.inputs(each), recorder.ids[each.typ, each.name])
        for each in recorder.seen
    )


class Monitor(mocks.MockMonitor):
    """Pulumi's mock monitor, with URNs as an engine gives them."""

    def __init__(self, recorder: "Recorder") -> None:
        super().__init__(recorder)
        self.urns: dict[tuple[str, str], str] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        around = "" if not parent or STACK in parent else f"{parent.split('::')[2]}$"
        urn = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{around}{type_}::{name}"
        self.urns[type_, name] = urn
        return urn


class Recorder(pulumi.runtime.Mocks):
    """Gives each resource of Azure its id, and keeps what was declared."""

    def __init__(self, subscription_id: str) -> None:
        self.seen: list[mocks.MockResourceArgs] = []
        self.ids: dict[tuple[str, str], str] = {}
        self._subscription_id = subscription_id

    def inputs(self, args: mocks.MockResourceArgs) -> dict[str, Any]:
        return {str(name): marks.whole(value) for name, value in args.inputs.items()}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        row, inputs = by_token().get(args.typ), self.inputs(args)
        if row is None:
            return args.name, inputs
        id_ = self.ids[args.typ, args.name] = arm_id(row, inputs, self._subscription_id)
        self.seen.append(args)
        reply = {"name": id_.rpartition("/")[2], **inputs}
        for place in surface(row, row.string_sets):
            reply = with_value(reply, place, as_map)
        if row.type == account.ROW.type:  # its outputs are read from what only Azure can tell
            reply["properties"] = {"endpoint": "", "endpoints": {}, **inputs.get("properties", {})}
        return id_, reply

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        known = {"subscriptionId": self._subscription_id, "tenantId": "", "clientId": "", "objectId": ""}
        return (known if args.token.endswith(":getClientConfig") else {}), []
