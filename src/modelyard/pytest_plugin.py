"""Fixtures for tests of a team's own project; pytest finds them where Modelyard is installed.

Each run of pytest has a sandbox of its own, in a folder of pytest's, so that it meets neither the user's sandbox nor
another run. Nothing here reaches Azure: a stack for Azure is rehearsed.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from modelyard import operations
from modelyard.config.project import Project
from modelyard.failures import ExitStatus
from modelyard.files import JsonObject
from modelyard.operations.context import OperationContext
from modelyard.report import text
from modelyard.report.result import Report


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """A stack that stands in the sandbox. `outputs` has its outputs, secrets masked."""

    project: Project
    name: str
    context: OperationContext
    report: Report

    @property
    def outputs(self) -> JsonObject:
        """What the stack exports."""
        found: Mapping[str, Any] = self.report.data["outputs"]
        return found


def pytest_addoption(parser: pytest.Parser) -> None:
    """`modelyard_stack` names the stack of `deployed_stack`."""
    parser.addini("modelyard_stack", "the stack that `deployed_stack` declares in the sandbox", default="dev")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OperationContext]:
    """The context of operations in a sandbox of this run's own, which is stopped at the end.

    `operations.sandbox_environment(sandbox)` has the variables that a client in it needs.
    """
    state = tmp_path_factory.mktemp("modelyard")
    context = OperationContext(environment={**os.environ, "MODELYARD_STATE": str(state), "MODELYARD_TARGET": "sandbox"})
    operations.start_sandbox(context)
    try:
        yield context
    finally:
        operations.stop_sandbox(context)


@pytest.fixture(scope="session")
def deployed_stack(sandbox: OperationContext, request: pytest.FixtureRequest) -> DeployedStack:
    """The stack that the setting `modelyard_stack` names (`dev`), declared in `sandbox` once a run."""
    project, name = Project.find(request.config.rootpath), str(request.config.getini("modelyard_stack"))
    report = operations.up(project, name, sandbox, target="sandbox", smoke=False)
    if report.status is not ExitStatus.DONE:
        pytest.fail(f"stack {name} can't be declared:\n{text.write(report)}{text.stop(report)}", pytrace=False)
    return DeployedStack(project, name, sandbox, report)
