"""Blocklists of the account: named lists of words and patterns, which content filters name."""

from pydantic import Field

from modelyard.config.blocklist_item import BlocklistEntry
from modelyard.config.naming_rules import BlocklistName
from modelyard.config.scalar import Text
from modelyard.config.strict_model import StrictModel
from modelyard.config.tags import Tags


class Blocklist(StrictModel):
    """One entry of `modelyard:blocklists`."""

    description: Text = Field(default="", description="What the list is for.")
    entries: dict[BlocklistName, BlocklistEntry] = Field(
        default={},
        description="Entries by name: a text, or text: … or regex: …; the key is the entry's name in Azure.",
    )
    tags: Tags = Field(default={}, description="Tags of the blocklist, added to the stack's.")
