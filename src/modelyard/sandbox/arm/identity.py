"""The identity of a resource, with the ids that the directory gives it: made once, the same as long as it is wanted."""

from typing import Any

from modelyard.sandbox.entra import directory
from modelyard.sandbox.local_azure import LocalAzure


def identity(azure: LocalAzure, wanted: Any, before: Any, name: str) -> dict[str, Any] | None:
    """`identity` of the resource of this name as it is shown; what was there where nothing is said."""
    if not isinstance(wanted, dict):
        return before if isinstance(before, dict) else None
    before = before if isinstance(before, dict) else {}
    shown: dict[str, Any] = {"type": wanted.get("type") or "None"}
    if "SystemAssigned" in shown["type"]:
        shown["principalId"] = before.get("principalId") or directory.managed_identity(azure, name).object_id
        shown["tenantId"] = azure.tenant_id
    if "UserAssigned" in shown["type"]:
        named = {key: directory.user_assigned(azure, key) for key in wanted.get("userAssignedIdentities") or {}}
        shown["userAssignedIdentities"] = {
            key: {"principalId": each.object_id, "clientId": each.app_id} for key, each in named.items()
        }
    return shown


def principal_of(shown: Any) -> str:
    """The object id in whose name a resource with one identity acts; empty where it has none."""
    if not isinstance(shown, dict):
        return ""
    named = (shown.get("userAssignedIdentities") or {}).values()
    return str(shown.get("principalId") or next((each["principalId"] for each in named), ""))
