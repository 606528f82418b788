"""A resource as Pulumi knows it (type token and inputs), and the ARM document that it comes to.

A state export, a preview's plan and a policy pack give tokens and inputs; the graph of a stack gives tokens and bodies.
What isn't known yet is whatever stands for that in the inputs, and it stays in the document.
"""

from dataclasses import dataclass

from modelyard.arm import translation
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import ResourceType, by_token
from modelyard.arm.translation import PropertyMap


@dataclass(frozen=True, slots=True)
class Declared:
    """One resource of a program. `id` is its ARM id, empty before it is known.

    `body` is ARM's body where the program states that; otherwise it is made of the `inputs`.
    """

    urn: str
    token: str
    inputs: PropertyMap
    id: str = ""
    body: ArmDocument | None = None

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    def document(self, subscription_id: str) -> ArmDocument | None:
        """What ARM would hold; None for a type that the table hasn't."""
        row = by_token().get(self.token)
        if row is None:
            return None
        inputs = {name: value for name, value in self.inputs.items() if value is not None}
        id_ = self.id if row.match(self.id) else arm_id(row, inputs, subscription_id)
        name = inputs.get(row.name_parameter, id_.rpartition("/")[2])
        written = translation.request_body(row, inputs) if self.body is None else self.body
        return {"id": id_, "name": name, "type": row.type, **written}


def arm_id(row: ResourceType, inputs: PropertyMap, subscription_id: str) -> str:
    """The id that the inputs come to; a piece that nobody knows yet is shown as `<accountName>`."""
    known = {name: inputs.get(name) for name in row.parameters}
    shown = {name: value if isinstance(value, str) else f"<{name}>" for name, value in known.items()}
    return row.id({"subscriptionId": subscription_id, **shown})
