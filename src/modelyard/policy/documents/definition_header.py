"""What a definition says of itself, apart from its rule: who it is, in which version, and what its mode looks at."""

from dataclasses import dataclass, field

from modelyard.policy.documents.written_definition import PolicyDocument
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource


@dataclass(frozen=True, eq=False, kw_only=True)
class DefinitionHeader:
    """Identity and mode of a definition.

    `built_in`: it is one of Azure's own, whose equivalents here deploy nothing.
    """

    id: str
    name: str
    display_name: str
    mode: str
    fields: Fields
    version: str = ""
    metadata: PolicyDocument = field(default_factory=dict)
    built_in: bool = False
    _indexed: dict[str, bool | None] = field(default_factory=dict, repr=False)

    def looks_at(self, resource: EvaluatedResource) -> bool:
        """Whether the mode takes in this resource.

        Indexed means types with tags and a location, and neither resource groups nor subscriptions. Of a type no table
        knows, one that stands alone, or has a location in its document, is taken for indexed.
        """
        known = self.looks_at_type(resource.type)
        if known is not None:
            return known
        return resource.type.count("/") < 2 or resource.member("location") is not None

    def looks_at_type(self, kind: str) -> bool | None:
        """The same for all resources of a (folded) type; None where it depends on the resource."""
        if self.mode != "Indexed":
            return True
        if kind not in self._indexed:
            whole = kind.startswith("microsoft.resources/subscriptions")
            self._indexed[kind] = False if whole else self.fields.aliases.facts(kind).indexed
        return self._indexed[kind]


def version_fits(wanted: str, version: str) -> bool:
    """Whether `version` is one that a pattern means (`1.*.*`, `1.2.*-preview`); without either, nothing is asked.

    Azure keeps every version of a built-in and evaluates the one asked for; here one is at hand, so another one that is
    asked for is refused rather than evaluated by the wrong rule. Source: Microsoft docs, assignment-structure, "Policy
    definition ID and version" (A). A pattern without a suffix takes preview and deprecated versions too (R).
    """
    if not wanted or not version:
        return True
    asked, _, asked_suffix = wanted.lower().partition("-")
    found, _, found_suffix = version.lower().partition("-")
    if asked_suffix not in {"", found_suffix}:
        return False
    return all(one in {"*", other} for one, other in zip(asked.split("."), found.split("."), strict=False))
