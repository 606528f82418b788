"""What of the policies in force isn't evaluated as Azure evaluates it, though they were pulled.

Azure keeps the versions of a definition. An assignment holds on to a major one, even if nobody asked for it, and so may
an initiative's member (Microsoft docs, assignment-structure, "Policy definition ID and version", A). Pulled is the
present text; where that has another version, the policy isn't evaluated, and whoever reads policy states has to know.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modelyard.findings import Finding, Severity
from modelyard.policy.documents import definition_registry
from modelyard.policy.documents.assignment import Bound
from modelyard.policy.documents.definition_header import version_fits
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.failures import ParameterRefused
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields


def findings(book: Rulebook, missing: Iterable[str]) -> tuple[Finding, ...]:
    """A finding for each definition that isn't shown, and for each that is pinned to what isn't its present version."""
    not_shown = (
        _finding(
            "policy.definition-not-shown",
            "an assignment uses this definition, but Azure doesn't show it, so the policy isn't evaluated",
            each,
            "ask for the right to read it, or tell whoever owns the assignment that the definition is gone",
        )
        for each in missing
    )
    return (*not_shown, *_pinned(book))


def refused(book: Rulebook) -> Iterator[Finding]:
    """A finding for each value that a definition or an initiative doesn't allow, as an effect in another case.

    Azure refuses such an assignment. Of what isn't at hand nobody knows what it allows.
    """
    fields = Fields(aliases.standard())
    _, failures = book.put_to_work(definition_registry.standard(fields), fields)
    for each in failures:
        if isinstance(each, ParameterRefused):
            yield Finding(
                each.code, Severity.WARNING, each.what, found=each.where, allowed=each.allowed, remedy=each.remedy
            )


def unproved(policies: Iterable[Bound]) -> Iterator[Finding]:
    """A finding for each thing that a definition was given the benefit of the doubt for, once a definition."""
    noted = ((bound.plain.definition, each) for bound in policies for each in bound.plain.notes)
    for definition, each in dict.fromkeys(noted):
        remedy = "look the alias up: az provider show --expand resourceTypes/aliases --namespace <namespace>"
        yield _finding("policy.alias-unproved", each, definition.id or definition.name, remedy)


def _pinned(book: Rulebook) -> Iterator[Finding]:
    present = {**book.definitions, **book.initiatives}
    holders: dict[tuple[str, str, str], list[str]] = {}
    for holder, row in _rows(book):
        held, id_ = str(row.get("definitionVersion") or ""), str(row.get("policyDefinitionId"))
        version = str((present.get(id_.lower(), {}).get("properties") or {}).get("version") or "")
        if not version_fits(held, version):
            holders.setdefault((id_, held, version), []).append(holder)
    for (id_, held, version), by in holders.items():
        who = ", ".join(dict.fromkeys(by))
        said = f"{who} uses version {held} of this definition, but Azure shows {version}, so the policy isn't evaluated"
        remedy = "let the assignment use the present version, or see its compliance state in Azure"
        yield _finding("policy.version-pinned", said, id_, remedy)


def _rows(book: Rulebook) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What names a definition with a version: assignments, and members of initiatives."""
    for document in book.assignments.values():
        yield str(document.get("name")), document["properties"]
    for document in book.initiatives.values():
        for member in document["properties"].get("policyDefinitions") or ():
            yield f"{document.get('name')} ({member.get('policyDefinitionReferenceId')})", member


def _finding(code: str, message: str, found: str, remedy: str) -> Finding:
    return Finding.of(code, message, found=found, remedy=remedy)
