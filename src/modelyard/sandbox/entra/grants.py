"""The token endpoint's one grant, client_credentials: who asks, what proves it, and what the token is for.

The order of the checks is the sandbox's own: nobody has written down Entra's.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from modelyard.sandbox.entra import federation, graph, tokens
from modelyard.sandbox.entra.directory import DirectoryPrincipal, directory
from modelyard.sandbox.entra.errors import EntraDocument, NotEmulated, refuse
from modelyard.sandbox.local_azure import LocalAzure

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
RESERVED = frozenset({"openid", "profile", "offline_access", "email"})
"""Scopes that some clients send beside the one they mean (recorded from Node's identity client; B)."""

RESOURCES = frozenset(
    {
        "https://management.azure.com",
        "https://management.core.windows.net",
        "https://cognitiveservices.azure.com",
        "https://ai.azure.com",
        "https://ml.azure.com",
        *graph.AUDIENCES,
    }
)
"""What the sandbox gives tokens for: ARM's two names (A, azure-mgmt clients), the names that the inference clients and
Microsoft's docs use (A, azure-ai-inference 1.0.0b9 and the Foundry docs), and those of Microsoft Graph."""

OF_AZURE = ("azure.com", "azure.net", "windows.net", "microsoft.com", "azurecr.io", "loganalytics.io")
"""Domains of Azure's own services: a token for one that the sandbox hasn't is a thing that it can't give."""

GRANTS = frozenset(
    {
        "authorization_code",
        "password",
        "refresh_token",
        "device_code",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
    }
)
"""Grants that Entra has, and the sandbox hasn't (Microsoft docs, OAuth 2.0 protocols, A)."""


def grant(azure: LocalAzure, tenant: str, form: Mapping[str, str]) -> EntraDocument:
    """The reply to a token request that is in order; `tenant` is as the URL has it.

    EntraError says what isn't in order, NotEmulated what Entra would take.
    """
    known_tenant(azure, tenant)
    kind = _required(form, "grant_type")
    if kind != "client_credentials":
        raise NotEmulated(f"the grant {kind}") if kind.lower() in GRANTS else refuse("70003", grant=kind)
    principal = _client(azure, _required(form, "client_id"), tenant)
    audience = _audience(form, tenant)
    _authenticate(azure, principal, form)
    seconds = int(tokens.LIFETIME.total_seconds()) - 1
    return {
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": tokens.issue(azure, principal.object_id, audience),
    }


def known_tenant(azure: LocalAzure, tenant: str) -> None:
    """Raise unless this names the sandbox's tenant, by its id or its domain."""
    if tenant.lower() not in (azure.tenant_id, tokens.DOMAIN):
        raise refuse("90002", tenant=tenant)


def _client(azure: LocalAzure, app_id: str, tenant: str) -> DirectoryPrincipal:
    principal = directory(azure).by_app.get(app_id.lower())
    if principal is None:
        raise refuse("700016", app=app_id, tenant=tenant)
    return principal


def _audience(form: Mapping[str, str], tenant: str) -> str:
    """What the token is for: `scope` at the version 2.0 endpoint, `resource` at the older one."""
    if "resource" in form:
        audience = form["resource"]
    else:
        scopes = [scope for scope in _required(form, "scope").split() if scope not in RESERVED]
        if len(scopes) != 1 or not scopes[0].endswith("/.default"):
            raise refuse("1002012", scope=form["scope"])
        audience = scopes[0].removesuffix("/.default")
    if audience.rstrip("/").lower() not in RESOURCES:
        host = (urlsplit(audience).hostname or "").lower()
        if any(host == domain or host.endswith(f".{domain}") for domain in OF_AZURE):
            raise NotEmulated(f"the service {audience}")
        raise refuse("500011", resource=audience, tenant=tenant)
    return audience


def _authenticate(azure: LocalAzure, principal: DirectoryPrincipal, form: Mapping[str, str]) -> None:
    if "client_assertion" in form:
        if _required(form, "client_assertion_type") != ASSERTION_TYPE:
            raise refuse("5002730")
        federation.prove(azure, principal, form["client_assertion"])
    elif "client_secret" not in form:
        raise refuse("7000216")
    elif not principal.accepts(form["client_secret"]):
        raise refuse("7000215", app=principal.app_id)


def _required(form: Mapping[str, str], parameter: str) -> str:
    value = form.get(parameter)
    if not value:
        raise refuse("900144", parameter=parameter)
    return value
