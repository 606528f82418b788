"""What one policy says of one resource."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from modelyard.policy.effects.changes import Change
from modelyard.policy.effects.names import Effect
from modelyard.policy.explain import Explanation
from modelyard.policy.resource import Resource

if TYPE_CHECKING:
    from modelyard.policy.policy import Policy


class Outcome(StrEnum):
    """How it came out.

    compliant       the rule doesn't match, or a related resource is as it should be
    violation       the rule matches: the effect takes place
    undecided       values that matter aren't known yet
    failed          an expression failed; Azure takes that for a deny
    not-applicable  the mode or the type puts the resource outside the policy, or the policy is disabled
    """

    COMPLIANT = "compliant"
    VIOLATION = "violation"
    UNDECIDED = "undecided"
    FAILED = "failed"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome with its effect; the tree behind it and the computed details are made when asked for.

    effect     what takes place: for a violation the policy's effect, for a failure deny, else None. For an undecided
               verdict, what would take place if the rule matched
    waits_for  places whose values an undecided verdict waits for
    reason     why evaluation failed, or why the policy doesn't apply
    """

    outcome: Outcome
    policy: "Policy"
    resource: Resource
    effect: Effect | None = None
    waits_for: tuple[str, ...] = ()
    reason: str = ""

    @property
    def effect_as_written(self) -> str | None:
        """The effect in the definition's or the parameter's own spelling; None where nothing takes place."""
        if self.outcome is Outcome.VIOLATION:
            return self.policy.effect_as_written
        return None if self.effect is None or self.outcome is Outcome.UNDECIDED else self.effect.value

    @property
    def changes(self) -> tuple[Change, ...]:
        """What append or modify would change, with computed values. Raises EvaluationFailed."""
        return self.policy.changes_for(self.resource)

    def explain(self) -> Explanation:
        """Every condition of the rule with the values it compared."""
        return self.policy.explain(self.resource, True if self.outcome is Outcome.VIOLATION else None)

    @property
    def decided_by(self) -> Explanation:
        """The part of the tree that decided."""
        return self.explain().decisive()

    @property
    def related(self) -> Explanation | None:
        """What an …IfNotExists effect looked for and found, where the rule got that far; None elsewhere."""
        if self.outcome is Outcome.NOT_APPLICABLE or self.explain().result is False:
            return None
        return self.policy.explain_related(self.resource)
