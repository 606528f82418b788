"""One policy at work, and how many resources it judged: rulings hold only what isn't simply in order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySummary:
    """A member of an assignment's initiative, or its definition. `reference` is empty without an initiative.

    `resources` is how many it had a verdict on: in its scope, of its type, and neither disabled nor selected away.
    """

    policy: str
    assignment: str
    assignment_id: str
    reference: str = ""
    initiative: str = ""
    resources: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """The assignment and its member, folded, as rulings name them."""
        return self.assignment_id.lower(), self.reference.lower()
