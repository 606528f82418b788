"""What a resource's outputs will be, as far as its inputs tell: the rest is unknown until Azure has answered.

The official plugin makes every output unknown that its schema knows and the inputs don't state. The table knows which
outputs the server writes or fills in, so the same is said here of those.
"""

from typing import Any

from modelyard.arm.json_path import surface, with_value, without
from modelyard.arm.resource_types import ResourceType
from modelyard.arm.translation import API_VERSION, NOTE, PropertyMap, PulumiInputs
from modelyard.provider.values import UNKNOWN, mark, reveal

# Outputs that no update changes, so that what depends on them is known in the preview of one.
STABLE = ("name", "location")


def outputs(row: ResourceType, inputs: PulumiInputs, old: PropertyMap | None = None) -> PulumiInputs:
    """The outputs that a create, or an update of what has the outputs `old`, would leave."""
    stated = {name: value for name, value in reveal(inputs).items() if not name.startswith(NOTE)}
    result = without(stated, {*row.parameters, *surface(row, row.write_only)})
    for place in surface(row, row.string_sets):
        result = with_value(result, place, lambda _: UNKNOWN)
    filled = surface(row, row.read_only | row.server_filled)
    for place in sorted({"name", "type", *row.envelope, *filled}):
        result = _unknown(result, place)
    result[API_VERSION] = row.api_version
    result |= {name: old[name] for name in STABLE if old is not None and name in old}
    return {name: mark(value, inputs[name]) if name in inputs else value for name, value in result.items()}


def _unknown(tree: dict[str, Any], place: str) -> dict[str, Any]:
    """The tree with UNKNOWN at the first step of the place that isn't there."""
    head, dot, rest = place.partition(".")
    if head not in tree:
        return {**tree, head: UNKNOWN}
    if dot and isinstance(tree[head], dict):
        return {**tree, head: _unknown(tree[head], rest)}
    return tree
