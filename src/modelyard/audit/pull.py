"""The policies in force on a scope, asked of ARM.

The list of a subscription or a resource group has what is assigned there, in it, and above it, management groups
included (Microsoft docs, policy-assignments/list, A); which groups stand above is known from those assignments, and
groups without any rule nothing. A management group's list has what is at it and above it, since ARM gives no more.

Definitions are pulled in their present version; `gaps` says which assignments hold on to another one.
"""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.audit.failures import PullRefused, ScopeUnknown
from modelyard.azure.arm_client import ArmClient, Deadline
from modelyard.azure.failures import ArmFailure, AzureRefused, ReplyUnreadable
from modelyard.azure.target import SIGN_IN, NotSignedIn
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import used

Document = dict[str, Any]

SCOPE = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)(?:/resourceGroups/(?P<group>[^/]+))?"
    r"|/providers/Microsoft\.Management/managementGroups/(?P<management>[^/]+)",
    re.IGNORECASE,
)
ACCOUNT = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.CognitiveServices/accounts/[^/]+", re.IGNORECASE
)
"""What is audited by itself, and has policies of its own so seldom that its group's are pulled."""
DEFINITION = re.compile(
    r"(?:/subscriptions/[^/]+|/providers/Microsoft\.Management/managementGroups/[^/]+)?"
    r"/providers/Microsoft\.Authorization/policy(?:Set)?Definitions/[^/]+",
    re.IGNORECASE,
)
POLICIES = "2026-06-01"  # of assignments, definitions and initiatives (azure-mgmt-resource-policy 1.0)
EXEMPTIONS = "2022-07-01-preview"  # the newest api-version that has them (azure-mgmt-resource 25)
ENROLLMENTS = "2026-01-01-preview"  # the only one that has them (Microsoft docs, templates, policyEnrollments)
AT_ONCE = 8
"""Definitions asked for at the same time; one initiative may have hundreds."""

AGAIN = "ask again in a while: Azure couldn't be reached, or couldn't answer"
REMEDIES = {
    401: SIGN_IN,
    403: "ask for the right to read policies there (Reader on the scope has it), or name another scope",
    404: "see that the scope is spelt as Azure does, and that you are signed in to its tenant",
    429: "ask again in a while: Azure takes no more requests from you for now",
}
"""What to do, by the status of the reply; the client has asked several times before it gave up."""


@dataclass(frozen=True, slots=True)
class PulledPolicies:
    """What is in force, and the ids of definitions that an assignment uses and ARM doesn't show."""

    book: Rulebook
    missing: tuple[str, ...]


def scope_of(words: str, subscription_id: str, *, account: bool = False) -> str:
    """The scope that words name: `subscription` is the one signed in to. Raises ScopeUnknown.

    `account` says that one may be named.
    """
    if words.lower() == "subscription":
        if not subscription_id:
            raise ScopeUnknown(words, "which subscription is meant isn't known: set AZURE_SUBSCRIPTION_ID")
        return f"/subscriptions/{subscription_id}"
    named = words.rstrip("/")
    if not (SCOPE.fullmatch(named) or (account and ACCOUNT.fullmatch(named))):
        raise ScopeUnknown(words, account=account)
    return named


def subscription_of(scope: str) -> str:
    """The subscription's own id in a scope; empty for a management group."""
    found = SCOPE.fullmatch(scope)
    return (found["subscription"] or "") if found else ""


def pull(arm: ArmClient, scope: str, source: str) -> PulledPolicies:
    """What is in force on the scope and above it, with everything that it uses. Raises ScopeUnknown, PullRefused."""
    if SCOPE.fullmatch(scope) is None:
        raise ScopeUnknown(scope)
    with _refusals(scope):
        assignments = list(_listed(arm, scope, "policyAssignments", POLICIES))
        exemptions = list(_listed(arm, scope, "policyExemptions", EXEMPTIONS))
        enrollments = _enrollments(arm, scope) if any(map(_enrolls, assignments)) else []
        definitions, missing = _used(arm, assignments)
    found = (*assignments, *exemptions, *enrollments)
    groups = {scopes.parent(each["id"]) for each in found}
    if scopes.normalized(scope).startswith(scopes.GROUPS):
        groups.add(scope)
    above = sorted(each for each in groups if each.lower().startswith(scopes.GROUPS))
    return PulledPolicies(Rulebook.of([*found, *definitions], source, above), missing)


def _enrolls(assignment: Document) -> bool:
    return str(assignment["properties"].get("enforcementMode")).lower() == "enroll"


def _enrollments(arm: ArmClient, scope: str) -> list[Document]:
    """What is enrolled there. In the sandbox, which keeps no enrollments, nothing is."""
    try:
        return list(_listed(arm, scope, "policyEnrollments", ENROLLMENTS))
    except AzureRefused as refused:
        if refused.error.code != "NotInTheSandbox":
            raise
        return []


def _listed(arm: ArmClient, scope: str, kind: str, api_version: str) -> Iterator[Document]:
    """A management group's list has to be asked for what is at it and above it; ARM refuses it without the filter."""
    query = {"$filter": "atScope()"} if scopes.normalized(scope).startswith(scopes.GROUPS) else None
    path = f"{scope}/providers/Microsoft.Authorization/{kind}"
    for each in arm.list(path, Deadline(), api_version=api_version, query=query):
        yield _document(each)


def _used(arm: ArmClient, assignments: Iterable[Document]) -> tuple[list[Document], tuple[str, ...]]:
    """The definitions and initiatives of the assignments, and those of the initiatives; and what can't be had."""
    known: dict[str, tuple[str, Document | None]] = {}
    wanted = _ids(assignments)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while wanted:
            found = dict(zip(wanted, pool.map(lambda each: _definition(arm, each), wanted), strict=True))
            known |= {id_.lower(): (id_, document) for id_, document in found.items()}
            wanted = [each for each in _ids(filter(None, found.values())) if each.lower() not in known]
    missing = tuple(sorted(id_ for id_, document in known.values() if document is None))
    return [document for _, document in known.values() if document is not None], missing


def _ids(documents: Iterable[ArmDocument]) -> list[str]:
    return list({each.lower(): each for document in documents for each in used(document)}.values())


def _definition(arm: ArmClient, id_: str) -> Document | None:
    """A definition or an initiative; None where it isn't there, or isn't shown to whoever asks."""
    if DEFINITION.fullmatch(id_) is None:
        return None
    try:
        return _document(arm.get(id_, Deadline(), api_version=POLICIES))
    except AzureRefused as refused:
        if refused.error.status in {403, 404}:
            return None
        raise


def _document(document: Document) -> Document:
    """As ARM wrote it, without who changed it when: that would make each pull differ."""
    return {name: value for name, value in document.items() if name != "systemData"}


@contextmanager
def _refusals(scope: str) -> Iterator[None]:
    """What goes wrong, as a failure of the pull."""
    try:
        yield
    except NotSignedIn as refused:
        raise PullRefused.of("audit.pull-refused", scope=scope, why=refused.what, remedy=SIGN_IN) from refused
    except ReplyUnreadable as refused:
        raise PullRefused.of("audit.pull-refused", scope=scope, why=refused.what, remedy=refused.remedy) from refused
    except AzureRefused as refused:
        error = refused.error
        why = f"{error.code}: {_first(error.message)}"
        raise PullRefused.of(
            "audit.pull-refused", scope=scope, why=why, remedy=REMEDIES.get(error.status, AGAIN)
        ) from refused
    except ArmFailure as refused:
        raise PullRefused.of("audit.pull-refused", scope=scope, why=_first(refused.what), remedy=AGAIN) from refused


def _first(message: str) -> str:
    lines = message.strip().splitlines()
    return lines[0] if lines else "Azure gave no reason"
