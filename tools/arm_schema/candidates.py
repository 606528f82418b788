"""Types that no row declares yet, whose facts the file has already: to declare one takes its row, and no new file."""

from collections.abc import Mapping

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"

CANDIDATES: Mapping[str, str] = {
    f"azure-native:{token}": arm_type
    for token, arm_type in {
        "apimanagement:ApiManagementService": "Microsoft.ApiManagement/service",
        "applicationinsights:Workbook": "Microsoft.Insights/workbooks",
        "cognitiveservices:CommitmentPlan": f"{ACCOUNTS}/commitmentPlans",
        "consumption:Budget": "Microsoft.Consumption/budgets",
        "managedidentity:FederatedIdentityCredential": f"{IDENTITIES}/federatedIdentityCredentials",
        "managedidentity:UserAssignedIdentity": IDENTITIES,
        "monitor:ActionGroup": "Microsoft.Insights/actionGroups",
        "network:PrivateDnsZoneGroup": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "operationalinsights:Workspace": "Microsoft.OperationalInsights/workspaces",
        "privatedns:PrivateZone": "Microsoft.Network/privateDnsZones",
        "privatedns:VirtualNetworkLink": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    }.items()
}
