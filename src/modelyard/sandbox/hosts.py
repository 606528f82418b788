"""Which host names the sandbox stands behind, and which of its services each belongs to."""

from typing import Literal

Service = Literal["entra", "arm", "graph", "inference"]

NAMES: dict[str, Service] = {
    "login.microsoftonline.com": "entra",
    "login.windows.net": "entra",
    "login.microsoft.com": "entra",
    "sts.windows.net": "entra",
    "management.azure.com": "arm",
    "graph.microsoft.com": "graph",
    "graph.windows.net": "graph",
}
"""The authority under all the names that instance discovery gives it, Azure Resource Manager, and Microsoft Graph."""

DOMAINS: dict[str, Service] = {
    "services.ai.azure.com": "inference",
    "openai.azure.com": "inference",
    "cognitiveservices.azure.com": "inference",
}
"""Domains under which an Azure AI Services account has its custom subdomain."""


def service(host: str) -> Service | None:
    """The service behind a host name, without regard to case; None for a host the sandbox doesn't stand behind."""
    name = host.lower().rstrip(".")
    if name in NAMES:
        return NAMES[name]
    subdomain, _, domain = name.partition(".")
    return DOMAINS.get(domain) if subdomain else None


def patterns() -> tuple[str, ...]:
    """The names as a certificate and a reader want them: exact, and with a star for the subdomain."""
    return (*NAMES, *(f"*.{domain}" for domain in DOMAINS))
