"""What initiatives come to: their definitions found, their values fitted, their reference ids told apart."""

from modelyard.config.checks import policy_values
from modelyard.config.checks.policy_definition import Definitions
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.policy_set_definition import DefinitionReference, PolicySetDefinition, WrittenInitiative
from modelyard.config.stack import Draft


def settle(draft: Draft, definitions: Definitions, collector: Collector) -> dict[str, PolicySetDefinition]:
    """The initiatives; one with a definition that isn't known is absent, and a finding says why."""
    settled = {}
    for key, written in draft.initiatives.items():
        members = _members(written, ("initiatives", key, "definitions"), definitions, collector)
        if len(members) == len(written.definitions):
            settled[key] = PolicySetDefinition(written.display_name or key, written.description, members)
    return settled


def _members(
    written: WrittenInitiative, path: KeyPath, definitions: Definitions, collector: Collector
) -> tuple[DefinitionReference, ...]:
    members: dict[str, DefinitionReference] = {}
    for index, each in enumerate(written.definitions):
        at = (*path, index)
        found = definitions.find(each.definition, (*at, "definition"))
        if found is None:
            continue
        reference_id = each.reference_id or found.stem
        if reference_id.casefold() in members:
            collector.add(
                "config.initiative-reference-twice",
                at,
                f"two definitions of this initiative are called {reference_id}",
                found=reference_id,
                allowed="a referenceId for each",
                remedy="add referenceId to one of them",
            )
        values = policy_values.settle(found, each.parameters, each.effect, at, collector)
        members[reference_id.casefold()] = DefinitionReference(found, reference_id, values)
    return tuple(members.values())
