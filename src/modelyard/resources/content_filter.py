"""Content filters: RAI policies of the account, with every filter's source and blocking stated (ARM wants both)."""

from collections.abc import Iterator, Mapping, Sequence

from modelyard.arm.json_path import ArmDocument
from modelyard.config.content_filter import BlocklistUse, ContentFilter
from modelyard.config.stack import Stack
from modelyard.files import JsonDocument
from modelyard.resources.account import Owner
from modelyard.resources.resource import Component, Concern, Resource, present

COMPONENT = Component("ContentFilters", "content-filters")
EVERYWHERE = ("Prompt", "Completion")


def concern(stack: Stack, owner: Owner, blocklists: Mapping[str, Sequence[Resource]]) -> Concern:
    """Every content filter by its key, which is its logical name and what deployments name."""
    return Concern(
        COMPONENT,
        {
            key: owner.child(
                COMPONENT,
                "cognitiveservices:RaiPolicy",
                key,
                {"raiPolicyName": key},
                present({"properties": properties(written), "tags": {**stack.tags, **written.tags} or None}),
                [each for used in written.blocklists for each in blocklists[used]],
            )
            for key, written in stack.content_filters.items()
        },
    )


def summarise(written: ContentFilter) -> JsonDocument:
    """What smoke tests need to know: what is looked for in prompts and completions, the blocklists attached, and those
    of them whose entries are refused in prompts.
    """
    return {
        "blocklists": list(written.blocklists),
        "refuses": [
            name for name, use in written.blocklists.items() if use.blocking and use.source in (None, "Prompt")
        ],
        "categories": {
            source.lower(): [rule.name for rule in written.rules() if rule.enabled and rule.source == source]
            for source in EVERYWHERE
        },
    }


def properties(written: ContentFilter) -> ArmDocument:
    """ARM's `properties` of a content filter."""
    return {
        "mode": written.mode,
        "basePolicyName": written.base_policy_name,
        "contentFilters": [
            present(
                {
                    "name": rule.name,
                    "source": rule.source,
                    "enabled": rule.enabled,
                    "blocking": rule.blocking,
                    "severityThreshold": rule.severity_threshold,
                    "action": rule.action,
                }
            )
            for rule in written.rules()
        ],
        "customBlocklists": [each for name, use in written.blocklists.items() for each in _uses(name, use)],
    }


def _uses(name: str, use: BlocklistUse) -> Iterator[ArmDocument]:
    for source in EVERYWHERE if use.source is None else (use.source,):
        yield {"blocklistName": name, "source": source, "blocking": use.blocking}
