"""Replies of the Responses API that can be continued or read again: the last so many, in memory.

Azure keeps them for thirty days; the sandbox forgets them when it is stopped, and the oldest when there are too many.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 1000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One reply, with the items of the conversation up to its end."""

    document: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]


class Kept:
    """Exchanges by account and id."""

    def __init__(self) -> None:
        self._exchanges: OrderedDict[tuple[str, str], Exchange] = OrderedDict()

    def find(self, account: str, response: str) -> Exchange | None:
        """The exchange that ended with this reply."""
        return self._exchanges.get((account, response))

    def keep(self, account: str, exchange: Exchange) -> None:
        """Remember an exchange."""
        self._exchanges[account, str(exchange.document["id"])] = exchange
        while len(self._exchanges) > MOST:
            self._exchanges.popitem(last=False)

    def forget(self, account: str, response: str) -> bool:
        """Forget an exchange; tells whether there was one."""
        return self._exchanges.pop((account, response), None) is not None
