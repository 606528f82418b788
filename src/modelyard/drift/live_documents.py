"""What ARM shows for the resources of a graph, and what else stands in the account: read with Reader alone.

What is in an account is ARM's lists, which show what nobody declared as well; the rest is a GET for each resource. All
accounts of a command share one pool of threads, so that sixty take little longer than the slowest of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import ResourceType, row_for_id, rows, scope_parameter
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.inventory.live_accounts import AT_ONCE, Unread
from modelyard.resources.resource import Resource

Answer = TypeVar("Answer")
MICROSOFTS = "microsoft."
"""How the names of content filters begin that every account has."""
SYSTEM = "SystemManaged"


@dataclass(frozen=True, slots=True)
class LiveDocuments:
    """What ARM shows around one account.

    documents  by the folded ids of declared resources; None where there is nothing
    beside     what stands in the account, or on it, that the graph doesn't declare
    unread     what could not be read; ids of it are in neither of the others
    """

    documents: Mapping[str, ArmDocument | None]
    beside: tuple[ArmDocument, ...] = ()
    unread: tuple[Unread, ...] = field(default=())


def read(arm: ArmReader, graphs: Mapping[str, tuple[Sequence[Resource], str]]) -> dict[str, LiveDocuments]:
    """For each stack by its name, whose graph and subscription are given, what ARM shows."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = {name: _Reading(arm, pool, *each) for name, each in graphs.items()}
        return {name: each.result() for name, each in begun.items()}


class _Reading:
    """The requests for one stack, all of them sent at once but for what is inside of what a list shows."""

    def __init__(self, arm: ArmReader, pool: Executor, graph: Sequence[Resource], subscription_id: str) -> None:
        self._arm, self._pool = arm, pool
        self._wanted = {each.id(subscription_id): each.row for each in graph}
        self._account = next(id_ for id_, row in self._wanted.items() if row is kinds.ACCOUNT)
        self._listed = {path: pool.submit(self._list, path, row) for path, row in lists(self._account)}
        single = {id_: row for id_, row in self._wanted.items() if not self._is_listed(id_, row) and "<" not in id_}
        self._single = {id_: pool.submit(self._find, id_, row) for id_, row in single.items()}

    def result(self) -> LiveDocuments:
        documents: dict[str, ArmDocument | None] = {}
        found: dict[str, ArmDocument] = {}
        closed: dict[str, Unread] = {}
        inside: dict[str, ResourceType] = {}
        for path, each in self._listed.items():
            listed = each.result()
            if isinstance(listed, Unread):
                closed[path.lower()] = listed
                continue
            found |= {str(one["id"]).lower(): one for one in listed}
            for one in listed if path.lower().startswith(f"{self._account}/".lower()) else ():
                inside |= dict(lists(str(one["id"])))
        for path, listed in zip(inside, self._pool.map(self._list, inside, inside.values()), strict=True):
            if isinstance(listed, Unread):
                closed[path.lower()] = listed
            else:
                found |= {str(one["id"]).lower(): one for one in listed}
        for id_, asked in self._single.items():
            document = asked.result()
            if isinstance(document, Unread):
                closed[id_.lower()] = document
            else:
                documents[id_.lower()] = document
        for id_, row in self._wanted.items():
            if self._is_listed(id_, row) and not any(id_.lower().startswith(f"{each}/") for each in closed):
                documents[id_.lower()] = found.get(id_.lower())
        wanted = {each.lower() for each in self._wanted}
        beside = tuple(one for id_, one in sorted(found.items()) if id_ not in wanted and self._own(one))
        return LiveDocuments(documents, beside, tuple(closed.values()))

    def _is_listed(self, id_: str, row: ResourceType) -> bool:
        """Whether it is in a list: of the account, of what is in it, or of what is set on it."""
        if (row.parent_type or "").startswith(kinds.ACCOUNT_TYPE):
            return True
        return id_.rpartition("/")[0].lower() in {each.lower() for each in self._listed}

    def _own(self, document: ArmDocument) -> bool:
        """Whether it stands in the account or on it, and somebody made it: no system's filter, no inherited role."""
        if not str(document["id"]).lower().startswith(f"{self._account}/".lower()):
            return False
        return (document.get("properties") or {}).get("type") != SYSTEM and not str(
            document.get("name", "")
        ).lower().startswith(MICROSOFTS)

    def _list(self, path: str, row: ResourceType) -> list[ArmDocument] | Unread:
        return self._asked(path, row, lambda: list(self._arm.list(path, row.api_version, optional=True)))

    def _find(self, id_: str, row: ResourceType) -> "ArmDocument | Unread | None":
        return self._asked(id_, row, lambda: self._arm.find(id_, row.api_version))

    def _asked(self, path: str, row: ResourceType, ask: Callable[[], Answer]) -> Answer | Unread:
        try:
            return ask()
        except ScopeUnreadable as refused:
            return Unread(f"{row.noun}s of {path}", f"{row.rbac_type}/read", path, refused.problem)


def lists(id_: str) -> Iterator[tuple[str, ResourceType]]:
    """The lists of what is right inside a resource; of an account also of what is set on it."""
    known = row_for_id(id_)
    above = known[0].type if known else ""
    for row in rows():
        if row.parent_type == above:
            yield f"{id_}/{row.type.rpartition('/')[2]}", row
        elif above == kinds.ACCOUNT_TYPE and scope_parameter(row.path) and row.parent is kinds.ACCOUNT:
            yield f"{id_}/providers/{row.type}", row
    if above == kinds.ACCOUNT_TYPE:
        yield f"{id_}/providers/{kinds.ROLE_ASSIGNMENT.type}", kinds.ROLE_ASSIGNMENT
