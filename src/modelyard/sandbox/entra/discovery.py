"""What clients ask Entra about itself before they ask it for a token: clouds, endpoints, keys.

The documents have the members that the recorded replies in Azure/azure-sdk-for-js hold (B); of the clouds only the
public one is named, for the sandbox is no other.
"""

from modelyard.sandbox.entra.errors import EntraDocument
from modelyard.sandbox.local_azure import LocalAzure

AUTHORITY = "https://login.microsoftonline.com"
ALIASES = ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net")


def instances(azure: LocalAzure) -> EntraDocument:
    """The clouds that a client may trust with a sign-in, and the names each goes by."""
    return {
        "tenant_discovery_endpoint": f"{AUTHORITY}/{azure.tenant_id}/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {
                "preferred_network": "login.microsoftonline.com",
                "preferred_cache": "login.windows.net",
                "aliases": list(ALIASES),
            }
        ],
    }


def configuration(azure: LocalAzure, *, version: str) -> EntraDocument:
    """Where the tenant's endpoints are; `version` is `v2.0`, or empty for the older ones."""
    tenant = f"{AUTHORITY}/{azure.tenant_id}"
    part = f"/{version}" if version else ""
    return {
        "token_endpoint": f"{tenant}/oauth2{part}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{tenant}/discovery{part}/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{tenant}/v2.0" if version else f"https://sts.windows.net/{azure.tenant_id}/",
        "request_uri_parameter_supported": False,
        "authorization_endpoint": f"{tenant}/oauth2{part}/authorize",
        "device_authorization_endpoint": f"{tenant}/oauth2{part}/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{tenant}/oauth2{part}/logout",
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nbf", "name", "oid", "tid", "ver"],
        "tenant_region_scope": "WW",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
    }
