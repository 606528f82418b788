"""Which definition, or which initiative that comes with Modelyard, is meant by a reference?"""

from modelyard.catalog.built_in_policies import IN_DATA_PLANE, BuiltIn, built_in, built_ins
from modelyard.config.checks.role_assignment import GUID
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.policy_assignment import REFERENCES
from modelyard.config.policy_definition import (
    OWN,
    OWN_INITIATIVES,
    TEAM,
    DefinitionFiles,
    DefinitionUnreadable,
    PolicyDefinition,
    from_built_in,
    from_document,
)
from modelyard.config.policy_set_definition import PolicySetDefinition
from modelyard.config.policy_set_definition import from_document as initiative_from_document
from modelyard.config.suggestions import did_you_mean

BUILT_IN = "builtin"


class Definitions:
    """Finds definitions for assignments and initiatives, and keeps those that the stack has to declare."""

    def __init__(self, files: DefinitionFiles, collector: Collector) -> None:
        self._files = files
        self._collector = collector
        self._declared: dict[str, PolicyDefinition] = {}
        self._initiatives: dict[str, PolicySetDefinition] = {}

    def initiatives(self) -> dict[str, PolicySetDefinition]:
        """Those of Modelyard's that were asked for, by reference."""
        return dict(self._initiatives)

    def initiative(self, reference: str) -> PolicySetDefinition | None:
        """The initiative that comes with Modelyard under this reference; the stack declares its definitions too."""
        kind, _, stem = reference.partition("/")
        content = self._files.read(OWN_INITIATIVES, stem) if kind == OWN else None
        if content is not None and reference not in self._initiatives:
            self._initiatives[reference] = initiative_from_document(content, self._member)
        return self._initiatives.get(reference)

    def _member(self, written: str) -> PolicyDefinition:
        """A definition of an initiative of Modelyard's: a built-in by its id, an own one by its reference."""
        kind, _, name = written.rpartition("/")
        if kind != OWN:
            known = built_in(name)
            return from_built_in(written, known) if known else PolicyDefinition(reference=written, id=written)
        if written not in self._declared:
            self._declared[written] = from_document(written, self._files.read(OWN, name) or "")
        return self._declared[written]

    def declared(self) -> dict[str, PolicyDefinition]:
        """What was asked for and doesn't exist in Azure by itself, by reference."""
        return dict(self._declared)

    def find(self, reference: str, path: KeyPath, *, assigned: bool = False) -> PolicyDefinition | None:
        """The definition; None where there is none, and a finding at `path` says why.

        What may be `assigned` may be an initiative as well, which is told among what is allowed.
        """
        kind, slash, name = reference.partition("/")
        if slash and not kind:
            known = built_in(reference.rpartition("/")[2])
            if known is not None and known.instead and known.id.lower() == reference.lower():
                self._deprecated(known, reference, path)
                return None
            return PolicyDefinition(reference=reference, id=reference)
        if GUID.match(reference) or kind == BUILT_IN:
            return self._built_in(reference, name or reference, path)
        if kind in (TEAM, OWN) and slash:
            more = self._files.stems(OWN_INITIATIVES) if assigned and kind == OWN else ()
            return self._file(reference, kind, name, path, more)
        self._unknown(path, f"{reference} names no definition", reference, REFERENCES, self._without_kind(reference))
        return None

    def _without_kind(self, name: str) -> str:
        """What a bare name may have meant: a definition's name is only whole with what it comes from."""
        stems = {kind: self._files.stems(kind) for kind in (TEAM, OWN)}
        stems[OWN] += self._files.stems(OWN_INITIATIVES)
        stems[BUILT_IN] = tuple(each.name for each in built_ins() if not each.instead)
        meant = [f"{kind}/{name}" for kind, known in stems.items() if name in known]
        return f"did you mean {' or '.join(meant)}?" if meant else ""

    def _built_in(self, reference: str, name: str, path: KeyPath) -> PolicyDefinition | None:
        known = built_in(name)
        if known is None and reference == name:
            self._collector.add(
                "config.policy-not-in-catalog",
                path,
                "the catalog has no built-in with this GUID",
                found=reference,
                remedy=f"make sure: az policy definition show --name {name}",
                of_value=True,
            )
            return PolicyDefinition(
                reference=reference, id=f"/providers/Microsoft.Authorization/policyDefinitions/{name.lower()}"
            )
        if known is None:
            names = tuple(f"{BUILT_IN}/{each.name}" for each in built_ins() if not each.instead)
            meant = did_you_mean(reference, names, "name it by its GUID, or correct it")
            self._unknown(path, f"the catalog has no built-in {name}", reference, ", ".join(names), meant)
            return None
        if known.instead:
            self._deprecated(known, reference, path)
            return None
        if known.mode == IN_DATA_PLANE:
            self._collector.add(
                "config.policy-in-data-plane",
                path,
                f"{known.name} was reported to let deployments pass that are made by API",
                found=f"mode {known.mode}",
                remedy="assign a definition of mode All beside it, such as modelyard/approved-models",
                of_value=True,
            )
        return from_built_in(reference, known)

    def _deprecated(self, known: BuiltIn, reference: str, path: KeyPath) -> None:
        self._collector.add(
            "config.policy-deprecated",
            path,
            f"{known.display_name}: Azure has withdrawn it",
            found=reference,
            allowed=" or ".join(f"{BUILT_IN}/{name}" for name in known.instead),
            remedy="assign what has replaced it",
            of_value=True,
        )

    def _file(
        self, reference: str, kind: str, stem: str, path: KeyPath, more: tuple[str, ...]
    ) -> PolicyDefinition | None:
        content = self._files.read(kind, stem)
        if content is None:
            known = tuple(f"{kind}/{each}" for each in (*self._files.stems(kind), *more))
            file = f"policies/azure/{stem}.json"
            otherwise = f"write {file}, or correct the name" if kind == TEAM else "correct the name"
            self._unknown(
                path,
                f"there is no file {file}" if kind == TEAM else f"nothing called {stem} comes with Modelyard",
                reference,
                ", ".join(known) or "the folder policies/azure holds no definitions",
                did_you_mean(reference, known, otherwise),
            )
            return None
        if reference not in self._declared:
            try:
                self._declared[reference] = from_document(reference, content)
            except DefinitionUnreadable as problem:
                self._collector.add(
                    "config.policy-file-unreadable",
                    path,
                    f"{reference} can't be used: {problem}",
                    found=f"policies/azure/{stem}.json",
                    allowed="a definition of Azure Policy as JSON: policyRule, parameters, mode",
                    of_value=True,
                )
        return self._declared.get(reference)

    def _unknown(self, path: KeyPath, message: str, found: str, allowed: str, remedy: str) -> None:
        self._collector.add(
            "config.policy-unknown", path, message, found=found, allowed=allowed, remedy=remedy, of_value=True
        )
