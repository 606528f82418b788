"""A stack as the configuration would give it, and a Pulumi engine that only writes down what it is told."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks

from modelyard.config.account import Account
from modelyard.config.deployment import Deployment
from modelyard.config.model import Model
from modelyard.config.network import Network
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


class Recorder(pulumi.runtime.Mocks):
    """Answers as ARM does, in the parts that outputs are made of."""

    def __init__(self) -> None:
        self.resources: dict[str, mocks.MockResourceArgs] = {}
        self.calls: list[str] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources[f"{args.typ}::{args.name}"] = args
        reply = dict(args.inputs)
        if args.typ.endswith(":Account") and args.typ.startswith("azure-native"):
            reply["name"] = args.inputs["accountName"]
            reply["identity"] = {**args.inputs["identity"], "principalId": "1111"}
            reply["properties"] = {**args.inputs["properties"], "endpoint": "https://contoso/", "endpoints": ENDPOINTS}
        if args.typ.endswith(":Deployment"):
            reply["properties"] = {**args.inputs["properties"], "rateLimits": RATE_LIMITS}
        return f"{SUBSCRIPTION}/{args.name}", reply

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        self.calls.append(args.token)
        return {"key1": "first", "key2": "second"}, []


@pytest.fixture
def make_stack() -> Callable[..., Stack]:
    def make(**account: Any) -> Stack:
        return Stack(
            name="dev",
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
def declare() -> Callable[[Callable[[], Mapping[str, Any]]], tuple[Recorder, dict[str, Any]]]:
    """Run a program against the recorder, and give back what was declared and what the outputs came to."""

    def run(program: Callable[[], Mapping[str, Any]]) -> tuple[Recorder, dict[str, Any]]:
        recorder = Recorder()
        loop = asyncio.new_event_loop()  # Pulumi takes the thread's current one, and each run wants its own
        asyncio.set_event_loop(loop)
        pulumi.runtime.set_mocks(recorder, project="modelyard", stack="dev", preview=False)
        outputs: dict[str, Any] = {}

        @pulumi.runtime.test
        def declared() -> pulumi.Output[None]:
            return pulumi.Output.all(**program()).apply(outputs.update)

        try:
            declared()
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
            asyncio.set_event_loop(None)
        return recorder, outputs

    return run
