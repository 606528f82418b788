"""Tenant and subscription of whoever is signed in to Azure, as far as this machine's files and environment say them.

The environment's variables count before the Azure CLI's own default, as they do for azure-identity and azure-native.
No process is started and nothing is asked: a login of a managed identity names neither, and both stay unknown.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.azure.target import in_sandbox
from modelyard.files import FileUnreadable, json_of

PROFILE = "azureProfile.json"
"""Where the Azure CLI keeps the subscriptions it knows and which of them is the default. It holds no credential."""

PRINCIPALS = ("AZURE_CLIENT_ID", "ARM_CLIENT_ID")
"""Whoever signs in by the environment isn't who signed in with the Azure CLI."""


def login(environment: Mapping[str, str], subscription: str = "") -> tuple[str, str]:
    """Tenant and subscription; `subscription` is the one that a stack's file names, which counts first."""
    tenant = environment.get("AZURE_TENANT_ID") or environment.get("ARM_TENANT_ID") or ""
    named = subscription or subscription_of(environment)
    known = [] if any(environment.get(name) for name in PRINCIPALS) else _subscriptions(environment)
    found = next((each for each in known if _is(each, named)), {})
    return tenant or str(found.get("tenantId") or ""), named or str(found.get("id") or "")


def subscription_of(environment: Mapping[str, str]) -> str:
    """The subscription in Azure that the environment names; that of the sandbox's environment is none of Azure's."""
    if in_sandbox(environment):
        return ""
    return environment.get("AZURE_SUBSCRIPTION_ID") or environment.get("ARM_SUBSCRIPTION_ID") or ""


def _is(each: Mapping[str, Any], named: str) -> bool:
    return str(each.get("id")).lower() == named.lower() if named else each.get("isDefault") is True


def _subscriptions(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    folder = environment.get("AZURE_CONFIG_DIR") or Path.home() / ".azure"
    try:
        found = json_of(Path(folder, PROFILE))
    except FileUnreadable:
        return []
    known = found.get("subscriptions") if isinstance(found, dict) else None
    return [each for each in known if isinstance(each, dict)] if isinstance(known, list) else []
