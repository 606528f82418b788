"""Callers of the local ARM, and a way to hold its replies to Azure's words only where those are known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from modelyard.sandbox import arm, seed_data
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.answers import ANSWERS
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import LocalAzure

AUDIENCE = "https://management.azure.com"
RESOURCES = "2024-03-01"
SERVICES = "2025-06-01"
ROLES = "2022-04-01"
POLICIES = "2025-01-01"
EXEMPTIONS = "2022-07-01-preview"
STATES = "2019-10-01"
REMEDIATIONS = "2021-10-01"


@dataclass(frozen=True)
class Arm:
    """ARM as one principal sees it."""

    azure: LocalAzure
    http: TestClient
    principal: str | None = "pipeline"
    issued: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, *, version: str | None = None, **query: str) -> Any:
        """Send a request; the api-version is that of the path's type unless told otherwise ('' for none)."""
        chosen = _version(path) if version is None else version
        parameters = {**({"api-version": chosen} if chosen else {}), **query}
        headers = {}
        if self.principal is not None:
            headers["Authorization"] = f"Bearer {self.token(self.principal)}"
        return self.http.request(method, path, json=body, params=parameters, headers=headers)

    def as_(self, principal: str | None) -> "Arm":
        return Arm(self.azure, self.http, principal, self.issued)

    def token(self, principal: str) -> str:
        """A token of somebody's, the same for half an hour: signing one takes longer than most requests."""
        now = self.azure.clock.now()
        since, token = self.issued.get(principal, (now, ""))
        if not token or now - since > timedelta(minutes=30):
            token = tokens.issue(self.azure, seed_data.object_id(principal), AUDIENCE)
            self.issued[principal] = now, token
        return token

    @property
    def subscription(self) -> str:
        return f"/subscriptions/{self.azure.subscription_id}"

    def group(self, name: str = "rg-ai", location: str = "swedencentral") -> str:
        """A resource group; its id."""
        path = f"{self.subscription}/resourceGroups/{name}"
        assert self("PUT", path, {"location": location}).status_code in (200, 201)
        return path

    def account(self, group: str, name: str = "ai", **properties: Any) -> str:
        """An account that is ready; its id."""
        path = f"{group}/providers/Microsoft.CognitiveServices/accounts/{name}"
        reply = self("PUT", path, account(name, **properties))
        assert reply.status_code == 201, reply.text
        self.pass_time(1)
        return path

    def deployment(self, account_id: str, name: str, **wanted: Any) -> str:
        """A deployment that is ready; its id."""
        path = f"{account_id}/deployments/{name}"
        reply = self("PUT", path, deployment(**wanted))
        assert reply.status_code in (200, 201), reply.text
        self.pass_time(1)
        return path

    def define(self, name: str, rule: dict[str, Any], *, scope: str | None = None, **properties: Any) -> str:
        """A policy definition; its id."""
        path = f"{scope or self.subscription}/providers/Microsoft.Authorization/policyDefinitions/{name}"
        body = {"properties": {"displayName": name.capitalize(), "mode": "All", "policyRule": rule, **properties}}
        reply = self("PUT", path, body)
        assert reply.status_code == 201, reply.text
        return path

    def assign(
        self,
        definition: str,
        name: str = "ruled",
        *,
        scope: str | None = None,
        identity: bool = False,
        parameters: dict[str, Any] | None = None,
        **properties: Any,
    ) -> str:
        """An assignment of a definition, an initiative or the GUID of one of Azure's own definitions; its id."""
        where = f"{scope or self.subscription}/providers/Microsoft.Authorization/policyAssignments/{name}"
        reply = self("PUT", where, assignment(definition, identity=identity, parameters=parameters, **properties))
        assert reply.status_code == 201, reply.text
        return where

    def exempt(self, assigned: str, scope: str, name: str = "spared", **properties: Any) -> str:
        """An exemption from an assignment; its id."""
        where = f"{scope}/providers/Microsoft.Authorization/policyExemptions/{name}"
        wanted = {"policyAssignmentId": assigned, "exemptionCategory": "Waiver", **properties}
        reply = self("PUT", where, {"properties": wanted})
        assert reply.status_code in (200, 201), reply.text
        return where

    def states(self, scope: str | None = None, **query: str) -> list[dict[str, Any]]:
        """Policy states below a scope."""
        path = f"{scope or self.subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
        reply = self("POST", path, **query)
        assert reply.status_code == 200, reply.text
        found: list[dict[str, Any]] = reply.json()["value"]
        assert reply.json()["@odata.count"] == len(found)
        return found

    def pass_time(self, seconds: float) -> None:
        self.azure.clock.advance(timedelta(seconds=seconds))


def _version(path: str) -> str:
    last = path.lower().rpartition("/providers/")[2]
    if last.startswith("microsoft.authorization/policyexemptions"):
        return EXEMPTIONS
    if last.startswith("microsoft.authorization/policy"):
        return POLICIES
    if last.startswith("microsoft.policyinsights/remediations"):
        return REMEDIATIONS
    namespaces = {
        "microsoft.authorization": ROLES,
        "microsoft.policyinsights": STATES,
        "microsoft.cognitiveservices": SERVICES,
    }
    return namespaces.get(last.partition("/")[0], RESOURCES)


def account(name: str = "ai", **properties: Any) -> dict[str, Any]:
    """The body of an account, as the example stack has it."""
    return {
        "location": "swedencentral",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"customSubDomainName": name, "publicNetworkAccess": "Enabled", **properties},
    }


def deployment(
    model: str = "gpt-5.4",
    version: str | None = "2026-03-05",
    *,
    publisher: str = "OpenAI",
    sku: str = "GlobalStandard",
    capacity: int = 10,
    **properties: Any,
) -> dict[str, Any]:
    """The body of a deployment."""
    wanted = {"format": publisher, "name": model, **({"version": version} if version else {})}
    return {"sku": {"name": sku, "capacity": capacity}, "properties": {"model": wanted, **properties}}


def assignment(
    definition: str, *, identity: bool = False, parameters: dict[str, Any] | None = None, **properties: Any
) -> dict[str, Any]:
    """The body of a policy assignment."""
    if "/" not in definition:
        definition = f"/providers/Microsoft.Authorization/policyDefinitions/{definition}"
    wanted = {"policyDefinitionId": definition, **properties}
    if parameters is not None:
        wanted["parameters"] = {name: {"value": value} for name, value in parameters.items()}
    managed = {"identity": {"type": "SystemAssigned"}, "location": "swedencentral"} if identity else {}
    return {**managed, "properties": wanted}


def rule(condition: dict[str, Any], effect: str = "deny", details: Any = None) -> dict[str, Any]:
    """A policy rule."""
    return {"if": condition, "then": {"effect": effect, **({"details": details} if details is not None else {})}}


@pytest.fixture
def assignment_body() -> Callable[..., dict[str, Any]]:
    return assignment


@pytest.fixture
def rule_of() -> Callable[..., dict[str, Any]]:
    return rule


@pytest.fixture
def account_body() -> Callable[..., dict[str, Any]]:
    return account


@pytest.fixture
def deployment_body() -> Callable[..., dict[str, Any]]:
    return deployment


@pytest.fixture
def pipeline(azure: LocalAzure) -> Iterator[Arm]:
    """ARM as the pipeline, which owns the subscription, sees it."""
    with TestClient(arm.app(azure), base_url="https://management.azure.com") as http:
        yield Arm(azure, http)


def _refused(reply: httpx2.Response, which: str, /, **facts: object) -> Mapping[str, Any]:
    """Assert that a reply is the refusal of this name; its words are compared only where Azure's are known."""
    answer = ANSWERS[which]
    assert reply.status_code == answer.status, reply.text
    error: dict[str, Any] = reply.json()["error"]
    assert error["code"] == answer.code, reply.text
    assert reply.headers["x-modelyard-grade"] == answer.grade.value
    if facts:
        assert error["message"] == answer.quote(**facts)
    assert answer.grade in Grade
    return error


@pytest.fixture
def refused() -> Callable[..., Mapping[str, Any]]:
    return _refused
