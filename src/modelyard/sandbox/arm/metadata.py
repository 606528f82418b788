"""`/metadata/endpoints`: what a client asks, without a token, to learn where this cloud's services are.

Three shapes: one object with `galleryEndpoint` until 2018, a list of clouds from 2019 on, one cloud from 2022-09-01 on.
The members are those that azure-sdk-for-java's MetadataEndpoint and go-azure-sdk read (C); their values are Azure's own
host names.
"""

from modelyard.arm.json_path import ArmDocument
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.call import AUTHORITY, ArmCall, ArmReply
from modelyard.sandbox.arm.routing import ArmRoute

LOGIN = "https://login.microsoftonline.com"
AUDIENCES = ["https://management.core.windows.net/", "https://management.azure.com/"]

CLOUD: ArmDocument = {
    "name": "AzureCloud",
    "portal": "https://portal.azure.com",
    "resourceManager": f"{AUTHORITY}/",
    "authentication": {
        "loginEndpoint": LOGIN,
        "audiences": AUDIENCES,
        "tenant": "common",
        "identityProvider": "AAD",
    },
    "graph": "https://graph.windows.net/",
    "graphAudience": "https://graph.windows.net/",
    "microsoftGraphResourceId": "https://graph.microsoft.com/",
    "gallery": "https://gallery.azure.com/",
    "batch": "https://batch.core.windows.net/",
    "media": "https://rest.media.azure.net",
    "activeDirectoryDataLake": "https://datalake.azure.net/",
    "sqlManagement": "https://management.core.windows.net:8443/",
    "logAnalyticsResourceId": "https://api.loganalytics.io",
    "appInsightsResourceId": "https://api.applicationinsights.io",
    "suffixes": {
        "storage": "core.windows.net",
        "keyVaultDns": "vault.azure.net",
        "sqlServerHostname": "database.windows.net",
        "acrLoginServer": "azurecr.io",
        "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
        "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
    },
}

OLD: ArmDocument = {
    "galleryEndpoint": CLOUD["gallery"],
    "graphEndpoint": CLOUD["graph"],
    "portalEndpoint": CLOUD["portal"],
    "authentication": {"loginEndpoint": f"{LOGIN}/", "audiences": AUDIENCES},
}


def _endpoints(call: ArmCall) -> ArmReply:
    if call.api_version >= "2022-09-01":
        return ArmReply(200, CLOUD)
    return ArmReply(200, [CLOUD] if call.api_version >= "2019" else OLD)


ROUTES = (
    ArmRoute(
        verb="GET",
        path="/metadata/endpoints",
        answer=_endpoints,
        action=None,
        type="metadata/endpoints",
        grade=Grade.C,
        source="azure-sdk-for-java MetadataEndpoint, go-azure-sdk",
        anonymous=True,
    ),
)
