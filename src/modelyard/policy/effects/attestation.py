"""`manual`: somebody attests whether a resource complies; until then it has the state that the definition gives it.

Source: Microsoft docs, effect-manual (A), and the schema of policy definitions, which writes `NonCompliant` (A).
"""

from dataclasses import dataclass
from typing import Any

from modelyard.policy.effects import details as members
from modelyard.policy.language import value_compiler
from modelyard.policy.language.compilation import Compilation
from modelyard.policy.language.unknown import Unknown

STATES = {
    "unknown": "Unknown",
    "compliant": "Compliant",
    "noncompliant": "NonCompliant",
    "non-compliant": "NonCompliant",
}


@dataclass(frozen=True, slots=True)
class Attestation:
    """The state before anybody attested another."""

    default_state: str


def compile_attestation(details: Any, compilation: Compilation, place: str) -> Attestation:
    """The details of manual, which may be left out. Raises DefinitionRefused."""
    found = members.read({} if details is None else details, ("defaultState",), compilation, place, of="'manual'")
    term = value_compiler.template(found.get("defaultState", "Unknown"), compilation, found.at("defaultState"))
    if isinstance(term.value, Unknown):
        return Attestation("Unknown")
    state = STATES.get(str(term.value).lower())
    if state is None:
        compilation.refuse(
            found.at("defaultState"), f"'{term.value}' is no state", allowed="Unknown, Compliant, NonCompliant"
        )
    return Attestation(state)
