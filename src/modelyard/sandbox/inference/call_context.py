"""A call that has been admitted, with what its reply is made from; and what every kind of work has to offer.

Replies of the Responses API can be continued or read again. Azure keeps them for thirty days; the sandbox has the last
so many in memory, and forgets them when it is stopped.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from modelyard.sandbox.inference.accounts import InferenceAccount, InferenceDeployment
from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.filter_cache import DeploymentFilter
from modelyard.sandbox.inference.filter_scan import Seen

MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One reply, with the items of the conversation up to its end."""

    document: InferenceBody
    items: Sequence[InferenceBody]


class Kept:
    """Exchanges by account and id."""

    def __init__(self) -> None:
        self._exchanges: OrderedDict[tuple[str, str], Exchange] = OrderedDict()

    def find(self, account: str, response: str) -> Exchange | None:
        """The exchange that ended with this reply."""
        return self._exchanges.get((account, response))

    def item(self, account: str, identifier: str) -> InferenceBody | None:
        """The item with this id, of whatever exchange of the account."""
        of_account = (one for (owner, _), one in self._exchanges.items() if owner == account)
        return next((item for one in of_account for item in one.items if item.get("id") == identifier), None)

    def keep(self, account: str, exchange: Exchange) -> None:
        """Remember an exchange."""
        self._exchanges[account, str(exchange.document["id"])] = exchange
        while len(self._exchanges) > MOST_KEPT:
            self._exchanges.popitem(last=False)

    def forget(self, account: str, response: str) -> bool:
        """Forget an exchange; tells whether there was one."""
        return self._exchanges.pop((account, response), None) is not None


@dataclass(slots=True)
class Turn:
    """One call on its way to a reply. `seen` is what the filter made of its prompt; `created` is in seconds.

    `prologue` says that a stream begins with Azure OpenAI's chunk about the prompt.
    """

    body: InferenceBody
    prompt: str
    account: InferenceAccount
    deployment: InferenceDeployment
    filter: DeploymentFilter
    seen: Seen
    created: int
    kept: Kept
    prologue: bool = False


class OperationHandler(Protocol):
    """What a module offers that answers calls of deployments."""

    @property
    def OPERATION(self) -> str:  # noqa: N802 - a module's constant
        """As the refusal of an operation calls it."""

    @property
    def LIMITED_AS(self) -> str:  # noqa: N802 - a module's constant
        """As the refusal at a limit calls it."""

    def check(self, body: InferenceBody, deployment: InferenceDeployment) -> None:
        """Refuse what the backend of the model would refuse."""

    def prompt(self, body: InferenceBody) -> str:
        """What the content filter looks at."""

    def debit(self, body: InferenceBody, prompt: str) -> int:
        """Tokens counted on arrival."""

    def answer(self, turn: Turn) -> bytes | Iterator[bytes]:
        """The body of the reply, or the events of a stream."""
