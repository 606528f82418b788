"""What a definition says of itself, apart from its rule: who it is, and which resources its mode looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    metadata: Mapping[str, Any] = field(default_factory=dict)
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
