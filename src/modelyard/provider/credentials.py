"""Who the provider is to Azure: one credential, chosen by the configuration in azure-native's order.

The order: default credential, certificate, client secret, OpenID Connect, managed identity, Azure CLI. A method that is
configured but incomplete is an error, never a reason to try the next one.
"""

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

from modelyard.azure.failures import ArmFailure
from modelyard.files import FileUnreadable, JsonObject, text
from modelyard.provider.configuration import Configuration
from modelyard.provider.failures import RequestInvalid

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

AUDIENCE = "api://AzureADTokenExchange"


def credential(configuration: Configuration, http: httpx2.Client) -> "TokenCredential":
    """The credential; it asks nobody anything until its first token is needed.

    Raises `provider.configuration-invalid`.
    """
    from azure import identity

    tenants = configuration.listed("auxiliaryTenantIds")
    common: dict[str, Any] = {}
    if configuration.on("disableInstanceDiscovery"):
        common["disable_instance_discovery"] = True
    if tenants:
        common["additionally_allowed_tenants"] = tenants
    if configuration.on("useDefaultAzureCredential"):
        return identity.DefaultAzureCredential(**common)
    if configuration.get("clientCertificatePath"):
        tenant_id, client_id = _needed(configuration, "as a Service Principal using a Client Certificate")
        return identity.CertificateCredential(
            tenant_id,
            client_id,
            certificate_path=configuration.get("clientCertificatePath"),
            password=configuration.get("clientCertificatePassword") or None,
            **common,
        )
    if configuration.get("clientSecret"):
        tenant_id, client_id = _needed(configuration, "as a Service Principal using a Client Secret")
        return identity.ClientSecretCredential(tenant_id, client_id, configuration.get("clientSecret"), **common)
    if configuration.on("useOidc"):
        tenant_id, client_id = _needed(configuration, "with OIDC")
        return identity.ClientAssertionCredential(tenant_id, client_id, _Assertion(configuration, http), **common)
    if configuration.on("useMsi"):
        client = configuration.get("clientId")
        return identity.ManagedIdentityCredential(client_id=client) if client else identity.ManagedIdentityCredential()
    return identity.AzureCliCredential(
        tenant_id=configuration.get("tenantId"),
        subscription=configuration.get("subscriptionId") or None,
        additionally_allowed_tenants=tenants,
    )


def claims(token: str) -> JsonObject:
    """What an access token says of its holder. Its signature is Azure's to check, not ours: it is our own token."""
    try:
        payload = token.split(".")[1]
        read = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _needed(configuration: Configuration, how: str) -> tuple[str, str]:
    for name, words in (("tenantId", "Tenant ID"), ("clientId", "Client ID")):
        if not configuration.get(name):
            raise RequestInvalid.of(
                "provider.configuration-invalid", problem=f"A {words} must be configured when authenticating {how}."
            )
    return configuration.get("tenantId"), configuration.get("clientId")


class _Assertion:
    """The token of another identity provider, got anew each time: a file's may have been renewed."""

    def __init__(self, configuration: Configuration, http: httpx2.Client) -> None:
        self._configuration = configuration
        self._http = http
        ways = ("oidcToken", "oidcTokenFilePath", "oidcRequestUrl")
        if not any(configuration.get(way) for way in ways):
            raise RequestInvalid.of(
                "provider.configuration-invalid",
                problem="A OIDC token or request URL and token must be configured when authenticating with OIDC.",
                allowed="ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, or ACTIONS_ID_TOKEN_REQUEST_URL with its token",
            )

    def __call__(self) -> str:
        configuration = self._configuration
        if token := configuration.get("oidcToken"):
            return token
        if file := configuration.get("oidcTokenFilePath"):
            try:
                return text(Path(file)).strip()
            except FileUnreadable as error:
                raise RequestInvalid.of(
                    "provider.configuration-invalid",
                    problem=f"failed to read the OIDC token: {error.problem}",
                    where=file,
                ) from error
        audience = configuration.get("oidcAudience") or AUDIENCE
        url = httpx2.URL(configuration.get("oidcRequestUrl")).copy_merge_params({"audience": audience})
        reply = self._http.get(
            url,
            headers={"Authorization": f"Bearer {configuration.get('oidcRequestToken')}", "Accept": "application/json"},
        )
        if reply.is_error:
            raise ArmFailure.of(
                "provider.transport-failed",
                problem=f"the OIDC token request was answered with {reply.status_code}",
                where=str(url),
            )
        return str(reply.json()["value"])
