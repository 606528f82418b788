"""Azure AI Services accounts: one endpoint and one credential for many models."""

from modelyard.arm.table import Invoke, ResourceType

PATH = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
    "/providers/Microsoft.CognitiveServices/accounts/{accountName}"
)
API_VERSION = "2025-06-01"

ROW = ResourceType(
    token="azure-native:cognitiveservices:Account",
    type="Microsoft.CognitiveServices/accounts",
    path=PATH,
    api_version=API_VERSION,
    envelope=frozenset({"identity", "kind", "location", "sku", "tags"}),
    required=frozenset({"sku.name"}),
    read_only=frozenset(
        {
            "etag",
            "systemData",
            "identity.principalId",
            "identity.tenantId",
            "properties.abusePenalty",
            "properties.callRateLimit",
            "properties.capabilities",
            "properties.commitmentPlanAssociations",
            "properties.dateCreated",
            "properties.deletionDate",
            "properties.endpoint",
            "properties.endpoints",
            "properties.internalId",
            "properties.isMigrated",
            "properties.privateEndpointConnections",
            "properties.provisioningState",
            "properties.quotaLimit",
            "properties.scheduledPurgeDate",
            "properties.skuChangeInfo",
        }
    ),
    server_filled=frozenset(
        {
            "properties.allowProjectManagement",
            "properties.apiProperties",
            "properties.associatedProjects",
            "properties.defaultProject",
            "properties.networkAcls",
            "properties.publicNetworkAccess",
        }
    ),
    write_only=frozenset({"properties.restore"}),
    replace_on=frozenset({"location"}),
    string_sets=frozenset({"identity.userAssignedIdentities"}),
    invokes=(
        Invoke(
            token="azure-native:cognitiveservices:listAccountKeys",
            verb="POST",
            path=PATH + "/listKeys",
            api_version=API_VERSION,
            secret=frozenset({"key1", "key2"}),
        ),
    ),
)
