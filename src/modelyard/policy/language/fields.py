"""What a `field` names: a resource's own member, a tag, or a property through its alias.

Source: Microsoft docs, definition-structure-policy-rule, "Fields" (A).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from modelyard.policy.language import paths
from modelyard.policy.language.aliases import Alias, Aliases, type_in
from modelyard.policy.language.paths import Look, PropertyKey, Segments

BUILT_IN = (
    "name", "fullName", "kind", "type", "location", "id", "identity.type", "identity.userAssignedIdentities", "tags",
)  # fmt: skip
FOLDED = {name.lower() for name in BUILT_IN}
ALIAS = re.compile(r"[A-Za-z][\w.-]*/[^\[\]]+?(\[[^\]]*\].*)?$")


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """A field, resolved. Compared by identity, so that a prepared resource can keep its value under it.

    name         as the definition writes it
    segments     where it stands; one segment more than it has `[*]`s
    type         the type (folded) the alias belongs to; a resource of another type has no such field
    by_version   other places, by the request's api-version
    by_type      for an alias of several types: the field that it is for each of them, by folded type
    special      `location`, `fullname`, `name` or `type`, which are more than a look-up
    keys         for a plain path of names, the usual one: those names, so that it is walked without ceremony
    guessed      nothing knows the type of the alias; its place follows from habit
    unlisted     its type's aliases are at hand, and it isn't among them
    modifiable   whether the modify effect may change it; None when not known
    prefixes     its place up to and with each `[*]`, with the type, to know which arrays two fields share
    """

    name: str
    segments: Segments
    type: str | None = None
    by_version: Mapping[str, Segments] = field(default_factory=dict)
    by_type: Mapping[str, "Field"] = field(default_factory=dict)
    special: str = ""
    guessed: bool = False
    unlisted: bool = False
    modifiable: bool | None = None
    keys: tuple[PropertyKey, ...] = ()
    prefixes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "prefixes", _prefixes(self.type or "", self.segments))
        plain = [step for step in self.segments[0] if isinstance(step, PropertyKey) and step.look is Look.HERE]
        whole = len(self.segments) == 1 and len(plain) == len(self.segments[0])
        if whole and not self.by_version and not self.by_type and self.special in {"", "location"}:
            object.__setattr__(self, "keys", tuple(plain))

    @property
    def path(self) -> str:
        """Its place in the document, for people."""
        return paths.text(self.segments)


class Fields:
    """Fields by name, each resolved once, so that all definitions share a resource's looked-up values.

    `raw` also takes plain paths (`properties.x`) and aliases that a table of theirs doesn't have: Azure refuses both,
    and test cases may use them.
    """

    def __init__(self, aliases: Aliases, *, raw: bool = False) -> None:
        self.aliases = aliases
        self.raw = raw
        self._known: dict[str, Field] = {}

    def find(self, name: str) -> Field:
        """The field of this name. ValueError says why there is none."""
        known = self._known.get(name)
        if known is None:
            known = self._known.setdefault(name, self._resolve(name))
        return known

    def _resolve(self, name: str) -> Field:
        folded = name.lower()
        if folded in FOLDED:
            special = folded if folded in {"location", "fullname", "name", "type"} else ""
            return Field(name, paths.parse(name), special=special)
        if folded.startswith("tags[") and name.endswith("]"):
            return Field(name, ((paths.key("tags"), *_tag(name[4:])),))
        if folded.startswith("tags."):
            return Field(name, ((paths.key("tags"), paths.key(name[5:])),))
        if ALIAS.match(name):
            return self._alias(name)
        if self.raw:
            return Field(name, paths.parse(name))
        raise ValueError(f"'{name}' is neither a field nor an alias")

    def _alias(self, name: str) -> Field:
        found = self.aliases.find(name)
        if not found:
            return self._unlisted(name)
        fields = [self._listed(name, alias) for alias in found if alias.path]
        if len(fields) == 1:
            return fields[0]
        if not fields:
            return self._unlisted(name)
        by_type = {each.type: each for each in fields if each.type}
        return Field(name, fields[0].segments, type=type_in(name).lower(), by_type=by_type)

    def _listed(self, name: str, alias: Alias) -> Field:
        return Field(
            name,
            paths.parse(alias.path),
            type=alias.type.lower(),
            by_version={version: paths.parse(path) for version, path in alias.by_version.items()},
            modifiable=alias.modifiable,
        )

    def _unlisted(self, name: str) -> Field:
        """An alias no table has: its place by what is known of its type, else by habit."""
        head, _, rest = name.partition("[")
        resource_type, _, last = head.rpartition("/")
        if not last:
            raise ValueError(f"'{name}' is neither a field nor an alias")
        if not self.raw and self.aliases.lists(resource_type):
            raise ValueError(f"'{name}' is no alias of {resource_type}")
        facts = self.aliases.facts(resource_type)
        variant, _, inside = last.partition(".")
        if inside and variant.lower() in facts.variants:
            last = inside
        segments = paths.parse(f"{last}[{rest}" if rest else last)
        envelope = facts.envelope
        if envelope is None:
            segments = paths.flexible(segments, Look.PROPERTIES_FIRST)
        else:
            first = segments[0][0]
            if not (isinstance(first, paths.PropertyKey) and first.folded in envelope):
                segments = ((paths.key("properties"), *segments[0]), *segments[1:])
            segments = (segments[0], *paths.flexible(segments, Look.HERE)[1:])
        unlisted = self.aliases.dated(resource_type)
        return Field(name, segments, type=resource_type.lower(), guessed=envelope is None, unlisted=unlisted)


def _tag(written: str) -> paths.Segment:
    """The tag in brackets. One without a name (`tags[]`, from a parameter that is empty) no resource has."""
    return (paths.key(""),) if written in {"[]", "['']", '[""]'} else paths.parse(written)[0]


def _prefixes(kind: str, segments: Segments) -> tuple[str, ...]:
    """`a[*].b[*].c` begins with `a[*]` and `a[*].b[*]`; folded, to be compared."""
    return tuple(f"{kind} {paths.text(segments[:end])}[*]".lower() for end in range(1, len(segments)))
