"""Resource groups: what everything else is deleted with."""

from modelyard.arm.table import ResourceType

ROW = ResourceType(
    token="azure-native:resources:ResourceGroup",
    type="Microsoft.Resources/resourceGroups",
    path="/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
    api_version="2024-03-01",
    envelope=frozenset({"location", "managedBy", "tags"}),
    required=frozenset({"location"}),
    read_only=frozenset({"properties.provisioningState"}),
    replace_on=frozenset({"location", "managedBy"}),
)
