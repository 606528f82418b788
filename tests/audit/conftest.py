"""A local Azure on loopback for what audits ask of ARM, and resources that policies are put to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from modelyard.azure.target import Target, Transport
from modelyard.sandbox import seed_data
from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import Running, serve

VERSIONS = {"exemptions": "2022-07-01-preview", "groups": "2024-03-01"}
ROLES = "Microsoft.Authorization/roleAssignments"
KEYLESS = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
RULE = {"if": {"field": "location", "notEquals": "swedencentral"}, "then": {"effect": "audit"}}


@dataclass(frozen=True)
class Principal:
    """A credential of one of the directory's principals."""

    running: Running
    name: str = "pipeline"

    def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        azure = self.running.azure
        issued = self.running.do(
            lambda: tokens.issue(azure, seed_data.object_id(self.name), scopes[0].removesuffix("/.default"))
        )
        return AccessToken(issued, int(azure.clock.now().timestamp()) + 3600)


class Nobody:
    """A credential of somebody who isn't signed in."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        raise ClientAuthenticationError("nobody is signed in\nand a long story")


@dataclass(frozen=True)
class Cloud:
    """A local Azure on loopback, and how to write into it."""

    running: Running
    target: Target

    @property
    def subscription(self) -> str:
        return f"/subscriptions/{self.target.subscription_id}"

    @property
    def root(self) -> str:
        return f"/providers/Microsoft.Management/managementGroups/{self.running.azure.tenant_id}"

    def put(self, path: str, body: Mapping[str, Any], version: str = "2025-01-01") -> str:
        token = Principal(self.running).get_token("https://management.azure.com/.default").token
        with self.target.transport.client() as http:
            reply = http.put(
                f"https://management.azure.com{path}?api-version={version}",
                json=body,
                headers={"Authorization": f"Bearer {token}"},
            )
        assert reply.status_code in {200, 201}, reply.text
        self.running.do(lambda: self.running.azure.clock.advance(timedelta(minutes=1)))  # what goes on has ended
        return path

    def disturb(self, **fault: Any) -> None:
        """Let requests go wrong, as `modelyard sandbox faults add` does."""
        headers = {HEADER: self.running.home.secrets().control}
        with httpx2.Client() as http:
            made = http.post(f"http://127.0.0.1:{self.running.port}/_modelyard/faults", json=fault, headers=headers)
        assert made.status_code == 200, made.text

    def define(self, scope: str, name: str) -> str:
        where = f"{scope}/providers/Microsoft.Authorization/policyDefinitions/{name}"
        return self.put(where, {"properties": {"mode": "All", "displayName": name, "policyRule": RULE}})

    def assign(self, scope: str, name: str, definition: str) -> str:
        where = f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}"
        return self.put(where, {"properties": {"policyDefinitionId": definition}})


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    azure = LocalAzure.open()
    seed_data.seed(azure, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="of the tests")
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    owner = f"{root}/providers/Microsoft.Authorization/roleAssignments/7f0b3c4e-0000-4000-8000-000000000001"
    role = f"/providers/Microsoft.Authorization/roleDefinitions/{seed_data.OWNER}"
    properties = {"principalId": seed_data.object_id("pipeline"), "roleDefinitionId": role, "scope": root}
    azure.store.put("resources", owner.lower(), {"id": owner, "type": ROLES, "properties": properties})
    with serve(azure, tmp_path / "sandbox") as running:
        yield Cloud(
            running,
            Target(
                name="sandbox",
                tenant_id=azure.tenant_id,
                subscription_id=azure.subscription_id,
                transport=Transport(running.proxy, running.ca_file),
                credential=lambda: Principal(running),
            ),
        )
    azure.store.close()
