"""A policy definition: read, checked, and compiled once its parameters are known.

Loading compiles the rule with defaults and unknowns for what has none, so that what isn't supported is refused when the
definition is read, by name and JSON path, and not when a resource happens to reach it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.catalog import policy_selectors
from modelyard.policy.documents import parameters
from modelyard.policy.documents.definition_header import DefinitionHeader
from modelyard.policy.documents.parameters import Declared, ParameterValues
from modelyard.policy.documents.policy import Doing, Policy
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

PARTS = (
    "displayName", "description", "policyType", "mode", "metadata", "parameters", "policyRule", "version", "versions",
    "externalEvaluationEnforcementSettings",
)  # fmt: skip
"""What properties Azure's definitions have (azure-mgmt-resource-policy 1.0, A)."""
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
    rule: Mapping[str, Any]
    place: str = "policyRule"
    effects: frozenset[Effect] = frozenset(Effect)
    open_parameters: bool = False
    _trees: dict[str, Expression] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, document: Any, fields: Fields, *, name: str = "", open_parameters: bool = False) -> "Definition":
        """A definition as Azure writes it, with or without `properties` around it. Raises DefinitionRefused.

        `name` is what messages call it when the document has no name of its own (a file's name).
        """
        if not isinstance(document, Mapping):
            raise DefinitionRefused(name or "definition", "$", "a definition is a JSON object")
        body = _member(document, "properties", document)
        if not isinstance(body, Mapping):
            raise DefinitionRefused(name or "definition", "properties", "properties are a JSON object")
        called = str(_member(document, "name", "") or name or _member(body, "displayName", "") or "definition")
        if _member(body, "externalEvaluationEnforcementSettings", None) is not None:
            raise DefinitionRefused(
                called, "externalEvaluationEnforcementSettings", "what another endpoint decides can't be told here"
            )
        known, seen = {part.lower() for part in PARTS}, set[str]()
        for part in body if body is not document else ():
            if part.lower() not in known:
                raise DefinitionRefused(called, f"properties.{part}", f"a definition has no '{part}'")
            if part.lower() in seen:
                raise DefinitionRefused(called, f"properties.{part}", f"'{part}' stands there twice")
            seen.add(part.lower())
        rule = _member(body, "policyRule", None)
        if not isinstance(rule, Mapping):
            raise DefinitionRefused(
                called, "policyRule", "there is no policy rule", allowed="an object with if and then"
            )
        written = str(_member(body, "mode", None) or "Indexed")
        if written.lower() not in MODES:
            raise DefinitionRefused(
                called,
                "mode",
                f"mode '{written}' is not supported",
                allowed=", ".join(each for each, _ in MODES.values()),
            )
        mode, effects = MODES[written.lower()]
        built_in = str(_member(body, "policyType", "")).lower() == "builtin"
        metadata = _member(body, "metadata", None) or {}
        if not isinstance(metadata, Mapping):
            raise DefinitionRefused(called, "metadata", "metadata is an object")
        definition = cls(
            id=str(_member(document, "id", "") or ""),
            name=called,
            display_name=str(_member(body, "displayName", "") or called),
            mode=mode,
            parameters=parameters.declared(called, _member(body, "parameters", None), built_in=built_in),
            rule=rule,
            fields=fields,
            version=str(_member(body, "version", "") or ""),
            metadata=metadata,
            effects=effects,
            open_parameters=open_parameters,
            built_in=built_in,
        )
        if not open_parameters:
            try:
                definition.bind({}, complete=False)
            except RecursionError:
                what = "conditions are nested deeper than the evaluator can follow"
                raise DefinitionRefused(called, "policyRule.if", what) from None
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
        node = compile_condition(_member(self.rule, "if", None), compilation, f"{self.place}.if")
        chosen, written, details = self._then(compilation, effect)
        notes = tuple(compilation.notes)
        return Policy(self, chosen, written, node, required(node), bound, details, notes)

    def _then(self, compilation: Compilation, override: str | None) -> tuple[Effect | Unknown, str, Doing]:
        place = f"{self.place}.then"
        then = _member(self.rule, "then", None)
        if not isinstance(then, Mapping):
            compilation.refuse(place, "there is no 'then'", allowed="an object with an effect")
        _check_parts(then, THEN_PARTS, compilation, place, "'then'")
        written = _member(then, "effect", None)
        if override is not None:
            self._check_override(written, override, compilation, f"{place}.effect")
            written = override
        term = value_compiler.template(written, compilation, f"{place}.effect")
        if not term.constant:
            compilation.refuse(f"{place}.effect", "the effect depends on more than parameters")
        details = _member(then, "details", None)
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
        for member, effect in BY_MEMBER.items():
            if member in named:
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


def _member(holder: Mapping[str, Any], name: str, otherwise: Any) -> Any:
    if name in holder:
        return holder[name]
    return next((value for each, value in holder.items() if each.lower() == name.lower()), otherwise)
