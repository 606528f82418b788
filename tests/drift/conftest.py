"""A sandbox in which a generic client has written what stack files declare: by ARM's bodies of the graph, no engine."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from modelyard import Project, operations
from modelyard.arm import kinds
from modelyard.azure.arm_client import ArmClient, Deadline, connect
from modelyard.destination import Destination
from modelyard.operations.context import OperationContext
from modelyard.operations.stack_check import checked
from modelyard.operations.target_resolution import point
from modelyard.resources.graph import graph
from modelyard.resources.resource import Reference, Resource, known
from modelyard.sandbox import SUBSCRIPTION_ID, control_client
from modelyard.sandbox.state_dir import Home


@dataclass(frozen=True)
class Cloud:
    """A sandbox without delays, and ARM as any client of Azure's reaches it."""

    context: OperationContext
    arm: ArmClient

    def put(self, id_: str, api_version: str, body: Mapping[str, Any]) -> None:
        reply = self.arm.fetch("PUT", id_, Deadline(), api_version=api_version, body=dict(body))
        assert reply.status < 300, reply.body

    def get(self, id_: str, api_version: str) -> dict[str, Any]:
        return self.arm.get(id_, Deadline(), api_version=api_version)

    def deploy(self, project: Project, stack: str) -> tuple[Resource, ...]:
        """Write everything that a stack declares, in its order; what would refuse or lock the rest comes last."""
        loaded = checked(project, stack, self.context)
        assert loaded.stack is not None, loaded.findings
        subscription = loaded.stack.subscription_id or SUBSCRIPTION_ID
        resources = graph(loaded.stack, subscription)
        ruling = (kinds.POLICY_ASSIGNMENT.token, kinds.POLICY_EXEMPTION.token, kinds.ROLE_ASSIGNMENT.token)
        for each in sorted(resources, key=lambda each: (each.row.last, each.row.token in ruling)):
            self.put(each.id(subscription), each.row.api_version, known(self._told(each.body, subscription)))
        return resources

    def _told(self, value: Any, subscription: str) -> Any:
        """The body with what only Azure can tell, which is there by now."""
        if isinstance(value, Reference) and value.value is None:
            found: Any = self.get(value.resource.id(subscription), value.resource.row.api_version)
            for part in value.place.split("."):
                found = found[part]
            return found
        if isinstance(value, Mapping):
            return {name: self._told(each, subscription) for name, each in value.items()}
        return [self._told(each, subscription) for each in value] if isinstance(value, list | tuple) else value


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("drift")
    environment = {**os.environ, "MODELYARD_STATE": str(folder / "state"), "MODELYARD_CACHE": str(folder / "cache")}
    context = OperationContext(environment=environment)
    try:
        target = point(Destination("sandbox"), context)
        home = Home(context.folders.sandbox)
        control_client.subscribe(home, "5a9db0c5-0000-4000-8000-000000000001")
        delays = control_client.ask(home, "GET", "delays")["delays"]
        control_client.ask(home, "PUT", "delays", dict.fromkeys(delays, 0.0))
        with connect(target) as arm:
            yield Cloud(context, arm)
    finally:
        operations.stop_sandbox(context)


def project_in(folder: Path, **stacks: str) -> Project:
    """A project with these stack files."""
    (folder / "stacks").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: modelyard\nruntime: python\nstackConfigDir: stacks\n")
    for name, text in stacks.items():
        (folder / "stacks" / f"Pulumi.{name}.yaml").write_text(text)
    return Project.find(folder)
