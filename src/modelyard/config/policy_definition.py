"""Policy definitions that a stack can assign: Azure's built-ins, the team's own files, and those of Modelyard.

    builtin/<name>      a built-in of the catalog by its short name; its GUID alone will do too
    team/<stem>         policies/azure/<stem>.json of the team's repository
    modelyard/<stem>    a definition, or an initiative, that comes with Modelyard
    /…                  the ARM id of any definition that exists

A file is Azure's own JSON, with or without `properties` around it. Here it is read as far as an assignment needs it:
its parameters and its effect; what its rule means is for audits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard import files
from modelyard.catalog.built_in_policies import NOTHING, BuiltIn, BuiltInParameter
from modelyard.policy.documents.written_definition import ParameterValues, PolicyDocument

if TYPE_CHECKING:  # a stack that assigns built-ins alone reads no definition
    from modelyard.policy.documents.written_definition import WrittenParameter
    from modelyard.policy.failures import DefinitionRefused

POLICY_ROOM = Path(__file__).parent.parent / "policy"
"""Has Modelyard's own definitions as data; no code of that room is needed to read them."""

TEAM = "team"
OWN = "modelyard"
OWN_INITIATIVES = "modelyard initiatives"

MODES = {mode.lower(): mode for mode in ("All", "Indexed")}
REMEDIATES = ("modify", "deployifnotexists")


class DefinitionUnreadable(ValueError):
    """A file that isn't a policy definition; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDefinition:
    """One definition, or an initiative that exists. `id` is its ARM id, empty where the stack declares it.

    parameters        None where nobody knows them: of a definition named by its id alone
    effect            the fixed effect; empty where it is the value of `effect_parameter`
    roles             GUIDs of the roles that a remediation needs
    document          `properties` as written, of one that the stack declares
    """

    reference: str
    id: str = ""
    display_name: str = ""
    mode: str = ""
    parameters: Mapping[str, BuiltInParameter] | None = None
    effect: str = ""
    effect_parameter: str = ""
    roles: tuple[str, ...] = ()
    document: PolicyDocument = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The last part of its reference, as names and reference ids are made of it."""
        return self.reference.rpartition("/")[2]

    def effect_with(self, values: ParameterValues) -> str:
        """The effect that these parameter values come to; empty where nobody knows."""
        if self.effect or not self.effect_parameter:
            return self.effect
        default = (self.parameters or {})[self.effect_parameter].default
        return str(values.get(self.effect_parameter, "" if default is NOTHING else default))

    def remediates(self, values: ParameterValues) -> bool:
        """Whether an assignment with these values changes or deploys something, and so needs an identity."""
        return self.effect_with(values).lower() in REMEDIATES


def from_built_in(reference: str, known: BuiltIn) -> PolicyDefinition:
    """A built-in, as the catalog knows it."""
    return PolicyDefinition(
        reference=reference,
        id=known.id,
        display_name=known.display_name,
        mode=known.mode,
        parameters=known.parameters,
        effect=known.effect,
        effect_parameter="effect" if "effect" in known.parameters else "",
        roles=known.roles,
    )


def from_document(reference: str, content: str | bytes) -> PolicyDefinition:
    """A definition from what a file holds. Raises DefinitionUnreadable."""
    from modelyard.policy.documents import written_definition
    from modelyard.policy.failures import DefinitionRefused

    try:
        document = files.loads(content if isinstance(content, str) else content.decode("utf-8-sig"), unique=True)
    except ValueError as error:
        from modelyard.syntax import json_mistakes

        raise DefinitionUnreadable(json_mistakes.problem(error)) from error
    try:
        written = written_definition.read(document, reference)
        if not all(isinstance(written_definition.member(written.rule, part, None), dict) for part in ("if", "then")):
            raise DefinitionUnreadable("policyRule has no if and then")
        effect, effect_parameter = written.effect()
        roles = written.roles()
    except DefinitionRefused as refused:
        raise DefinitionUnreadable(_told(refused)) from refused
    mode = MODES.get(written.mode.lower(), written.mode)
    if mode not in MODES.values() and not mode.startswith("Microsoft."):
        raise DefinitionUnreadable(f"mode {mode!r} is neither All nor Indexed nor that of a provider")
    return PolicyDefinition(
        reference=reference,
        display_name=written.display_name,
        mode=mode,
        parameters=_parameters(written.parameters),
        effect=effect,
        effect_parameter=effect_parameter,
        roles=roles,
        document=written.properties,
    )


def declared_parameters(written: Any) -> dict[str, BuiltInParameter]:
    """What a definition or an initiative declares, as JSON has it. Raises DefinitionUnreadable."""
    from modelyard.policy.documents import written_definition
    from modelyard.policy.failures import DefinitionRefused

    try:
        return _parameters(written_definition.parameters("", written))
    except DefinitionRefused as refused:
        raise DefinitionUnreadable(_told(refused)) from refused


def _parameters(written: "Mapping[str, WrittenParameter]") -> dict[str, BuiltInParameter]:
    """By their names as they are declared."""
    from modelyard.policy.documents.written_definition import TYPES

    return {each.name: BuiltInParameter(TYPES[each.type], each.allowed, each.default) for each in written.values()}


def _told(refused: "DefinitionRefused") -> str:
    """Where in the file, what is wrong there, and what is allowed."""
    allowed = f" (allowed: {refused.allowed})" if refused.allowed else ""
    return f"{refused.what}{allowed}" if refused.place == "$" else f"{refused.place}: {refused.what}{allowed}"


class DefinitionFiles:
    """Finds definitions by kind and stem: `team/allowed-models` is policies/azure/allowed-models.json."""

    def __init__(self, team: Path) -> None:
        self._folders: Mapping[str, Path] = {
            TEAM: team,
            OWN: POLICY_ROOM / "definitions",
            OWN_INITIATIVES: POLICY_ROOM / "initiatives",
        }

    def stems(self, kind: str) -> tuple[str, ...]:
        """What there is of a kind, in alphabetical order."""
        folder = self._folders[kind]
        there = folder.iterdir() if folder.is_dir() else ()
        return tuple(sorted(file.name.removesuffix(".json") for file in there if file.name.endswith(".json")))

    def read(self, kind: str, stem: str) -> bytes | None:
        """What the file of a definition holds; None where there is none of that name."""
        if stem not in self.stems(kind):
            return None
        return files.read(self._folders[kind] / f"{stem}.json")
