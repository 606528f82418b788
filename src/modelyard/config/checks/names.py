"""Names that Azure takes for one, keeps for itself, or finds too long."""

from typing import get_args, get_origin

from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.naming_rules import Key
from modelyard.config.policy_names import LONGEST, shared_name
from modelyard.config.stack import Draft, StackKeys

IN_AZURE = {
    name: str(field.alias or name)
    for name, field in StackKeys.model_fields.items()
    if get_origin(field.annotation) is dict and get_args(field.annotation)[0] is not Key
}
"""Sections whose keys are names in Azure, with the key of each; where a key is just a `Key` it is Pulumi's alone."""
RESERVED = "microsoft."


def check(draft: Draft, collector: Collector) -> None:
    for section, key in IN_AZURE.items():
        _twice(tuple(getattr(draft, section)), (key,), collector)
    _twice(tuple(draft.account.tags if draft.account else ()), ("account", "tags"), collector)
    for name, blocklist in draft.blocklists.items():
        _twice(tuple(blocklist.entries), ("blocklists", name, "entries"), collector)
    groups: dict[KeyPath, list[str]] = {}
    for entry in draft.plain:
        groups.setdefault(entry.path[:-1], []).append(entry.names[-1])
    for above, names in groups.items():
        _twice(tuple(names), above, collector)
    for name in draft.content_filters:
        if name.lower().startswith(RESERVED):
            collector.add(
                "config.name-not-allowed",
                ("contentFilters", name),
                "names that begin with Microsoft. are those of the system's own content filters",
                found=name,
                allowed="a name of your own",
                remedy="rename it; a deployment can name the system's filters without an entry here",
            )
    _spellings(draft, collector)
    at_subscription = [("initiatives", name) for name in draft.initiatives]
    at_subscription += [("policies", name) for name, each in draft.policies.items() if each.scope == "subscription"]
    for path in at_subscription:
        _length(draft.name, path, collector)


def _twice(names: tuple[str, ...], section: KeyPath, collector: Collector) -> None:
    first: dict[str, str] = {}
    for name in names:
        twin = first.setdefault(name.casefold(), name)
        if twin != name:
            collector.add(
                "config.name-twice",
                (*section, name),
                f"Azure takes {name} and {twin} for the same name",
                found=name,
                allowed="names that differ in more than capitals",
                remedy="rename one of them",
            )


def _spellings(draft: Draft, collector: Collector) -> None:
    """A group written in two ways would get everything that is kept there twice, under one id."""
    first: dict[str, str] = {}
    for name, policy in draft.policies.items():
        twin = first.setdefault(policy.scope.casefold(), policy.scope)
        if twin != policy.scope:
            collector.add(
                "config.name-twice",
                ("policies", name, "scope"),
                f"Azure takes {policy.scope} and {twin} for the same management group",
                found=policy.scope,
                allowed=twin,
                remedy="write it the same way everywhere",
                of_value=True,
            )


def _length(stack: str, path: KeyPath, collector: Collector) -> None:
    """What stacks share a subscription for has the stack's name in its own."""
    name = shared_name(stack, str(path[-1]))
    if len(name) > LONGEST:
        collector.add(
            "config.name-not-allowed",
            path,
            f"its name at the subscription, {name}, is too long",
            found=f"{len(name)} characters",
            allowed=f"at most {LONGEST}, the stack's name among them",
            remedy="shorten it",
        )
