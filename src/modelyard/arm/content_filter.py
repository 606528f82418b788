"""Content filters: RAI policies of an account, which its deployments name."""

from modelyard.arm import account
from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:cognitiveservices:RaiPolicy",
    type=f"{account.TYPE}/raiPolicies",
    noun="content filter",
    section="contentFilters",
    lock=account.TYPE,
    delay=0.1,
    server_filled=frozenset({"properties.basePolicyName", "properties.mode"}),
)
