"""Entries of a blocklist: one word, phrase or regular expression each."""

from modelyard.arm import account, blocklist
from modelyard.arm.table import Autoname, ResourceType

ROW = ResourceType(
    token="azure-native:cognitiveservices:RaiBlocklistItem",
    type="Microsoft.CognitiveServices/accounts/raiBlocklists/raiBlocklistItems",
    path=blocklist.PATH + "/raiBlocklistItems/{raiBlocklistItemName}",
    api_version=account.API_VERSION,
    envelope=frozenset({"tags"}),
    read_only=frozenset({"etag", "systemData"}),
    server_filled=frozenset({"properties.isRegex"}),
    autoname=Autoname.COPY,
)
