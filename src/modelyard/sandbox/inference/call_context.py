"""A call that has been admitted, with what its reply is made from; and what every kind of work has to offer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from modelyard.sandbox.inference.accounts import InferenceAccount, InferenceDeployment
from modelyard.sandbox.inference.filter_cache import DeploymentFilter
from modelyard.sandbox.inference.filter_scan import Seen
from modelyard.sandbox.inference.response_store import Kept


@dataclass(slots=True)
class Turn:
    """One call on its way to a reply. `seen` is what the filter made of its prompt; `created` is in seconds.

    `prologue` says that a stream begins with Azure OpenAI's chunk about the prompt.
    """

    body: Mapping[str, Any]
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

    def check(self, body: Mapping[str, Any], deployment: InferenceDeployment) -> None:
        """Refuse what the backend of the model would refuse."""

    def prompt(self, body: Mapping[str, Any]) -> str:
        """What the content filter looks at."""

    def debit(self, body: Mapping[str, Any], prompt: str) -> int:
        """Tokens counted on arrival."""

    def answer(self, turn: Turn) -> bytes | Iterator[bytes]:
        """The body of the reply, or the events of a stream."""
