"""A pipeline step in Python: the same engine and sandbox, with the environment that it hands in, and no argv."""

from typing import Any

import pytest

from modelyard import ExitStatus, OperationContext, Outcome, Project, operations

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("dev")]


def test_a_declared_stack_is_previewed_and_proved_without_a_command_line(dev: Any, up: Any) -> None:
    """The state is found by the environment that is handed in: the one of this process names no sandbox."""
    project = Project.find(dev.project)
    context = OperationContext(environment=dev.environment)
    previewed = operations.preview(project, "dev", context)
    assert previewed.failures == ()
    assert previewed.status is ExitStatus.DONE
    assert previewed.data["changed"] is False
    assert previewed.target == "sandbox"
    proved = operations.smoke(project, "dev", context, select=("deployment.answers",))
    assert proved.status is ExitStatus.DONE
    answered = {check.subject.split(":")[0] for check in proved.checks}
    assert answered == set(up["data"]["outputs"]["deployments"])
    assert {check.outcome for check in proved.checks} == {Outcome.PASSED}
