"""Kinds of resource of which Microsoft's types say all there is to know: one line each, and no module in any room.

A kind that decides something has its row in `kinds`. A line here says what people call the kind, the parent under whose
key its section of the stack file stands, and what the row's other fields say. The section is called as the last part of
the type.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.kinds import ACCOUNT, ACCOUNT_TYPE
from modelyard.arm.resource_types import ResourceType

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
        lock=ACCOUNT_TYPE if arm_type.startswith(f"{ACCOUNT_TYPE}/") else "",
        **facts,
    )


# A project is written and deleted at once, with no operation to follow (captured in recordings of azure-cli, B).
PROJECT = plain("cognitiveservices:Project", f"{ACCOUNT_TYPE}/projects", "Foundry project", patch=True)
ROWS: tuple[ResourceType, ...] = (
    PROJECT,
    plain("cognitiveservices:AccountConnection", f"{ACCOUNT_TYPE}/connections", "connection", ACCOUNT, **CONNECTION),
    plain("cognitiveservices:ProjectConnection", f"{PROJECT.type}/connections", "connection", PROJECT, **CONNECTION),
    plain("cognitiveservices:EncryptionScope", f"{ACCOUNT_TYPE}/encryptionScopes", "encryption scope", ACCOUNT),
    plain("authorization:ManagementLockByScope", "Microsoft.Authorization/locks", "lock", ACCOUNT, last=True),
    plain("monitor:DiagnosticSetting", "Microsoft.Insights/diagnosticSettings", "diagnostic setting", ACCOUNT),
)
