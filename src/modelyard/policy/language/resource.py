"""A resource, prepared once for every policy that looks at it.

Looking a field up costs something only the first time: the value is kept under the field, for all definitions resolved
by the same `Fields`. The document is JSON as parsed (dict, list, str, int, float, bool, None) and may hold UNKNOWN.
"""

from collections.abc import Iterator
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Field
from modelyard.policy.language.paths import Look, PropertyKey, Segment, Segments
from modelyard.policy.language.unknown import Unknown, located

MISSING = object()
ELSEWHERE = EvaluationContext()
GROUP = "microsoft.resources/subscriptions/resourcegroups"


class Spread(list[Any]):
    """Values a path without `[*]` selects when it leads through an array.

    Old aliases are such paths: the tables write `Microsoft.Insights/diagnosticSettings/logs.enabled` as
    `properties.logs[*].enabled`. Aliases no table knows are read so too (R).
    """


class EvaluatedResource:
    """One ARM document with its surroundings. `origin` is what the rule matched: itself, but for related ones."""

    __slots__ = ("_folded", "context", "current", "document", "origin", "type", "type_unknown", "values")

    def __init__(
        self,
        document: ArmDocument,
        context: EvaluationContext = ELSEWHERE,
        origin: "EvaluatedResource | None" = None,
    ) -> None:
        self.document = document
        self.context = context
        self.origin = self if origin is None else origin
        self.values: dict[object, Any] = {}
        self.current: list[Any] = []
        self._folded: dict[int, dict[str, Any] | None] = {}
        kind = document["type"] if "type" in document else self.member("type")
        folded = kind.lower() if isinstance(kind, str) else ""
        self.type: str = GROUP if folded == "microsoft.resources/resourcegroups" else folded
        self.type_unknown = kind.__class__ is Unknown

    def member(self, name: str) -> Any:
        """A member at the document's root, found without regard to case; None when there is none."""
        found = self._get(self.document, name, name.lower())
        return None if found is MISSING else found

    @property
    def id(self) -> str:
        """The ARM id, empty when the document has none."""
        found = self.member("id")
        return found if isinstance(found, str) else ""

    def located(self) -> "EvaluatedResource":
        """The same resource where each unknown names its place."""
        origin = None if self.origin is self else self.origin.located()
        return EvaluatedResource(located(self.document), self.context, origin)

    def find(self, field: Field) -> Any:
        """A field's value: None when missing, a list for a field with `[*]`, an Unknown when it can't be known."""
        values = self.values
        return values[field] if field in values else self.look_up(field)

    def look_up(self, field: Field) -> Any:
        """The same for one that nobody has asked for."""
        value = self.values[field] = self._walk(field) if field.keys else self._find(field)
        return value

    def _walk(self, field: Field) -> Any:
        if field.type is not None and field.type != self.type and not self.could_have(field):
            return Unknown("type") if self.type_unknown else None
        node: Any = self.document
        for name, folded, _ in field.keys:
            if node.__class__ is not dict:
                break
            if name in node:
                node = node[name]
            else:
                node = self._get(node, name, folded)
                if node is MISSING:
                    return None
        else:
            return Unknown(field.path) if node.__class__ is Unknown and not node.waits_for else node
        if node.__class__ is Unknown:
            return node if node.waits_for else Unknown(field.path)
        return None

    def _find(self, field: Field) -> Any:
        if field.special:
            return self._special(field)
        if field.type is not None and field.type != self.type and not self.could_have(field):
            return Unknown("type") if self.type_unknown else [] if len(field.segments) > 1 else None
        if field.by_type and self.type:
            return self.find(field.by_type[self.type])
        segments = self.segments(field)
        if len(segments) == 1:
            return self._plain(self.document, segments[0], field)
        return self.select(self.document, segments, field)

    def could_have(self, field: Field) -> bool:
        """Whether the field is of this resource's type, as far as the document tells."""
        if field.by_type:
            return self.type in field.by_type or not (self.type or self.type_unknown)
        return field.type is None or field.type == self.type or not (self.type or self.type_unknown)

    def segments(self, field: Field) -> Segments:
        """Where the field stands in a resource of this type, for this request's api-version."""
        if field.by_type:
            field = field.by_type.get(self.type, field)
        if field.by_version:
            version = self.context.api_version
            if version is not None:
                return field.by_version.get(version, field.segments)
        return field.segments

    def _special(self, field: Field) -> Any:
        value = self.select(self.document, field.segments, field)
        if field.special == "type" and self.type == GROUP:
            return "Microsoft.Resources/subscriptions/resourceGroups"
        if field.special == "name" and isinstance(value, str) and self.type.count("/") > 1:
            return value.rpartition("/")[2]
        if field.special == "fullname" and value is None:
            return self._full_name()
        return value

    def _full_name(self) -> Any:
        if isinstance(self.member("id"), Unknown):
            return Unknown("id")
        pieces = self.id.rpartition("/providers/")[2].split("/")
        if len(pieces) > 2:
            return "/".join(pieces[2::2])
        return self.member("name")

    def select(self, node: Any, segments: Segments, asked: Field) -> Any:
        """The value at `segments` below `node`; with more than one segment, the list of all selected values.

        Source: Microsoft docs, author-policies-for-arrays, "Referencing the array members collection" (A).
        """
        value = self._plain(node, segments[0], asked)
        if len(segments) == 1:
            return value
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, list):
            return []
        rest = segments[1:]
        selected: list[Any] = []
        for each in value:
            found = self.select(each, rest, asked)
            if len(rest) == 1:
                selected.append(found)
            elif isinstance(found, Unknown):
                return found
            else:
                selected.extend(found)
        return selected

    def chains(self, node: Any, segments: Segments, asked: Field) -> Iterator[Any]:
        """For a counted `a[*].b[*]`: each member with those around it, outermost first; an Unknown where one hides."""
        value = self._plain(node, segments[0], asked)
        if isinstance(value, Unknown):
            yield value
        elif isinstance(value, list):
            for each in value:
                if len(segments) == 2:
                    yield (each,)
                    continue
                for inner in self.chains(each, segments[1:], asked):
                    yield inner if isinstance(inner, Unknown) else (each, *inner)

    def _plain(self, node: Any, segment: Segment, asked: Field) -> Any:
        for at, step in enumerate(segment):
            kind = node.__class__
            if kind is Unknown:
                break
            if isinstance(step, PropertyKey):
                if kind is list and asked.guessed:
                    rest = segment[at:]
                    return Spread(self._plain(each, rest, asked) for each in node)
                if kind is not dict:
                    return None
                name, folded, look = step
                if look is Look.HERE:
                    try:
                        node = node[name]
                    except KeyError:
                        node = self._get(node, name, folded)
                else:
                    node = self._elsewhere(node, step)
                if node is MISSING:
                    return None
            else:
                if kind is not list or not step < len(node):
                    return None
                node = node[step]
        if node.__class__ is Unknown and not node.waits_for:
            return Unknown(asked.path)
        return node

    def _elsewhere(self, node: dict[str, Any], step: PropertyKey) -> Any:
        inner = self._get(node, "properties", "properties")
        if step.look is Look.PROPERTIES_FIRST:
            if isinstance(inner, Unknown):
                return inner
            found = self._get(inner, step.name, step.folded) if isinstance(inner, dict) else MISSING
            return self._get(node, step.name, step.folded) if found is MISSING else found
        found = self._get(node, step.name, step.folded)
        if found is not MISSING or not isinstance(inner, dict | Unknown):
            return found
        return inner if isinstance(inner, Unknown) else self._get(inner, step.name, step.folded)

    def _get(self, node: dict[str, Any], name: str, folded: str) -> Any:
        found = node.get(name, MISSING)
        if found is not MISSING:
            return found
        keys = self._folded.get(id(node))
        if keys is None:
            if id(node) not in self._folded:
                self._folded[id(node)] = None
                return _scan(node, folded)
            keys = self._folded[id(node)] = {key.lower(): each for key, each in reversed(node.items())}
        return keys.get(folded, MISSING)


def _scan(node: dict[str, Any], folded: str) -> Any:
    """The member of a folded name, found without folding all names: for the first look at an object."""
    size = len(folded)
    for key, value in node.items():
        if len(key) == size and key.lower() == folded:
            return value
    return MISSING
