"""What one policy says of one resource, where that isn't just that it complies."""

from dataclasses import dataclass

from modelyard.findings import Position, Severity

SETTLED = frozenset({"Exempt", "Protected"})
"""States in which a resource is as somebody decided it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFinding:
    """What one policy at work says of one resource, as a report shows it.

    key         the same from run to run: assignment, member and resource, folded
    state       Azure's word for compliance (`NonCompliant`, `Exempt`, `Error` …), or `Undecided`, which previews have
    effect      as Azure writes it; of an undecided ruling the one that may take place
    severity    what it weighs; ERROR is what Azure would refuse
    resource    its ARM id; `resource_name` is what people call it (the key in the stack file), `urn` Pulumi's name
    policy      display name of the definition; `definition` is its id, `reference` its member of `initiative`
    sources     where the assignment was seen: the stack, a pulled scope, a repository
    because     the conditions that decided, with the values compared
    waits_for   places whose values an undecided ruling waits for
    changes     what modify or append would change: `properties.disableLocalAuth: false → true`
    position    where the stack file says what is to be changed; `path` is its key there
    frameworks  compliance frameworks' controls that the initiative maps the member to
    exemption   the exemption that counts, with its end; empty without one
    known       whether the baseline has it already, so that it isn't news
    enforced    whether the assignment's effects take place (enforcementMode Default)
    """

    key: str
    state: str
    effect: str
    severity: Severity
    resource: str
    resource_type: str
    resource_name: str
    urn: str = ""
    policy: str
    definition: str
    assignment: str
    assignment_id: str
    scope: str
    reference: str = ""
    initiative: str = ""
    sources: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    message: str = ""
    remedy: str = ""
    waits_for: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    position: Position | None = None
    path: str = ""
    frameworks: tuple[str, ...] = ()
    exemption: str = ""
    known: bool = False
    enforced: bool = True

    @property
    def settled(self) -> bool:
        """Whether the resource is as somebody decided it may be, so that nothing is to be done about it."""
        return self.state in SETTLED
