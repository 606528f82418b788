"""The policy documents of the store, and each ready for evaluation, loaded once for as long as it stays as it is.

    policies    ARM id in lower case    definitions, initiatives, assignments and exemptions, as `resources` has them

They are kept a second time so that nothing else that is written makes anybody look for them.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from modelyard.arm.json_path import ArmObject
from modelyard.policy.documents import built_ins
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.initiative import Initiative
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy.fields import FIELDS
from modelyard.sandbox.store import Document

COLLECTION = "policies"
ASSIGNMENTS = "/providers/microsoft.authorization/policyassignments/"
EXEMPTIONS = "/providers/microsoft.authorization/policyexemptions/"
SETS = "/providers/microsoft.authorization/policysetdefinitions/"
DEFINITIONS = "/providers/microsoft.authorization/policydefinitions/"

Entry = Definition | Initiative
Entries = Mapping[str, Entry]


def documents(azure: LocalAzure, kind: str) -> Iterator[Document]:
    """Those of a kind, which is one of the words above, in the order of their ids."""
    return (document for key, document in azure.store.scan(COLLECTION) if kind in key)


def document(azure: LocalAzure, id: str) -> ArmObject | None:  # noqa: A002 - ARM calls it id
    """A definition, initiative, assignment or exemption, one of Azure's own among them."""
    key = id.lower()
    return azure.store.get(COLLECTION, key) or built_ins.documents().get(key)


def entry(azure: LocalAzure, id: str) -> Entry | None:  # noqa: A002 - ARM calls it id
    """A definition or initiative ready to be assigned; None where there is none, or no rule for it here."""
    key = id.lower()
    found = azure.store.get(COLLECTION, key)
    if found is None:
        return built_in(key)
    loaded: dict[str, tuple[Document, Entry]] = azure.derived("policy definitions", (), dict)
    known = loaded.get(key)
    if known is None or known[0] is not found:
        known = loaded[key] = found, load(found)
    return known[1]


@cache
def built_in(key: str) -> Entry | None:
    """One of Azure's own, by its id in lower case; None where there is no rule for it here."""
    return built_ins.load(key, FIELDS)


def load(document: ArmObject) -> Entry:
    """A definition or an initiative as Azure writes it. Raises DefinitionRefused."""
    if SETS in str(document["id"]).lower():
        return Initiative.load(document)
    return Definition.load(document, FIELDS)
