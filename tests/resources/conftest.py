"""A stack as the configuration would give it, and a Pulumi engine that only writes down what it is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks
from tests.resources.loops import loops

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.account import Account, Network
from modelyard.config.deployment import Deployment
from modelyard.config.loader import load
from modelyard.config.model import Model
from modelyard.config.project import Project
from modelyard.config.stack import Stack

SUBSCRIPTION = "/subscriptions/0f0f0f0f-0000-4000-8000-000000000000"
ENDPOINTS = {
    "Azure AI Model Inference API": "https://contoso.services.ai.azure.com/",
    "OpenAI Language Model Instance API": "https://contoso.openai.azure.com/",
}
RATE_LIMITS = [
    {"key": "request", "renewalPeriod": 10, "count": 5},
    {"key": "token", "renewalPeriod": 60, "count": 50000},
]


@dataclass(frozen=True)
class Registration:
    """What the engine is told about one resource, beside its inputs."""

    urn: str
    dependencies: frozenset[str]
    deleted_with: str
    hooked: bool
    replaces_on: tuple[str, ...]
    deletes_first: bool


class Monitor(mocks.MockMonitor):
    """Pulumi's mock monitor, with whole URNs and with everything that decides about order."""

    def __init__(self, recorder: "Recorder") -> None:
        super().__init__(recorder)
        self.registrations: dict[str, Registration] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        around = "" if "pulumi:pulumi:Stack" in parent or not parent else f"{parent.split('::')[2]}$"
        return f"urn:pulumi:dev::modelyard::{around}{type_}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        urn = self.make_urn(request.parent, request.type, request.name)
        self.registrations[f"{request.type}::{request.name}"] = Registration(
            urn=urn,
            dependencies=frozenset(request.dependencies),
            deleted_with=request.deletedWith,
            hooked=bool(request.hooks.before_create),
            replaces_on=tuple(request.replaceOnChanges),
            deletes_first=request.deleteBeforeReplace,
        )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]  # Pulumi's mock states no types


class Recorder(pulumi.runtime.Mocks):
    """Answers as ARM does, in the parts that outputs are made of; `modify` is what policies make of the account.

    `account_in` is the region of an account that is there already; empty where none is.
    """

    def __init__(self, modify: Mapping[str, Any], account_in: str = "") -> None:
        self._modify = modify
        self._account_in = account_in
        self.resources: dict[str, mocks.MockResourceArgs] = {}
        self.calls: list[str] = []
        self.registrations: dict[str, Registration] = {}

    def inputs(self, kind: str, name: str) -> dict[str, Any]:
        """The inputs of a resource of azure-native."""
        found = self.resources[f"azure-native:{kind}::{name}"].inputs
        return {str(key): value for key, value in found.items()}

    def registration(self, kind: str, name: str) -> Registration:
        return self.registrations[f"azure-native:{kind}::{name}"]

    def waits_for(self, kind: str, name: str) -> set[str]:
        """Type and name of everything of azure-native that a resource waits for."""
        waits = self.registration(kind, name).dependencies
        known = {each.urn: key for key, each in self.registrations.items()}
        return {known[urn].removeprefix("azure-native:") for urn in waits if known[urn].startswith("azure-native:")}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources[f"{args.typ}::{args.name}"] = args
        reply = dict(args.inputs)
        if args.typ.endswith(":Account") and args.typ.startswith("azure-native"):
            reply["name"] = args.inputs["accountName"]
            named = args.inputs["identity"].get("userAssignedIdentities", ())
            reply["identity"] = {**args.inputs["identity"], "principalId": "1111"}
            reply["identity"]["userAssignedIdentities"] = {each: {} for each in named}
            reply["properties"] = {**args.inputs["properties"], "endpoint": "https://contoso/", "endpoints": ENDPOINTS}
            reply["properties"] |= self._modify
        if args.typ.endswith(":PolicyAssignment") and "identity" in args.inputs:
            named = args.inputs["identity"].get("userAssignedIdentities", ())
            reply["identity"] = {**args.inputs["identity"], "principalId": "2222"}
            reply["identity"]["userAssignedIdentities"] = {each: {} for each in named}
        if args.typ.endswith(":Deployment"):
            reply["properties"] = {**args.inputs["properties"], "rateLimits": RATE_LIMITS}
        return f"{SUBSCRIPTION}/{args.name}", reply

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        self.calls.append(args.token)
        if args.token.endswith(":getClientConfig"):
            subscription = SUBSCRIPTION.rpartition("/")[2]
            return {"subscriptionId": subscription, "tenantId": "t", "clientId": "c", "objectId": "o"}, []
        if args.token.endswith(":getAccount"):
            missing = [("", 'Status=404 Code="ResourceNotFound" Message="The Resource was not found."')]
            return {"location": self._account_in}, [] if self._account_in else missing
        return {"key1": "first", "key2": "second"}, []


@pytest.fixture
def make_stack() -> Callable[..., Stack]:
    def make(**account: Any) -> Stack:
        return Stack(
            name="dev",
            target="sandbox",
            location="swedencentral",
            subscription_id=None,
            account=Account.model_validate(
                {
                    "name": "contoso",
                    "resource_group": "rg-contoso",
                    "network": Network.model_construct(public_network_access="Enabled"),
                    **account,
                },
                by_name=True,
                strict=False,
            ),
            tags={"team": "platform"},
            deployments={
                "chat": deployment("gpt-5.4", "2026-03-05", sku="GlobalStandard", capacity=50),
                "chat-bulk": deployment("gpt-5.4", "2026-03-05", sku="DataZoneStandard", capacity=20),
            },
        )

    return make


def deployment(name: str, version: str, *, sku: str, capacity: int) -> Deployment:
    return Deployment(
        model=Model.model_construct(format="OpenAI", name=name, version=version),
        sku=sku,
        capacity=capacity,
        rate_limit=None,
        tokens_per_minute=capacity * 1000,
        requests_per_minute=None,
        version_upgrade_option="NoAutoUpgrade",
        content_filter="Microsoft.DefaultV2",
        tags={},
    )


@pytest.fixture
def declare() -> Callable[..., tuple[Recorder, dict[str, Any]]]:
    """Run a program against the recorder, and give back what was declared and what the outputs came to."""

    def run(
        program: Callable[[], Mapping[str, Any]], modify: Mapping[str, Any] | None = None, account_in: str = ""
    ) -> tuple[Recorder, dict[str, Any]]:
        recorder = Recorder(modify or {}, account_in)
        monitor = Monitor(recorder)
        recorder.registrations = monitor.registrations
        outputs: dict[str, Any] = {}
        with loops():
            pulumi.runtime.set_mocks(recorder, project="modelyard", stack="dev", preview=False, monitor=monitor)

            @pulumi.runtime.test
            def declared() -> pulumi.Output[None]:
                return pulumi.Output.all(**program()).apply(outputs.update)

            declared()
        return recorder, outputs

    return run


HEAD = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso
    resourceGroup: rg-contoso
    network:
      publicNetworkAccess: Enabled
"""


@pytest.fixture
def stack_of(tmp_path: Path) -> Callable[..., Stack]:
    """The stack `dev` that comes of sections as a stack file has them, with definitions of the team's by stem."""

    def read(sections: str, **definitions: str) -> Stack:
        (tmp_path / "stacks").mkdir(exist_ok=True)
        (tmp_path / "policies/azure").mkdir(parents=True, exist_ok=True)
        for stem, text in definitions.items():
            (tmp_path / f"policies/azure/{stem}.json").write_text(text, encoding="utf-8")
        written = sections if "modelyard:account:" in sections else HEAD + sections
        (tmp_path / "stacks/Pulumi.dev.yaml").write_text(written, encoding="utf-8")
        project = Project(tmp_path, "modelyard", tmp_path / "stacks", tmp_path / "infra")
        loaded = load(project, "dev", calendar=Calendar.on(date(2026, 11, 23)), market=Market.load())
        assert loaded.stack is not None, loaded.findings
        assert not loaded.errors, loaded.errors
        return loaded.stack

    return read
