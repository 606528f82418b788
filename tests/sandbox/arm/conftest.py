"""Callers of the local ARM, and a way to hold its replies to Azure's words only where those are known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from modelyard.sandbox import arm, seed
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.answers import ANSWERS
from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.entra import tokens

AUDIENCE = "https://management.azure.com"
RESOURCES = "2024-03-01"
SERVICES = "2025-06-01"
ROLES = "2022-04-01"


@dataclass(frozen=True)
class Arm:
    """ARM as one principal sees it."""

    azure: LocalAzure
    http: TestClient
    principal: str | None = "pipeline"

    def __call__(self, method: str, path: str, body: Any = None, *, version: str | None = None, **query: str) -> Any:
        """Send a request; the api-version is that of the path's type unless told otherwise ('' for none)."""
        chosen = _version(path) if version is None else version
        parameters = {**({"api-version": chosen} if chosen else {}), **query}
        headers = {}
        if self.principal is not None:
            token = tokens.issue(self.azure, seed.object_id(self.principal), AUDIENCE)
            headers["Authorization"] = f"Bearer {token}"
        return self.http.request(method, path, json=body, params=parameters, headers=headers)

    def as_(self, principal: str | None) -> "Arm":
        return Arm(self.azure, self.http, principal)

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

    def pass_time(self, seconds: float) -> None:
        self.azure.clock.advance(timedelta(seconds=seconds))


def _version(path: str) -> str:
    lowered = path.lower()
    if "/microsoft.authorization/" in lowered:
        return ROLES
    return SERVICES if "/microsoft.cognitiveservices/" in lowered else RESOURCES


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
