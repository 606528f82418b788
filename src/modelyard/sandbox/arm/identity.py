"""The identity of a resource, with the ids that the directory gives it: made once, the same as long as it is wanted."""

import uuid
from typing import Any

from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.entra import directory


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
        known = {key.lower(): value for key, value in (before.get("userAssignedIdentities") or {}).items()}
        shown["userAssignedIdentities"] = {
            key: known.get(key.lower()) or {"principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4())}
            for key in wanted.get("userAssignedIdentities") or {}
        }
    return shown
