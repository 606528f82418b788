"""Blocklists of an account: named lists of words and patterns, which content filters name."""

from modelyard.arm import account
from modelyard.arm.table import Autoname, ResourceType

PATH = account.PATH + "/raiBlocklists/{raiBlocklistName}"

ROW = ResourceType(
    token="azure-native:cognitiveservices:RaiBlocklist",
    type="Microsoft.CognitiveServices/accounts/raiBlocklists",
    path=PATH,
    api_version=account.API_VERSION,
    envelope=frozenset({"tags"}),
    read_only=frozenset({"etag", "systemData"}),
    autoname=Autoname.COPY,
)
