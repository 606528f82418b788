"""Modelyard: Azure AI Foundry Models as code, from one validated stack file to a proven endpoint.

What `__all__` names is the Python API, and docs/python-api.md describes it; every other module may change. A name is
loaded when it is first used, so that importing the package costs nothing.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # of typing, which this module does not load
if TYPE_CHECKING:
    from modelyard import operations
    from modelyard.config.project import Project
    from modelyard.destination import Destination, TargetName
    from modelyard.failures import ExitStatus, Failure
    from modelyard.findings import Finding, Position, Severity
    from modelyard.operations.context import OperationContext, ProgressDisplay
    from modelyard.report.policy_finding import PolicyFinding
    from modelyard.report.result import Check, Outcome, Report, Step

__all__ = (
    "Check",
    "Destination",
    "ExitStatus",
    "Failure",
    "Finding",
    "OperationContext",
    "Outcome",
    "PolicyFinding",
    "Position",
    "ProgressDisplay",
    "Project",
    "Report",
    "Severity",
    "Step",
    "TargetName",
    "__version__",
    "operations",
)

_MODULES = {
    "Check": "report.result",
    "Destination": "destination",
    "ExitStatus": "failures",
    "Failure": "failures",
    "Finding": "findings",
    "OperationContext": "operations.context",
    "Outcome": "report.result",
    "PolicyFinding": "report.policy_finding",
    "Position": "findings",
    "ProgressDisplay": "operations.context",
    "Project": "config.project",
    "Report": "report.result",
    "Severity": "findings",
    "Step": "report.result",
    "TargetName": "destination",
}

if not TYPE_CHECKING:  # or a type checker would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        """A name of the API, loaded when it is first used."""
        import importlib

        if name == "operations":
            return importlib.import_module("modelyard.operations")
        if name not in _MODULES:
            raise AttributeError(f"module 'modelyard' has no attribute {name!r}")
        return getattr(importlib.import_module(f"modelyard.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
