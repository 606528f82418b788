"""Kinds without logic: what a row and the stack file say, as resources.

A row says where a resource is: in another one of the stack, or at one whose id its URL begins with. A component is
named by the section at the top of the stack file or under `account`, and holds all that stands below that key.
"""

from collections.abc import Iterator

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import ResourceType, scope_parameter
from modelyard.config.stack import PlainEntry, Stack
from modelyard.resources.account import Owner
from modelyard.resources.resource import Component, Concern, Reference, Resource


def component(row: ResourceType) -> Component:
    """The component of a kind: `Projects` for projects and for what is in one."""
    top = row
    while top.parent is not None and top.parent is not kinds.ACCOUNT:
        top = top.parent
    return Component(f"{top.section[:1].upper()}{top.section[1:]}", top.section)


class PlainResources:
    """The resources of these kinds that a stack declares."""

    def __init__(self, stack: Stack, owner: Owner, group: Resource, subscription_id: str) -> None:
        self._stack, self._owner, self._group = stack, owner, group
        self._subscription_id = subscription_id
        self._made: dict[tuple[ResourceType, tuple[str, ...]], Resource] = {}

    def first(self) -> Iterator[Concern]:
        """All but those that keep others from being written or deleted."""
        return self._concerns([each for each in self._stack.plain if not each.row.last], ())

    def last(self, after: tuple[Resource, ...]) -> Iterator[Concern]:
        """Those that are written after all else, and so deleted before it."""
        return self._concerns([each for each in self._stack.plain if each.row.last], after)

    def _concerns(self, entries: list[PlainEntry], after: tuple[Resource, ...]) -> Iterator[Concern]:
        grouped: dict[Component, dict[str, Resource]] = {}
        for entry in entries:
            made = self._made[entry.row, entry.names] = self._resource(entry, after)
            # Two kinds of one component may have a name in common: their tokens tell them apart.
            grouped.setdefault(made.component, {})[f"{entry.row.type}/{made.name}"] = made
        return (Concern(each, resources) for each, resources in grouped.items())

    def _resource(self, entry: PlainEntry, after: tuple[Resource, ...]) -> Resource:
        row = entry.row
        above = self._above(entry)
        at = scope_parameter(row.path)
        inside = row.type.lower().startswith(f"{kinds.ACCOUNT_TYPE.lower()}/")
        if at is None:
            around = {name: value for name, value in above.parameters.items() if name in row.parameters}
        else:
            around = {at: Reference(above, value=above.id(self._subscription_id))}
        waits = (*self._owner.before, above) if inside else (above,)
        return Resource(
            component=component(row),
            row=row,
            name="/".join(entry.names),
            parameters={**around, row.name_parameter: entry.names[-1]},
            body=self._body(entry),
            depends_on=tuple(dict.fromkeys([*waits, *after])),
            # ARM refuses to delete an account that has tracked children, such as projects.
            deleted_with=above if inside and not row.tracked and not above.existing else None,
            serialised=bool(row.lock),
        )

    def _above(self, entry: PlainEntry) -> Resource:
        """What a resource is in or at."""
        parent = entry.row.parent
        if parent is kinds.ACCOUNT:
            return self._owner.account
        if parent is not None:
            return self._made[parent, entry.names[:-1]]
        inside = entry.row.type.startswith(f"{kinds.ACCOUNT_TYPE}/")
        return self._owner.account if inside else self._group

    def _body(self, entry: PlainEntry) -> ArmDocument:
        """ARM's body, with the stack's region and tags where the kind takes them."""
        body = dict(entry.body)
        if "location" in entry.row.envelope:
            body.setdefault("location", self._stack.location)
        if "tags" in entry.row.envelope and (tags := {**self._stack.tags, **body.get("tags", {})}):
            body["tags"] = tags
        return body
