"""The policies in force on a scope, asked of ARM with Microsoft's own client.

The list of a subscription or a resource group has what is assigned there, in it, and above it, management groups
included (Microsoft docs, policy-assignments/list, A); which groups stand above is known from those assignments, and
groups without any rule nothing. A management group's list has what is at it and above it, since ARM gives no more.

Definitions are pulled in their present version; `gaps` says which assignments hold on to another one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from modelyard.audit.failures import PullRefused, ScopeUnknown
from modelyard.azure.target import SIGN_IN, Target
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import used

if TYPE_CHECKING:
    from azure.mgmt.resource.policy import PolicyClient

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
    r"(?:/subscriptions/(?P<subscription>[^/]+)"
    r"|/providers/Microsoft\.Management/managementGroups/(?P<management>[^/]+))?"
    r"/providers/Microsoft\.Authorization/policy(?P<set>Set)?Definitions/(?P<name>[^/]+)",
    re.IGNORECASE,
)
EXEMPTIONS = "2022-07-01-preview"  # the newest api-version that has them (azure-mgmt-resource 25)
AT_ONCE = 8
"""Definitions asked for at the same time; one initiative may have hundreds."""

ELSEWHERE = "see what answers in Azure's place: a proxy, or a page to sign in to a network"
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


def client(target: Target) -> "PolicyClient":
    """Microsoft's client, pointed where the target is."""
    from azure.mgmt.resource.policy import PolicyClient

    way: dict[str, Any] = {}
    if target.transport.proxy:
        way = {
            "proxies": {"https": target.transport.proxy},
            "connection_verify": str(target.transport.ca_file),
            "use_env_settings": False,
        }
    return PolicyClient(target.credential(), target.subscription_id, base_url=target.resource_manager, **way)


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


def pull(policies: "PolicyClient", scope: str, source: str) -> PulledPolicies:
    """What is in force on the scope and above it, with everything that it uses. Raises ScopeUnknown, PullRefused."""
    with _told(scope):
        assignments = [_document(each) for each in _assignments(policies, scope)]
        exemptions = list(_exemptions(policies, scope))
        definitions, missing = _used(policies, assignments)
    groups = {scopes.parent(each["id"]) for each in (*assignments, *exemptions)}
    if scopes.normalized(scope).startswith(scopes.GROUPS):
        groups.add(scope)
    above = sorted(each for each in groups if each.lower().startswith(scopes.GROUPS))
    return PulledPolicies(Rulebook.of([*assignments, *exemptions, *definitions], source, above), missing)


def _assignments(policies: "PolicyClient", scope: str) -> Iterable[Any]:
    found = SCOPE.fullmatch(scope)
    if found is None:
        raise ScopeUnknown(scope)
    listed = policies.policy_assignments
    if found["management"]:
        return listed.list_for_management_group(found["management"], filter="atScope()")
    return listed.list_for_resource_group(found["group"]) if found["group"] else listed.list()


def _exemptions(policies: "PolicyClient", scope: str) -> Iterator[Document]:
    """The client of version 1.0 has no operations for exemptions; its pipeline sends any request, with the token.

    Raises PullRefused where a page points to another host, to whom the token isn't sent.
    """
    from azure.core.rest import HttpRequest

    where = f"{scope}/providers/Microsoft.Authorization/policyExemptions?api-version={EXEMPTIONS}"
    if scopes.normalized(scope).startswith(scopes.GROUPS):
        where += "&$filter=atScope()"
    while where:
        reply = policies.send_request(HttpRequest("GET", where))
        reply.raise_for_status()
        page = reply.json()
        yield from page.get("value") or ()
        where = page.get("nextLink") or ""
        if where and urlsplit(where)[:2] != urlsplit(reply.request.url)[:2]:
            raise PullRefused(scope, "the next page of its exemptions lies elsewhere", AGAIN)


def _used(policies: "PolicyClient", assignments: Iterable[Document]) -> tuple[list[Document], tuple[str, ...]]:
    """The definitions and initiatives of the assignments, and those of the initiatives; and what can't be had."""
    known: dict[str, tuple[str, Document | None]] = {}
    wanted = _ids(assignments)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while wanted:
            found = dict(zip(wanted, pool.map(lambda each: _definition(policies, each), wanted), strict=True))
            known |= {id_.lower(): (id_, document) for id_, document in found.items()}
            wanted = [each for each in _ids(filter(None, found.values())) if each.lower() not in known]
    missing = tuple(sorted(id_ for id_, document in known.values() if document is None))
    return [document for _, document in known.values() if document is not None], missing


def _ids(documents: Iterable[Mapping[str, Any]]) -> list[str]:
    return list({each.lower(): each for document in documents for each in used(document)}.values())


def _definition(policies: "PolicyClient", id_: str) -> Document | None:
    """A definition or an initiative; None where it isn't there, or isn't shown to whoever asks."""
    from azure.core.exceptions import HttpResponseError

    found = DEFINITION.fullmatch(id_)
    if found is None:
        return None
    kind: Any = policies.policy_set_definitions if found["set"] else policies.policy_definitions
    ask: Callable[[], Any]
    if found["management"]:
        ask = lambda: kind.get_at_management_group(found["management"], found["name"])  # noqa: E731 - one of three
    elif found["subscription"]:
        ask = lambda: kind.get(found["name"])  # noqa: E731
    else:
        ask = lambda: kind.get_built_in(found["name"])  # noqa: E731
    try:
        return _document(ask())
    except HttpResponseError as refused:
        if refused.status_code in {403, 404}:
            return None
        raise


def _document(model: Any) -> Document:
    """The reply as ARM wrote it, without who changed it when: that would make each pull differ."""
    document: Document = model.as_dict()
    document.pop("systemData", None)
    return document


@contextmanager
def _told(scope: str) -> Iterator[None]:
    """Refusals in our words."""
    from azure.core.exceptions import AzureError, ClientAuthenticationError, DecodeError, HttpResponseError

    try:
        yield
    except ClientAuthenticationError as refused:
        raise PullRefused(scope, _first(refused.message), SIGN_IN) from refused
    except DecodeError as refused:
        raise PullRefused(scope, _first(refused.message), ELSEWHERE) from refused
    except HttpResponseError as refused:
        said = f"{refused.error.code}: {_first(refused.error.message)}" if refused.error else _first(refused.message)
        raise PullRefused(scope, said, REMEDIES.get(refused.status_code or 0, AGAIN)) from refused
    except AzureError as refused:
        raise PullRefused(scope, _first(refused.message), AGAIN) from refused


def _first(message: object) -> str:
    lines = str(message).strip().splitlines()
    return lines[0] if lines else "Azure said nothing"
