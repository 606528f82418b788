"""Resources as Pulumi knows them, as subjects of policies: where a stack file declares each."""

from collections.abc import Mapping

from modelyard.arm.declared_resource import Declared
from modelyard.arm.resource_types import by_token
from modelyard.audit.audited_resource import Subject

ACCOUNT = "microsoft.cognitiveservices/accounts"

KEYS: Mapping[tuple[str, str], str] = {
    (ACCOUNT, "properties.publicNetworkAccess"): "network.publicNetworkAccess",
    (ACCOUNT, "properties.networkAcls.defaultAction"): "network.networkAcls.defaultAction",
    (ACCOUNT, "properties.networkAcls.bypass"): "network.networkAcls.bypass",
    (ACCOUNT, "properties.networkAcls.ipRules"): "network.networkAcls.ipRules",
    (ACCOUNT, "properties.networkAcls.virtualNetworkRules"): "network.networkAcls.virtualNetworkRules",
    (f"{ACCOUNT}/deployments", "properties.raiPolicyName"): "contentFilter",
    (f"{ACCOUNT}/deployments", "sku.capacity"): "capacity",
}
"""Places in ARM's documents, by folded type, that a stack file has under another key than ARM's own name."""


def subject(declared: Declared, subscription_id: str) -> Subject | None:
    """The resource as policies see it; None for a type that the table of ARM types hasn't."""
    document = declared.document(subscription_id)
    return None if document is None else Subject(document, declared.name, declared.urn, path(declared))


def path(declared: Declared) -> str:
    """The key of the stack file that declares it; empty for a type that no stack file declares."""
    return place(declared.token, declared.name)


def place(token: str, name: str) -> str:
    """The key of the stack file for a resource by its type and logical name in Pulumi."""
    row = by_token().get(token)
    return row.key(name) if row is not None else ""
