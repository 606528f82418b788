"""Where resources of an exported state name one another: by URN, in several of their members."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

ONE = ("parent", "deletedWith")
SEVERAL = ("dependencies", "replaceWith")
BY_PROPERTY = "propertyDependencies"

Resource = Mapping[str, Any]
Meant = Callable[[str], str | None]
"""What a URN is to say instead; None takes the reference out."""


def pointed(resource: Resource, meant: Meant) -> dict[str, Any]:
    """A copy of a resource with its references changed. Its own URN is none of them."""
    result = dict(resource)
    for member in ONE:
        if result.get(member) and (said := meant(result.pop(member))) is not None:
            result[member] = said
    for member in SEVERAL:
        if result.get(member):
            result[member] = _each(result[member], meant)
    if result.get(BY_PROPERTY):
        result[BY_PROPERTY] = {name: urns and _each(urns, meant) for name, urns in result[BY_PROPERTY].items()}
    return result


def _each(urns: Iterable[str], meant: Meant) -> list[str]:
    return [said for urn in urns if (said := meant(urn)) is not None]


def rewritten(state: Mapping[str, Any], change: Callable[[Resource], Resource]) -> dict[str, Any]:
    """A copy of a state with each of its resources changed."""
    deployment = state["deployment"]
    return {**state, "deployment": {**deployment, "resources": list(map(change, deployment.get("resources") or ()))}}
