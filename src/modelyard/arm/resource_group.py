"""Resource groups: what everything else is deleted with."""

from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:resources:ResourceGroup",
    type="Microsoft.Resources/resourceGroups",
    noun="resource group",
    section="account",  # `resourceGroup` is a key there
    single=True,
    delay=0.2,
    needed=frozenset({"location"}),  # azure-native fills it in from the group, which this is
    replace_on=frozenset({"location", "managedBy"}),
)
