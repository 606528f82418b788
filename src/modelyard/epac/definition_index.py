"""What assignments need to know of the definitions they name: parameters, members, effects, deprecation.

The repository's own are all at hand; of the built-ins, those of the catalog. What isn't at hand is told as such.
"""

import re
from collections.abc import Iterable, Mapping

from modelyard.arm.json_path import ArmDocument
from modelyard.epac.definitions import named
from modelyard.epac.environment import Environment
from modelyard.epac.repository import RepositorySource
from modelyard.files import JsonObject
from modelyard.policy.documents import built_ins

REFERENCE = "policyDefinitionReferenceId"
HANDED = re.compile(r"\s*\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]\s*")


class DefinitionIndex:
    """Definitions and initiatives by id, without regard to case, and the repository and environment they are of."""

    def __init__(self, source: RepositorySource, environment: Environment, documents: Iterable[JsonObject]) -> None:
        self.source = source
        self.environment = environment
        self._own = {str(document["id"]).lower(): document for document in documents}

    def properties(self, id_: str) -> ArmDocument | None:
        """What a definition or an initiative says; None where it isn't at hand."""
        found = self._own.get(id_.lower()) or built_ins.documents().get(id_.lower())
        return None if found is None else found.get("properties", found)

    def named(self, kind: str, name: str) -> str:
        """The id a name stands for, in policyDefinitions or policySetDefinitions."""
        return named(self.source, self.environment, kind, name)

    def own_name(self, id_: str) -> str:
        """The name of one of the repository's own, by its id; empty for any other."""
        found = self._own.get(id_.lower())
        return "" if found is None else str(found.get("name") or id_.rpartition("/")[2])

    def parameters(self, id_: str) -> Mapping[str, JsonObject] | None:
        """What may be set, by name."""
        found = self.properties(id_)
        return None if found is None else found.get("parameters") or {}

    def members(self, id_: str) -> list[ArmDocument] | None:
        """The members of an initiative."""
        found = self.properties(id_)
        return None if found is None else list(found.get("policyDefinitions") or ())

    def references(self, id_: str) -> frozenset[str] | None:
        """The names that members go by, folded."""
        members = self.members(id_)
        return None if members is None else frozenset(str(each.get(REFERENCE)).lower() for each in members)

    def deprecated(self, id_: str) -> bool:
        """Whether a definition is; of what isn't at hand nobody knows."""
        metadata = (self.properties(id_) or {}).get("metadata")
        return isinstance(metadata, Mapping) and metadata.get("deprecated") is True

    def effect_parameter(self, id_: str) -> str | None:
        """The parameter that states the effect of a definition; None where the effect is fixed or not at hand."""
        found = self.properties(id_) or {}
        rule = found.get("policyRule") or {}
        written = (rule.get("then") or {}).get("effect", "[parameters('effect')]")
        handed = HANDED.fullmatch(str(written))
        return handed[1] if handed and handed[1] in (found.get("parameters") or {}) else None

    def roles(self, id_: str) -> bool:
        """Whether a remediation needs an identity with roles: the definition, or one of an initiative's, names some."""
        found = self.properties(id_) or {}
        if "policyDefinitions" in found:
            return any(self.roles(str(each.get("policyDefinitionId"))) for each in found["policyDefinitions"])
        details = ((found.get("policyRule") or {}).get("then") or {}).get("details")
        return isinstance(details, Mapping) and bool(details.get("roleDefinitionIds"))
