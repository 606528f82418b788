"""Kinds of resource of which Microsoft's types say all there is to know: one line each, and no module in any room.

A kind that decides something has a module of its own instead, with a `ROW`. A line here says what people call the kind,
the parent under whose key its section of the stack file stands, and what the row's other fields say. The section is
called as the last part of the type.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm import account
from modelyard.arm.resource_types import ResourceType

ACCOUNT = account.TYPE
CONNECTION: Mapping[str, Any] = {
    "patch": True,
    "created": 200,
    "not_returned": frozenset({"properties.credentials"}),
}
"""A PUT answers 200 when it makes one too, and credentials are null in every reply (captured in recordings of azure-cli
and cloud-custodian, B)."""


def plain(token: str, arm_type: str, noun: str, parent: ResourceType | None = None, **facts: Any) -> ResourceType:
    """A row; `token` without `azure-native:`. What is in an account takes turns with all else there."""
    return ResourceType(
        token=f"azure-native:{token}",
        type=arm_type,
        noun=noun,
        section=arm_type.rpartition("/")[2],
        parent=parent,
        lock=ACCOUNT if arm_type.startswith(f"{ACCOUNT}/") else "",
        **facts,
    )


# A project is written and deleted at once, with no operation to follow (captured in recordings of azure-cli, B).
PROJECT = plain("cognitiveservices:Project", f"{ACCOUNT}/projects", "Foundry project", patch=True)
ROWS: tuple[ResourceType, ...] = (
    PROJECT,
    plain("cognitiveservices:AccountConnection", f"{ACCOUNT}/connections", "connection", account.ROW, **CONNECTION),
    plain("cognitiveservices:ProjectConnection", f"{PROJECT.type}/connections", "connection", PROJECT, **CONNECTION),
    plain("cognitiveservices:EncryptionScope", f"{ACCOUNT}/encryptionScopes", "encryption scope", account.ROW),
    plain("authorization:ManagementLockByScope", "Microsoft.Authorization/locks", "lock", account.ROW, last=True),
    plain("monitor:DiagnosticSetting", "Microsoft.Insights/diagnosticSettings", "diagnostic setting", account.ROW),
)
