"""One resource under evaluation, and the key of the stack file that declares it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from modelyard.arm.declared_resource import Declared
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.kinds import ACCOUNT_TYPE
from modelyard.arm.resource_types import by_token
from modelyard.findings import Position

Locate = Callable[[str], Position | None]
"""Where a key of the stack file (`deployments.chat.sku`) is set; None where it isn't."""


_ACCOUNT = ACCOUNT_TYPE.lower()
KEYS: Mapping[tuple[str, str], str] = {
    (_ACCOUNT, "properties.publicNetworkAccess"): "network.publicNetworkAccess",
    (_ACCOUNT, "properties.networkAcls.defaultAction"): "network.networkAcls.defaultAction",
    (_ACCOUNT, "properties.networkAcls.bypass"): "network.networkAcls.bypass",
    (_ACCOUNT, "properties.networkAcls.ipRules"): "network.networkAcls.ipRules",
    (_ACCOUNT, "properties.networkAcls.virtualNetworkRules"): "network.networkAcls.virtualNetworkRules",
    (f"{_ACCOUNT}/deployments", "properties.raiPolicyName"): "contentFilter",
    (f"{_ACCOUNT}/deployments", "sku.capacity"): "capacity",
}
"""Places in ARM's documents, by folded type, that a stack file has under another key than ARM's own name."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An ARM document, which may hold UNKNOWN; `name` and `urn` are Pulumi's, the name alone where Pulumi has none.

    `path` is its key in a stack file (`deployments.chat`), empty where no file declares it. `leaving` are those that a
    change deletes.

    `later` are folded ids of assignments and exemptions that a change writes after this resource, so that they don't
    count for its write; `unordered` those of exemptions of which nobody knows whether they are written before it.
    """

    document: ArmDocument
    name: str
    urn: str = ""
    path: str = ""
    leaving: bool = False
    later: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The ARM id."""
        return str(self.document.get("id", ""))

    @property
    def type(self) -> str:
        """The ARM type, as the document spells it."""
        return str(self.document.get("type", ""))


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
