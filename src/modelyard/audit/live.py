"""What stands at a scope now, asked of ARM: accounts with all that is in them, and the policies in force there.

What is in an account is listed by the table of ARM types, so that a new row is audited without a word here.
Resources of types that the table hasn't are counted, since policies may rule them and nobody looks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from modelyard.arm import account, resource_group, role_assignment
from modelyard.arm.errors import parse
from modelyard.arm.table import ResourceType, by_type, rows
from modelyard.audit.failures import ScopeUnreadable
from modelyard.audit.source import IN_ACCOUNTS, Source
from modelyard.audit.subject import Subject
from modelyard.policy import scopes
from modelyard.policy.rulebook import Rulebook
from modelyard.target import Target

if TYPE_CHECKING:
    import httpx2

AT_ONCE = 8
RESOURCES = "2022-09-01"
"""Of `/resources`, the list of all that has a location."""
NOT_LISTED = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


def source(target: Target, scope: str, book: Rulebook) -> Source:
    """The resources at a subscription or a resource group, ruled by `book`. Raises ScopeUnreadable."""
    token = target.credential().get_token(f"{target.resource_manager}/.default").token
    with target.transport.client() as client:
        arm = Arm(client, target.resource_manager, token)
        left_out = Counter(
            each["type"] for each in arm.list(f"{scope}/resources", RESOURCES) if each["type"].lower() not in by_type()
        )
        groups = list(_groups(arm, scope))
        subscription = arm.get(scopes.subscription(scope), RESOURCES)
        accounts = list(arm.list(f"{scope}/providers/{account.ROW.type}", account.ROW.api_version))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            inside = [each for found in pool.map(lambda one: list(_inside(arm, one)), accounts) for each in found]
        roles = [each for each in _role_assignments(arm, scope) if scopes.within(scope, str(each["id"]))]
    documents = [*groups, *accounts, *inside, *roles]
    whole = () if scopes.resource_group(scope) else (account.ROW.type,)
    return Source(
        name=scope,
        subjects=tuple(Subject(each, _name(each)) for each in documents),
        rulebook=book,
        complete=(*IN_ACCOUNTS, *whole),
        left_out=left_out,
        subscription=subscription,
    )


@dataclass(frozen=True, slots=True)
class Arm:
    """ARM as whoever is signed in sees it."""

    client: "httpx2.Client"
    address: str
    token: str

    def get(self, path: str, api_version: str) -> dict[str, Any]:
        """One document. Raises ScopeUnreadable."""
        return self._read(path, self._ask(f"{self.address}{path}?api-version={api_version}"))

    def list(self, path: str, api_version: str, *, optional: bool = False) -> Iterator[dict[str, Any]]:
        """All of a list, page after page; an `optional` one may not exist. Raises ScopeUnreadable."""
        where = f"{self.address}{path}?api-version={api_version}"
        while where:
            reply = self._ask(where)
            if optional and reply.status_code in NOT_LISTED:
                return
            page = self._read(path, reply)
            yield from page.get("value") or ()
            where = page.get("nextLink") or ""

    def _ask(self, url: str) -> "httpx2.Response":
        from httpx2 import HTTPError

        try:
            return self.client.get(url, headers={"Authorization": f"Bearer {self.token}"})
        except HTTPError as wrong:
            raise ScopeUnreadable(url.partition("?")[0], str(wrong) or type(wrong).__name__) from wrong

    def _read(self, path: str, reply: "httpx2.Response") -> dict[str, Any]:
        if reply.status_code != HTTPStatus.OK:
            raise ScopeUnreadable(path, str(parse(reply.status_code, _json(reply))))
        found: dict[str, Any] = reply.json()
        return found


def _groups(arm: Arm, scope: str) -> Iterable[dict[str, Any]]:
    row = resource_group.ROW
    if scopes.resource_group(scope):
        return [arm.get(scope, row.api_version)]
    return arm.list(f"{scope}/resourcegroups", row.api_version)


def _role_assignments(arm: Arm, scope: str) -> Iterable[dict[str, Any]]:
    """ARM lists those above the scope with those in it (Microsoft docs, role-assignments/list-for-scope, A)."""
    return arm.list(f"{scope}/providers/{role_assignment.ROW.type}", role_assignment.ROW.api_version)


def _inside(arm: Arm, parent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything in a resource, children of children too."""
    for row in _children(str(parent["type"])):
        for child in arm.list(f"{parent['id']}/{row.type.rpartition('/')[2]}", row.api_version, optional=True):
            document = {**child, "type": row.type}
            yield document
            yield from _inside(arm, document)


def _children(kind: str) -> Iterator[ResourceType]:
    return (row for row in rows() if (row.parent_type or "").lower() == kind.lower())


def _name(document: dict[str, Any]) -> str:
    return str(document["id"]).rpartition("/")[2]


def _json(reply: "httpx2.Response") -> Any:
    try:
        return reply.json()
    except ValueError:
        return reply.text
