"""Entries of a blocklist: one word, phrase or regular expression each."""

from modelyard.arm import account, blocklist
from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:cognitiveservices:RaiBlocklistItem",
    type=f"{blocklist.ROW.type}/raiBlocklistItems",
    noun="blocklist entry",
    section="entries",
    parent=blocklist.ROW,
    lock=account.TYPE,
    delay=0.1,
    server_filled=frozenset({"properties.isRegex"}),
)
