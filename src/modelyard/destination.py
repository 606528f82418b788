"""The cloud that a stack is for, that a command works on, or that something was read from: Azure, or the sandbox."""

from typing import Literal

TargetName = Literal["sandbox", "azure"]
