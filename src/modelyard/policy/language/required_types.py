"""Which resource types a rule requires, so that a policy is only asked about resources it could match."""

from modelyard.policy.language.nodes import Node
from modelyard.policy.language.resource import GROUP


def required(node: Node) -> frozenset[str] | None:
    """The folded types outside of which the rule can't match; None when it may match any."""
    if node.kind == "allOf":
        found = [types for child in node.children if (types := required(child)) is not None]
        return frozenset.intersection(*found) if found else None
    if node.kind == "anyOf":
        each = [required(child) for child in node.children]
        if not each or any(types is None for types in each):
            return None
        return frozenset().union(*(types for types in each if types is not None))
    if node.kind == "field" and node.path == "type":
        return _named(node)
    return None


def _named(node: Node) -> frozenset[str] | None:
    """The types of `"field": "type"` with equals or in, when they are known without a resource."""
    if node.operator not in {"equals", "in"} or node.target is None or not node.target.constant:
        return None
    names = node.target.value if node.operator == "in" else [node.target.value]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    folded = {name.lower() for name in names}
    return frozenset(GROUP if name == "microsoft.resources/resourcegroups" else name for name in folded)
