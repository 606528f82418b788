"""What the provider is told: Pulumi's provider configuration first, the environment where that says nothing.

Names, order and environment variables are azure-native 3.29's (pulumi.com, azure-native installation and
configuration, grade A).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm.translation import PropertyMap
from modelyard.provider.failures import RequestInvalid
from modelyard.provider.values import UNKNOWN, reveal

VARIABLES: Mapping[str, tuple[str, ...]] = {
    "auxiliaryTenantIds": ("ARM_AUXILIARY_TENANT_IDS",),
    "clientCertificatePassword": ("ARM_CLIENT_CERTIFICATE_PASSWORD",),
    "clientCertificatePath": ("ARM_CLIENT_CERTIFICATE_PATH",),
    "clientId": ("ARM_CLIENT_ID",),
    "clientSecret": ("ARM_CLIENT_SECRET",),
    "disableInstanceDiscovery": ("ARM_DISABLE_INSTANCE_DISCOVERY",),
    "environment": ("ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"),
    "location": (),
    "metadataHost": ("ARM_METADATA_HOSTNAME",),
    "oidcAudience": ("ARM_OIDC_AUDIENCE",),
    "oidcRequestToken": ("ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    "oidcRequestUrl": ("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"),
    "oidcToken": ("ARM_OIDC_TOKEN",),
    "oidcTokenFilePath": ("ARM_OIDC_TOKEN_FILE_PATH",),
    "partnerId": ("ARM_PARTNER_ID",),
    "subscriptionId": ("ARM_SUBSCRIPTION_ID",),
    "tenantId": ("ARM_TENANT_ID",),
    "useDefaultAzureCredential": ("ARM_USE_DEFAULT_AZURE_CREDENTIAL",),
    "useMsi": ("ARM_USE_MSI",),
    "useOidc": ("ARM_USE_OIDC",),
}

PUBLIC = frozenset({"public", "azurecloud", "azurepubliccloud"})


@dataclass(frozen=True)
class Configuration:
    """Settings by azure-native's names. Some are secrets: they are never shown."""

    settings: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, given: PropertyMap, environment: Mapping[str, str]) -> "Configuration":
        """The settings; raises `provider.configuration-invalid` for a cloud or a subscription that can't be worked
        with.
        """
        settings = {}
        for name, variables in VARIABLES.items():
            for value in (_text(given.get(name)), *(environment.get(variable, "") for variable in variables)):
                if value:
                    settings[name] = value
                    break
        made = cls(settings)
        for name, reason in cloud_failures(settings).items():
            raise RequestInvalid.of(
                "provider.configuration-invalid", problem=reason, allowed="public", remedy=f"unset azure-native:{name}"
            )
        if not made.get("subscriptionId"):
            raise RequestInvalid.of(
                "provider.configuration-invalid",
                problem="A Subscription ID must be configured.",
                remedy="pulumi config set azure-native:subscriptionId <id>, or set ARM_SUBSCRIPTION_ID",
            )
        return made

    def get(self, name: str) -> str:
        """The setting, empty where there is none."""
        return self.settings.get(name, "")

    def listed(self, name: str) -> list[str]:
        """A setting that is a list, written as JSON; `provider.configuration-invalid` where it isn't one."""
        if not (text := self.get(name)):
            return []
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, list):
            raise RequestInvalid.of(
                "provider.configuration-invalid",
                problem=f"the setting '{name}' is no list",
                allowed='a JSON list, like ["<tenant id>"]',
            )
        return [str(item) for item in found]

    def on(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.get(name).lower() == "true"


def cloud_failures(given: PropertyMap) -> dict[str, str]:
    """What is wrong with the cloud that these settings name, by setting; nothing for Azure's public one."""
    found = {}
    cloud, host = _text(given.get("environment")), _text(given.get("metadataHost"))
    if cloud and cloud.lower() not in PUBLIC:
        found["environment"] = f"the Azure cloud '{cloud}' is not supported by this stand-in for azure-native"
    if host:
        found["metadataHost"] = f"the Azure cloud at '{host}' is not supported by this stand-in for azure-native"
    return found


def _text(value: Any) -> str:
    """Configuration arrives as text, or as JSON for what isn't text."""
    plain = reveal(value)
    if plain is UNKNOWN:
        return ""
    if plain is None or isinstance(plain, str):
        return plain or ""
    return json.dumps(plain)
