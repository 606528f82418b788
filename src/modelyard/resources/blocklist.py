"""Blocklists of the account with their entries."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import cognitiveservices

from modelyard.config.blocklist import Blocklist
from modelyard.config.stack import Stack
from modelyard.resources.account import Account
from modelyard.resources.writes import AccountWrites


class Blocklists(pulumi.ComponentResource):
    """Every blocklist of a stack. The key in the stack file is the logical name; an entry's is `<list>/<entry>`.

    `lists` holds for each blocklist everything that has to be there before a content filter that names it is of use.
    """

    def __init__(
        self,
        name: str,
        stack: Stack,
        account: Account,
        writes: AccountWrites,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Blocklists", name, {}, opts)
        self.lists: Mapping[str, list[pulumi.Resource]] = {}
        for key, written in stack.blocklists.items():
            blocklist = cognitiveservices.RaiBlocklist(
                key,
                resource_group_name=stack.account.resource_group,
                account_name=stack.account.name,
                rai_blocklist_name=key,
                properties=cognitiveservices.RaiBlocklistPropertiesArgs(description=written.description),
                tags={**stack.tags, **written.tags} or None,
                opts=account.child(writes, parent=self),
            )
            entries = [
                cognitiveservices.RaiBlocklistItem(
                    f"{key}/{entry}",
                    resource_group_name=stack.account.resource_group,
                    account_name=stack.account.name,
                    rai_blocklist_name=key,
                    rai_blocklist_item_name=entry,
                    properties=cognitiveservices.RaiBlocklistItemPropertiesArgs(
                        pattern=item.pattern, is_regex=item.is_regex
                    ),
                    opts=account.child(writes, parent=self, depends_on=[blocklist]),
                )
                for entry, item in written.entries.items()
            ]
            self.lists = {**self.lists, key: [blocklist, *entries]}
        self.summary = {key: summarise(written) for key, written in stack.blocklists.items()}
        self.register_outputs({"names": list(self.lists)})


def summarise(written: Blocklist) -> dict[str, Any]:
    """What smoke tests need to know: an entry to try. An expression says of no text for certain that it matches."""
    return {"sample": next((entry.pattern for entry in written.entries.values() if not entry.is_regex), None)}
