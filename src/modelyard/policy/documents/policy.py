"""A definition with its parameters fixed: compiled, ready to be asked about resources, and what it says of one."""

from dataclasses import dataclass, field
from enum import StrEnum

from modelyard.policy.documents.definition_header import DefinitionHeader
from modelyard.policy.documents.written_definition import ParameterValues
from modelyard.policy.effects.changes import MACHINES, Changes, FieldOperation
from modelyard.policy.effects.details import Actions, Attestation
from modelyard.policy.effects.effect import Effect
from modelyard.policy.effects.existence import Existence
from modelyard.policy.language.compilation import Test
from modelyard.policy.language.explanation import TOO_DEEP, Explanation, explain
from modelyard.policy.language.nodes import Node
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown


class RuleOutcome(StrEnum):
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
class RuleResult:
    """The outcome with its effect; the tree behind it and the computed details are made when asked for.

    effect     what takes place: for a violation the policy's effect, for a failure deny, else None. For an undecided
               result, what would take place if the rule matched
    waits_for  places whose values an undecided result waits for
    reason     why evaluation failed, or why the policy doesn't apply
    """

    outcome: RuleOutcome
    policy: "Policy"
    resource: EvaluatedResource
    effect: Effect | None = None
    waits_for: tuple[str, ...] = ()
    reason: str = ""

    @property
    def effect_as_written(self) -> str | None:
        """The effect in the definition's or the parameter's own spelling; None where nothing takes place."""
        if self.outcome is RuleOutcome.VIOLATION:
            return self.policy.effect_as_written
        return None if self.effect is None or self.outcome is RuleOutcome.UNDECIDED else self.effect.value

    @property
    def changes(self) -> tuple[FieldOperation, ...]:
        """What append or modify would change, with computed values. Raises EvaluationFailed."""
        return self.policy.changes_for(self.resource)

    def explain(self) -> Explanation:
        """Every condition of the rule with the values it compared."""
        return self.policy.explain(self.resource, True if self.outcome is RuleOutcome.VIOLATION else None)

    @property
    def decided_by(self) -> Explanation:
        """The part of the tree that decided."""
        matches = True if self.outcome is RuleOutcome.VIOLATION else None
        return explain(self.policy.node, self.resource, matches, decisive=True).decisive()

    @property
    def related(self) -> Explanation | None:
        """What an …IfNotExists effect looked for and found, where the rule got that far; None elsewhere."""
        if self.outcome is RuleOutcome.NOT_APPLICABLE or self.explain().result is False:
            return None
        return self.policy.explain_related(self.resource)


Doing = Changes | Existence | Actions | Attestation | None
"""What an effect does, or looks for, beyond its name."""


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """One compiled policy.

    effect            unknown while the parameter that gives it has no value
    effect_as_written in its own spelling (`Deny`)
    types             folded types outside of which it can't match; None for any
    parameters        values by folded name
    notes             what of the definition was taken though nothing here says whether Azure takes it
    """

    definition: DefinitionHeader
    effect: Effect | Unknown
    effect_as_written: str
    node: Node
    types: frozenset[str] | None
    parameters: ParameterValues = field(default_factory=dict)
    details: Doing = None
    notes: tuple[str, ...] = ()
    test: Test = field(init=False)
    of_machines: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "of_machines", isinstance(self.details, Changes) and self.details.of_machines)
        existence = self.details if isinstance(self.details, Existence) else None
        test = self.node.test if existence is None else _with(self.node.test, existence)
        object.__setattr__(self, "test", test)

    def looks_at(self, resource: EvaluatedResource) -> bool:
        """Whether mode and effect take in such a resource."""
        if self.of_machines and resource.type not in MACHINES:
            return False
        return self.definition.looks_at(resource)

    def evaluate(self, resource: EvaluatedResource) -> RuleResult:
        """What the policy says of the resource."""
        reason = ""
        if self.effect is Effect.DISABLED:
            reason = "the policy is disabled"
        elif not self.looks_at(resource):
            reason = f"mode {self.definition.mode} does not look at {resource.type or 'such resources'}"
            if self.definition.looks_at(resource):
                reason = "modify changes the identity of virtual machines and scale sets alone"
        if reason:
            return RuleResult(RuleOutcome.NOT_APPLICABLE, self, resource, reason=reason)
        try:
            outside = self.types is not None and resource.type and resource.type not in self.types
            result = False if outside else self.test(resource)
            if result is True and resource.type_unknown and self.definition.mode == "Indexed":
                result = Unknown("type")
            return self._of_match(resource, result)
        except EvaluationFailed as wrong:
            return RuleResult(RuleOutcome.FAILED, self, resource, Effect.DENY, reason=str(wrong))
        except RecursionError:
            return RuleResult(RuleOutcome.FAILED, self, resource, Effect.DENY, reason=TOO_DEEP)

    def _of_match(self, resource: EvaluatedResource, result: Truth) -> RuleResult:
        if result is False:
            return RuleResult(RuleOutcome.COMPLIANT, self, resource)
        if isinstance(result, Unknown):
            return self._undecided(resource, result)
        if isinstance(self.effect, Unknown):
            return RuleResult(RuleOutcome.UNDECIDED, self, resource, waits_for=tuple(sorted(self.effect.waits_for)))
        return RuleResult(RuleOutcome.VIOLATION, self, resource, self.effect)

    def _undecided(self, resource: EvaluatedResource, result: Unknown) -> RuleResult:
        """An unknown inside an array or an object lost its place on the way: look again where each knows it."""
        resource = resource.located()
        again = self.test(resource)
        waits = again.waits_for if isinstance(again, Unknown) and again.waits_for else result.waits_for
        effect = None if isinstance(self.effect, Unknown) else self.effect
        return RuleResult(RuleOutcome.UNDECIDED, self, resource, effect, tuple(sorted(waits)))

    def explain(self, resource: EvaluatedResource, matches: bool | None = None) -> Explanation:
        """Every condition of the `if`, with the values it compared; `matches` is what it came out as, where known."""
        return explain(self.node, resource, matches)

    def explain_related(self, resource: EvaluatedResource) -> Explanation | None:
        """What an …IfNotExists effect looked for and found; None for other effects."""
        return self.details.explained(resource) if isinstance(self.details, Existence) else None

    def changes_for(self, resource: EvaluatedResource) -> tuple[FieldOperation, ...]:
        """What append or modify would change. Raises EvaluationFailed."""
        try:
            return self.details.computed(resource) if isinstance(self.details, Changes) else ()
        except RecursionError:
            raise EvaluationFailed(TOO_DEEP) from None


def _with(condition: Test, existence: Existence) -> Test:
    """The `if`, and nothing related that is as it should be."""

    def test(resource: EvaluatedResource) -> Truth:
        matched = condition(resource)
        if matched is False:
            return False
        try:
            missing = existence.missing(resource)
        except EvaluationFailed:
            if matched is True:
                raise
            return matched
        if matched is True:
            return missing
        if missing is False:
            return matched if isinstance(matched, Unknown) and matched.fails else False
        return matched | missing if isinstance(missing, Unknown) and isinstance(matched, Unknown) else matched

    return test
