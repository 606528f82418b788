"""Content filters: RAI policies of an account, which its deployments name."""

from modelyard.arm import account
from modelyard.arm.table import Autoname, ResourceType

ROW = ResourceType(
    token="azure-native:cognitiveservices:RaiPolicy",
    type="Microsoft.CognitiveServices/accounts/raiPolicies",
    path=account.PATH + "/raiPolicies/{raiPolicyName}",
    api_version=account.API_VERSION,
    envelope=frozenset({"tags"}),
    read_only=frozenset({"etag", "systemData", "properties.type"}),
    server_filled=frozenset({"properties.basePolicyName", "properties.mode"}),
    write_only=frozenset({"properties.safetyProviders"}),
    autoname=Autoname.COPY,
)
