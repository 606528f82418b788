"""The cloud that a stack is for, that a command works in, or that something was read from: Azure, or the sandbox."""

from dataclasses import dataclass
from typing import Literal

TargetName = Literal["sandbox", "azure"]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a command works, as every report says it.

    `tenant` and `subscription` are ids, and empty where the command doesn't know them. `rehearsal` says that the stack
    is for Azure and the command works in the sandbox. `according_to` names the file that states the target, where the
    command asked nothing there. `assumed` says that nobody named a target, so that the sandbox was taken.
    """

    target: TargetName
    tenant: str = ""
    subscription: str = ""
    rehearsal: bool = False
    according_to: str = ""
    assumed: bool = False

    def __str__(self) -> str:
        """In words: `azure, tenant …, subscription …`."""
        how = ["a rehearsal of a stack for azure"] if self.rehearsal else []
        how += ["since no target was named"] if self.assumed else []
        if self.according_to:
            of = [f"subscription {self.subscription}"] if self.subscription else []
            said = f"according to {self.according_to}; nothing was asked there"
            return ", ".join([self.target, *how, *of, said])
        ids = (f"tenant {self.tenant or 'not known'}", f"subscription {self.subscription or 'not known'}")
        return ", ".join([self.target, *how, *ids])
