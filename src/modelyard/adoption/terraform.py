"""What Terraform owns of what was taken in, as `removed` blocks: Terraform forgets it and leaves it in Azure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from modelyard.files import JsonObject


def removed(state: JsonObject, ids: Collection[str]) -> tuple[str, ...]:
    """A block for each resource of `terraform show -json` whose id was taken in.

    A block takes an address without an index (Terraform docs, `removed` block, A), so that of a resource with several
    instances all must have been taken in; otherwise there is a comment in its place.
    """
    folded = {each.lower() for each in ids}
    found: dict[str, list[tuple[str, bool]]] = {}
    for resource in _resources((state.get("values") or {}).get("root_module") or {}):
        id_ = str((resource.get("values") or {}).get("id") or "")
        address = _without_index(str(resource["address"]))
        found.setdefault(address, []).append((str(resource["address"]), id_.lower() in folded))
    return tuple(_block(address, instances) for address, instances in found.items() if any(own for _, own in instances))


def _block(address: str, instances: list[tuple[str, bool]]) -> str:
    left = [name for name, own in instances if not own]
    if left:
        own = [name for name, taken in instances if taken]
        words = "\n".join(f"#   terraform state rm '{name}'" for name in own)
        return f"# {address} has instances that were not taken in ({', '.join(left)}); so by hand:\n{words}"
    return f"removed {{\n  from = {address}\n  lifecycle {{\n    destroy = false\n  }}\n}}"


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in module.get("resources") or () if each.get("mode", "managed") == "managed")
    for child in module.get("child_modules") or ():
        yield from _resources(child)


def _without_index(address: str) -> str:
    """`module.a["x"].azapi_resource.b[0]` as `module.a.azapi_resource.b`; brackets in keys are part of a text."""
    kept, depth, quoted = [], 0, False
    previous = ""
    for sign in address:
        if sign == '"' and depth and previous != "\\":
            quoted = not quoted
        elif sign == "[" and not quoted:
            depth += 1
        if not depth:
            kept.append(sign)
        if sign == "]" and not quoted:
            depth -= 1
        previous = sign
    return "".join(kept)
