"""What policies come to: what they assign, with which values, and whether that needs an identity."""

from collections.abc import Mapping

from modelyard.config.checks import policy_selectors, policy_values
from modelyard.config.checks.policy_definition import Definitions
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.policy_assignment import PolicyAssignment, WrittenPolicy
from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.policy_set_definition import PolicySetDefinition
from modelyard.config.stack import Draft
from modelyard.config.suggestions import did_you_mean

INITIATIVE = "initiative/"


def settle(
    draft: Draft, definitions: Definitions, initiatives: Mapping[str, PolicySetDefinition], collector: Collector
) -> dict[str, PolicyAssignment]:
    """The assignments; one whose definition isn't known is absent, and a finding says why."""
    settled = {}
    for key, written in draft.policies.items():
        at = ("policies", key)
        policy_selectors.check(written.resource_selectors, at, collector)
        if written.definition.startswith(INITIATIVE):
            name = written.definition.removeprefix(INITIATIVE)
            if not _known(name, draft.written.get("initiatives", ()), (*at, "definition"), collector):
                policy_selectors.check_overrides(written.overrides, None, written.definition, at, collector)
                continue
            settled[key] = _of_initiative(name, initiatives.get(name), written, at, collector)
        elif (own := definitions.initiative(written.definition)) is not None:
            settled[key] = _of_initiative(written.definition, own, written, at, collector)
        elif (found := definitions.find(written.definition, (*at, "definition"), assigned=True)) is not None:
            settled[key] = _of_definition(found, written, at, collector)
        else:
            policy_selectors.check_overrides(written.overrides, None, written.definition, at, collector)
    return settled


def _of_definition(
    definition: PolicyDefinition, written: WrittenPolicy, at: KeyPath, collector: Collector
) -> PolicyAssignment:
    values = policy_values.settle(definition, written.parameters, written.effect, at, collector)
    known = definition if definition.parameters is not None else None  # an id alone may be that of an initiative
    policy_selectors.check_overrides(written.overrides, known, written.definition, at, collector)
    return PolicyAssignment(
        definition=definition,
        initiative=None,
        parameters=values,
        enforcement_mode=written.enforcement_mode,
        scope=written.scope,
        not_scopes=written.not_scopes,
        resource_selectors=written.resource_selectors,
        overrides=written.overrides,
        identity=written.identity,
        non_compliance_message=written.non_compliance_message,
        display_name=written.display_name or definition.display_name or None,
        description=written.description,
        remediates=definition.remediates(values) or any(each.remediates for each in written.overrides),
        roles=definition.roles,
    )


def _of_initiative(
    name: str, known: PolicySetDefinition | None, written: WrittenPolicy, at: KeyPath, collector: Collector
) -> PolicyAssignment:
    """One that comes with Modelyard has parameters. One of the stack has none: values stand with its definitions."""
    takes = PolicyDefinition(reference=written.definition, parameters=known.parameters if known else {})
    values = policy_values.settle(takes, written.parameters, written.effect, at, collector)
    policy_selectors.check_overrides(written.overrides, known, written.definition, at, collector)
    return PolicyAssignment(
        definition=None,
        initiative=name,
        parameters=values,
        enforcement_mode=written.enforcement_mode,
        scope=written.scope,
        not_scopes=written.not_scopes,
        resource_selectors=written.resource_selectors,
        overrides=written.overrides,
        identity=written.identity,
        non_compliance_message=written.non_compliance_message,
        display_name=written.display_name or (known.display_name if known else name),
        description=written.description,
        remediates=known.remediates(values, written.overrides) if known else False,
        roles=known.roles(values, written.overrides) if known else (),
    )


def _known(name: str, known: tuple[str, ...], path: KeyPath, collector: Collector) -> bool:
    if name not in known:
        references = [INITIATIVE + each for each in known]
        collector.add(
            "config.policy-unknown",
            path,
            f"there is no initiative {name}",
            found=INITIATIVE + name,
            allowed=", ".join(references) or "initiatives has no entries",
            remedy=did_you_mean(INITIATIVE + name, references, "write it under initiatives, or correct the name"),
            of_value=True,
        )
    return name in known
