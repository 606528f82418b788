"""Content filters: RAI policies of the account, with every filter's source and blocking stated (ARM wants both)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_azure_native import cognitiveservices

from modelyard.config.content_filter import BlocklistUse, ContentFilter
from modelyard.config.stack import Stack
from modelyard.resources.account import Account
from modelyard.resources.writes import AccountWrites

EVERYWHERE = ("Prompt", "Completion")


class ContentFilters(pulumi.ComponentResource):
    """Every content filter of a stack. The key in the stack file is the logical name and what deployments name."""

    def __init__(
        self,
        name: str,
        stack: Stack,
        account: Account,
        blocklists: Mapping[str, Sequence[pulumi.Resource]],
        writes: AccountWrites,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:ContentFilters", name, {}, opts)
        self.filters = {
            key: cognitiveservices.RaiPolicy(
                key,
                resource_group_name=stack.account.resource_group,
                account_name=stack.account.name,
                rai_policy_name=key,
                properties=properties(written),
                tags={**stack.tags, **written.tags} or None,
                opts=account.child(
                    writes, parent=self, depends_on=[each for used in written.blocklists for each in blocklists[used]]
                ),
            )
            for key, written in stack.content_filters.items()
        }
        # Told once the filter is there: a refused one must not be told as if it were.
        self.summary = {
            key: self.filters[key].properties.apply(lambda _, written=written: summarise(written))
            for key, written in stack.content_filters.items()
        }
        self.register_outputs({"names": list(self.filters)})


def summarise(written: ContentFilter) -> dict[str, Any]:
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


def properties(written: ContentFilter) -> cognitiveservices.RaiPolicyPropertiesArgs:
    """A content filter as azure-native takes it."""
    return cognitiveservices.RaiPolicyPropertiesArgs(
        mode=written.mode,
        base_policy_name=written.base_policy_name,
        content_filters=[
            cognitiveservices.RaiPolicyContentFilterArgs(
                name=rule.name,
                source=rule.source,
                enabled=rule.enabled,
                blocking=rule.blocking,
                severity_threshold=rule.severity_threshold,
                action=rule.action,
            )
            for rule in written.rules()
        ],
        custom_blocklists=[each for name, use in written.blocklists.items() for each in _uses(name, use)],
    )


def _uses(name: str, use: BlocklistUse) -> Iterator[cognitiveservices.CustomBlocklistConfigArgs]:
    for source in EVERYWHERE if use.source is None else (use.source,):
        yield cognitiveservices.CustomBlocklistConfigArgs(blocklist_name=name, source=source, blocking=use.blocking)
