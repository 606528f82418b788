"""Blocklists of the account with their entries."""

from collections.abc import Mapping

from modelyard.config.blocklist import Blocklist
from modelyard.config.stack import Stack
from modelyard.files import JsonDocument
from modelyard.resources.account import Owner
from modelyard.resources.resource import Component, Concern, Resource, present

COMPONENT = Component("Blocklists", "blocklists")


def concern(stack: Stack, owner: Owner) -> Concern:
    """Every blocklist by its key, which is its logical name; every entry by `<list>/<entry>`."""
    declared: dict[str, Resource] = {}
    for key, written in stack.blocklists.items():
        tags = {**stack.tags, **written.tags}
        body = present({"properties": present({"description": written.description}), "tags": tags or None})
        named = {"raiBlocklistName": key}
        blocklist = owner.child(COMPONENT, "cognitiveservices:RaiBlocklist", key, named, body)
        declared[key] = blocklist
        for entry, item in written.entries.items():
            name = f"{key}/{entry}"
            declared[name] = owner.child(
                COMPONENT,
                "cognitiveservices:RaiBlocklistItem",
                name,
                {**named, "raiBlocklistItemName": entry},
                {"properties": {"pattern": item.pattern, "isRegex": item.is_regex}},
                [blocklist],
            )
    return Concern(COMPONENT, declared)


def contents(blocklists: Concern) -> Mapping[str, tuple[Resource, ...]]:
    """By list, everything that must be there before a content filter that names the list is of use."""
    found: dict[str, tuple[Resource, ...]] = {}
    for key, resource in blocklists.resources.items():
        name = key.partition("/")[0]
        found[name] = (*found.get(name, ()), resource)
    return found


def summarise(written: Blocklist) -> JsonDocument:
    """What smoke tests need to know: an entry to try. An expression says of no text for certain that it matches."""
    return {"sample": next((entry.pattern for entry in written.entries.values() if not entry.is_regex), None)}
