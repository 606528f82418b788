"""A policy definition: read, checked, and compiled once its parameters are known.

Loading compiles the rule with defaults and unknowns for what has none, so that what isn't supported is refused when the
definition is read, by name and JSON path, and not when a resource happens to reach it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.catalog import policy_selectors
from modelyard.policy.documents import parameters, written_definition
from modelyard.policy.documents.definition_header import DefinitionHeader
from modelyard.policy.documents.parameters import Declared
from modelyard.policy.documents.policy import Doing, Policy
from modelyard.policy.documents.written_definition import ParameterValues, PolicyDocument, member
from modelyard.policy.effects.changes import compile_changes
from modelyard.policy.effects.details import compile_actions, compile_attestation
from modelyard.policy.effects.effect import BY_NAME, CHANGES, IF_NOT_EXISTS, MODES, ON_ACTION, Effect
from modelyard.policy.effects.existence import Existence, compile_existence
from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.language import expressions, value_compiler
from modelyard.policy.language.compilation import Compilation
from modelyard.policy.language.conditions import compile_condition
from modelyard.policy.language.expressions import Expression, FunctionCall, Literal
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.nodes import required
from modelyard.policy.language.unknown import Unknown

CATALOG_DATE = "catalogDate"
"""The member of `metadata` that says of which date the catalog's facts in the definition are."""
RULE_PARTS = frozenset({"if", "then"})
THEN_PARTS = frozenset({"effect", "details"})
BY_MEMBER = {
    "operations": Effect.MODIFY,
    "actionnames": Effect.DENY_ACTION,
    "defaultstate": Effect.MANUAL,
    "deployment": Effect.DEPLOY_IF_NOT_EXISTS,
    "type": Effect.AUDIT_IF_NOT_EXISTS,
}
"""The effect whose details these are, by a (folded) member that no other effect's have; the first that is there."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Definition(DefinitionHeader):
    """One definition. With `open_parameters` a rule may ask for parameters that nothing declares."""

    parameters: Declared
    rule: PolicyDocument
    place: str = "policyRule"
    effects: frozenset[Effect] = frozenset(Effect)
    open_parameters: bool = False
    _trees: dict[str, Expression] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, document: Any, fields: Fields, *, name: str = "", open_parameters: bool = False) -> "Definition":
        """A definition as Azure writes it, with or without `properties` around it. Raises DefinitionRefused.

        `name` is what messages call it when the document has no name of its own (a file's name).
        """
        written = written_definition.read(document, name)
        if member(written.properties, "externalEvaluationEnforcementSettings", None) is not None:
            raise DefinitionRefused(
                written.name,
                "externalEvaluationEnforcementSettings",
                "what another endpoint decides can't be told here",
            )
        if written.mode.lower() not in MODES:
            raise DefinitionRefused(
                written.name,
                "mode",
                f"mode '{written.mode}' is not supported",
                allowed=", ".join(each for each, _ in MODES.values()),
            )
        mode, effects = MODES[written.mode.lower()]
        definition = cls(
            id=written.id,
            name=written.name,
            display_name=written.display_name or written.name,
            mode=mode,
            parameters=parameters.checked(written.name, written.parameters, built_in=written.built_in),
            rule=written.rule,
            fields=fields,
            version=written.version,
            metadata=written.metadata,
            effects=effects,
            open_parameters=open_parameters,
            built_in=written.built_in,
        )
        if not open_parameters:
            try:
                definition.bind({}, complete=False)
            except RecursionError:
                what = "conditions are nested deeper than the evaluator can follow"
                raise DefinitionRefused(written.name, "policyRule.if", what) from None
        return definition

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken though nothing here says whether Azure takes it, each with its place."""
        return self.bind({}, complete=False).notes

    def bind(
        self,
        values: ParameterValues,
        *,
        effect: str | None = None,
        policy: Mapping[str, str] | None = None,
        complete: bool = True,
    ) -> Policy:
        """The policy with these parameter values.

        `effect` overrides the definition's own; `policy` is what `policy()` returns (assignmentId, definitionId …).
        Without `complete`, a missing value leaves results that need it undecided. Raises ParameterRefused,
        DefinitionRefused.
        """
        bound: ParameterValues
        if self.open_parameters:
            bound = {name.lower(): value for name, value in values.items()}
        else:
            bound = parameters.values(self.name, self.parameters, values, complete=complete)
        compilation = Compilation(
            self.name,
            bound,
            self.fields,
            policy or {"definitionId": self.id},
            self._trees,
            catalog_dated=CATALOG_DATE in self.metadata,
            built_in=self.built_in,
        )
        _check_parts(self.rule, RULE_PARTS, compilation, self.place, "rule")
        node = compile_condition(member(self.rule, "if", None), compilation, f"{self.place}.if")
        chosen, written, details = self._then(compilation, effect)
        notes = tuple(compilation.notes)
        return Policy(self, chosen, written, node, required(node), bound, details, notes)

    def _then(self, compilation: Compilation, override: str | None) -> tuple[Effect | Unknown, str, Doing]:
        place = f"{self.place}.then"
        then = member(self.rule, "then", None)
        if not isinstance(then, Mapping):
            compilation.refuse(place, "there is no 'then'", allowed="an object with an effect")
        _check_parts(then, THEN_PARTS, compilation, place, "'then'")
        written = member(then, "effect", None)
        if override is not None:
            self._check_override(written, override, compilation, f"{place}.effect")
            written = override
        term = value_compiler.template(written, compilation, f"{place}.effect")
        if not term.constant:
            compilation.refuse(f"{place}.effect", "the effect depends on more than parameters")
        details = member(then, "details", None)
        if isinstance(term.value, Unknown):
            return term.value, "", self._guessed(details, compilation, f"{place}.details")
        effect = BY_NAME.get(str(term.value).lower())
        if effect is None or effect not in self.effects:
            allowed = ", ".join(sorted(self.effects))
            compilation.refuse(f"{place}.effect", f"'{term.value}' is no effect of mode {self.mode}", allowed=allowed)
        return effect, str(term.value), self._details(effect, details, compilation, f"{place}.details")

    def _check_override(self, written: Any, override: str, compilation: Compilation, place: str) -> None:
        """An override is one of the values that the effect's parameter allows, or goes with what is written.

        Source: Microsoft docs, assignment-structure, "Overrides", and effect-basics, "Interchanging effects" (A).
        """
        effect = BY_NAME.get(override.lower())
        parameter = _named_parameter(written, compilation, place)
        if parameter in self.parameters:
            allowed = [str(each) for each in self.parameters[parameter].allowed]
            if allowed and override.lower() not in map(str.lower, allowed):
                compilation.refuse(place, f"'{override}' is no effect of the definition", allowed=", ".join(allowed))
            return
        own = BY_NAME.get(written.lower()) if isinstance(written, str) else None
        if own is None or effect is None:
            return
        kin = policy_selectors.replacements(own)
        if effect not in kin:
            compilation.refuse(place, f"'{override}' can't take the place of '{written}'", allowed=", ".join(kin))

    def _details(self, effect: Effect, details: Any, compilation: Compilation, place: str) -> Doing:
        if effect in CHANGES:
            return compile_changes(effect, details, compilation, place)
        if effect in IF_NOT_EXISTS:
            found = compile_existence(effect, details, compilation, place)
            if effect is Effect.DEPLOY_IF_NOT_EXISTS:
                self._check_template(found, compilation, f"{place}.deployment")
            return found
        if effect in ON_ACTION:
            return compile_actions(details, compilation, place)
        if effect is Effect.MANUAL:
            return compile_attestation(details, compilation, place)
        self._guessed(details, compilation, place)
        return None

    def _check_template(self, found: Existence, compilation: Compilation, place: str) -> None:
        """Azure asks for it (Microsoft docs, effect-deploy-if-not-exists, "DeployIfNotExists properties", A)."""
        if found.deployment is None and not self.built_in and not self.fields.raw:
            compilation.refuse(
                place,
                "deployIfNotExists needs what it deploys",
                allowed="a template, as the API of Microsoft.Resources/deployments takes it",
            )

    def _guessed(self, details: Any, compilation: Compilation, place: str) -> Doing:
        """Details read by their shape, while the effect is a parameter without a value or takes none itself."""
        if details is None or details == {}:
            return None
        if isinstance(details, list):
            return compile_changes(Effect.APPEND, details, compilation, place)
        named = {name.lower() for name in details} if isinstance(details, Mapping) else set()
        for name, effect in BY_MEMBER.items():
            if name in named:
                return self._details(effect, details, compilation, place)
        if not self.fields.raw:
            compilation.refuse(
                place,
                "these are the details of no effect",
                allowed="those of append, modify, …IfNotExists, denyAction or manual",
            )
        return None


def _check_parts(
    written: Mapping[str, Any], allowed: frozenset[str], compilation: Compilation, place: str, of: str
) -> None:
    """Refuse what is no part, and what stands there in two spellings."""
    seen: set[str] = set()
    for part in written:
        folded = part.lower()
        if folded not in allowed or folded in seen:
            problem = f"'{part}' stands there twice" if folded in seen else f"'{part}' is no part of a {of}"
            compilation.refuse(f"{place}.{part}", problem, allowed=", ".join(sorted(allowed)))
        seen.add(folded)


def _named_parameter(written: Any, compilation: Compilation, place: str) -> str:
    """The folded name of the parameter that gives a value; empty where something else does."""
    if not isinstance(written, str) or not expressions.is_expression(written):
        return ""
    match compilation.tree(written, place):
        case FunctionCall(name, (Literal(str(parameter)),)) if name.lower() == "parameters":
            return parameter.lower()
    return ""
