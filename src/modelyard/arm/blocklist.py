"""Blocklists of an account: named lists of words and patterns, which content filters name."""

from modelyard.arm import account
from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:cognitiveservices:RaiBlocklist",
    type=f"{account.TYPE}/raiBlocklists",
    noun="blocklist",
    section="blocklists",
    lock=account.TYPE,
    delay=0.1,
)
