"""What commands do, as functions that return a `Report`: for a command, a pipeline step or a notebook.

Each function takes a project, the name of a stack and an `OperationContext`. Findings, checks, policy states and
refused writes are in the report, and `Report.status` is the exit status of the command of the same name. A `Failure` is
raised where something keeps the operation from a result; it has a status too.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelyard.operations.policy_impact import impact
    from modelyard.operations.stack_audit import audit
    from modelyard.operations.stack_check import check
    from modelyard.operations.stack_deletion import destroy
    from modelyard.operations.stack_preview import preview
    from modelyard.operations.stack_smoke import smoke
    from modelyard.operations.stack_update import up

__all__ = ("audit", "check", "destroy", "impact", "preview", "smoke", "up")

_MODULES = {
    "audit": "stack_audit",
    "check": "stack_check",
    "destroy": "stack_deletion",
    "impact": "policy_impact",
    "preview": "stack_preview",
    "smoke": "stack_smoke",
    "up": "stack_update",
}


if not TYPE_CHECKING:  # or a type checker would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        """An operation, loaded when it is first named: a check loads nothing that only an update needs."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
