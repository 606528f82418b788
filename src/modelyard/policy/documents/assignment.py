"""Assignments: a definition or an initiative put to work at a scope, with values for its parameters.

Source: Microsoft docs, assignment-structure (A). Of several overrides that mean a resource the first counts; the docs
say they are "evaluated in the order in which they're specified" and no more (R).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.catalog.policy_selectors import MOST_OVERRIDES
from modelyard.policy.documents import parameters, scopes, selectors
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.definition_header import version_fits
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.policy import Policy
from modelyard.policy.documents.selectors import ResourceSelector
from modelyard.policy.documents.strict_reader import read
from modelyard.policy.documents.written_definition import ParameterValues
from modelyard.policy.failures import AssignmentRefused, PolicyFailure
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Truth, Unknown

MODES = {mode.lower(): mode for mode in ("Default", "DoNotEnforce", "Enroll")}
"""Enforcement modes. `Enroll` enforces on what an enrollment names (Microsoft docs, enrollment-structure, A)."""
VERSIONS = {"definitionversion", "policyversion"}
"""The kind of override that means another version: as the API calls it, and as the docs do."""
KNOWN = frozenset(
    name.lower()
    for name in (
        "displayName", "description", "metadata", "policyDefinitionId", "definitionVersion", "latestDefinitionVersion",
        "effectiveDefinitionVersion", "scope", "notScopes", "parameters", "nonComplianceMessages", "enforcementMode",
        "resourceSelectors", "overrides", "assignmentType", "instanceId", "selfServeExemptionSettings",
    )
)  # fmt: skip
"""What properties Azure's assignments have (azure-mgmt-resource-policy 1.0, A)."""


@dataclass(frozen=True, slots=True)
class Override:
    """Another effect for some members or some resources."""

    effect: str
    selector: ResourceSelector


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment as written; nothing is looked up yet. `versions` are those it asks for, each with its place."""

    id: str
    name: str
    display_name: str
    scope: str
    definition_id: str
    parameters: ParameterValues
    not_scopes: tuple[str, ...] = ()
    enforcement_mode: str = "Default"
    messages: tuple[tuple[str, str], ...] = ()
    overrides: tuple[Override, ...] = ()
    resource_selectors: tuple[ResourceSelector, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def load(cls, document: Any) -> "Assignment":
        """An assignment as Azure writes it. Raises AssignmentRefused."""
        written = read("assignment", document, KNOWN)
        id_, name, body = written.id, written.name, written.body
        if not isinstance(body.get("policyDefinitionId"), str):
            raise AssignmentRefused(name, "properties.policyDefinitionId", "there is no definition's id")
        mode = str(body.get("enforcementMode") or "Default")
        if mode.lower() not in MODES:
            raise AssignmentRefused(
                name, "properties.enforcementMode", f"'{mode}' is no mode", allowed=", ".join(MODES.values())
            )
        overrides = written.rows("overrides")
        if len(overrides) > MOST_OVERRIDES:
            problem = f"{len(overrides)} are more than Azure takes"
            raise AssignmentRefused(name, "properties.overrides", problem, allowed=f"{MOST_OVERRIDES}")
        return cls(
            id_,
            name,
            str(body.get("displayName") or name),
            str(body.get("scope") or scopes.parent(id_)),
            body["policyDefinitionId"],
            parameters.unwrapped(body.get("parameters")),
            written.texts("notScopes"),
            MODES[mode.lower()],
            tuple(
                (str(row.get("policyDefinitionReferenceId") or ""), str(row.get("message") or ""))
                for row in written.rows("nonComplianceMessages")
            ),
            tuple(_override(name, at, row) for at, row in enumerate(overrides) if not _of_version(row)),
            selectors.load(name, "properties.resourceSelectors", body.get("resourceSelectors")),
            (
                ("properties.definitionVersion", str(body.get("definitionVersion") or "")),
                *(
                    (f"properties.overrides[{at}].value", str(row.get("value") or ""))
                    for at, row in enumerate(overrides)
                    if _of_version(row)
                ),
            ),
        )

    @property
    def enforced(self) -> bool:
        """Whether effects take place on whatever it covers."""
        return self.enforcement_mode == "Default"

    @property
    def enrolls(self) -> bool:
        """Whether effects take place on what is enrolled."""
        return self.enforcement_mode == "Enroll"

    def covers(self, resource_id: str, management_groups: Iterable[str] = ()) -> bool:
        """Whether the resource is in scope and not in an excluded one."""
        groups = tuple(management_groups)
        return scopes.within(self.scope, resource_id, groups) and not any(
            scopes.within(excluded, resource_id, groups) for excluded in self.not_scopes
        )

    def message(self, reference: str) -> str:
        """What to say of a violation: the message for this member, else the one for all; empty without any."""
        found = {name.lower(): text for name, text in reversed(self.messages)}
        return found.get(reference.lower()) or found.get("", "")

    def bind(self, library: Library) -> tuple["Bound", ...]:
        """The policies this assignment puts to work. Raises AssignmentRefused, ParameterRefused, DefinitionRefused."""
        return tuple(_whole(each) for each in self.each(library))

    def each(self, library: Library) -> Iterator["Bound | PolicyFailure"]:
        """The same one by one; of an initiative, a member that can't be put to work takes no other with it.

        Raises AssignmentRefused, ParameterRefused, DefinitionRefused where that is so of all.
        """
        found = library.find(self.definition_id)
        if not isinstance(found, Initiative):
            definition = library.definition(self.name, self.definition_id)
            self._check_version(definition.version)
            yield self._bound(definition, self.parameters, "", None)
            return
        self._check_version(found.version)
        values = parameters.values(self.name, found.parameters, self.parameters, complete=True)
        for member in found.members:
            try:
                definition = library.definition(found.name, member.definition_id)
                found.check_version(member, definition.version)
                yield self._bound(definition, found.handed_down(member, values), member.reference, found)
            except PolicyFailure as failure:
                yield failure

    def _check_version(self, version: str) -> None:
        for place, wanted in self.versions:
            if not version_fits(wanted, version):
                raise AssignmentRefused(
                    self.name, place, f"version {wanted} is asked for", allowed=f"{version}, which is at hand"
                )

    def _bound(
        self, definition: Definition, values: ParameterValues, reference: str, initiative: Initiative | None
    ) -> "Bound":
        about = {
            "assignmentId": self.id,
            "definitionId": definition.id,
            "setDefinitionId": "" if initiative is None else initiative.id,
            "definitionReferenceId": reference,
        }
        plain = definition.bind(values, policy=about)
        overridden = tuple(
            (each.selector, definition.bind(values, effect=each.effect, policy=about))
            for each in self.overrides
            if each.selector.could_mean(reference)
        )
        return Bound(self, plain, reference, initiative, overridden)


def _whole(each: "Bound | PolicyFailure") -> "Bound":
    if isinstance(each, PolicyFailure):
        raise each
    return each


def _of_version(row: Mapping[str, Any]) -> bool:
    return str(row.get("kind", "")).lower() in VERSIONS


def _override(owner: str, at: int, row: Mapping[str, Any]) -> Override:
    place = f"properties.overrides[{at}]"
    if str(row.get("kind", "")).lower() != "policyeffect":
        raise AssignmentRefused(
            owner,
            f"{place}.kind",
            f"'{row.get('kind', '')}' is no kind of override",
            allowed="policyEffect, definitionVersion",
        )
    group = ResourceSelector("", selectors.members(owner, f"{place}.selectors", row.get("selectors")))
    return Override(str(row.get("value", "")), group)


@dataclass(frozen=True, slots=True)
class Bound:
    """One policy at work: of which assignment, under which reference, and with which effects for some resources."""

    assignment: Assignment
    plain: Policy
    reference: str = ""
    initiative: Initiative | None = None
    overridden: tuple[tuple[ResourceSelector, Policy], ...] = ()

    def is_of(self, assignment_id: str, references: frozenset[str]) -> bool:
        """Whether an exemption or an enrollment of these members (none: all) of an assignment is about this policy."""
        return scopes.normalized(assignment_id) == scopes.normalized(self.assignment.id) and (
            not references or self.reference.lower() in references
        )

    def meant(self, resource: EvaluatedResource) -> Truth:
        """Whether the assignment's resource selectors mean the resource."""
        if not self.assignment.resource_selectors:
            return True
        return selectors.any_meets(self.assignment.resource_selectors, resource, self.reference)

    def policy(self, resource: EvaluatedResource) -> Policy | Unknown:
        """The policy with the effect that counts for this resource."""
        for selector, policy in self.overridden:
            result = selector.meets(resource, self.reference)
            if result is not False:
                return policy if result is True else result
        return self.plain
