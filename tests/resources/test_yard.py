"""What the program declares, seen by an engine that only writes it down."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from modelyard.config.stack import Stack
from modelyard.resources.yard import Yard

DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
ACCOUNT = "azure-native:cognitiveservices:Account::account"


@pytest.fixture
def yard(make_stack: Callable[..., Stack], declare: Callable[..., Any]) -> Any:
    return declare(lambda: Yard("yard", make_stack()).outputs)


def test_endpoints_are_what_arm_answered(yard: Any) -> None:
    _, outputs = yard
    assert outputs["inferenceEndpoint"] == "https://contoso.services.ai.azure.com/models"
    assert outputs["openaiEndpoint"] == "https://contoso.openai.azure.com/"
    assert outputs["endpoint"] == "https://contoso/"
    assert outputs["principalId"] == "1111"


def test_a_deployment_tells_its_clients_what_it_is(yard: Any) -> None:
    _, outputs = yard
    assert outputs["deployments"]["chat"] == {
        "model": "gpt-5.4",
        "version": "2026-03-05",
        "format": "OpenAI",
        "sku": "GlobalStandard",
        "capacity": 50,
        "tokensPerMinute": 50000,
        "requestsPerMinute": 30,
        "contentFilter": "Microsoft.DefaultV2",
        "spilloverDeploymentName": None,
        "endpoints": ["openai-v1", "openai", "models"],
    }, "limits are ARM's, whatever period it states them for"
    assert outputs["deployments"]["chat-bulk"]["sku"] == "DataZoneStandard"


def test_names_are_literal_so_that_a_first_preview_knows_them(yard: Any) -> None:
    recorder, _ = yard
    for name in ("chat", "chat-bulk"):
        inputs = recorder.resources[f"{DEPLOYMENT}::{name}"].inputs
        assert (inputs["accountName"], inputs["resourceGroupName"]) == ("contoso", "rg-contoso")
        assert inputs["properties"]["raiPolicyName"] == "Microsoft.DefaultV2", "a deployment always names its filter"
        assert inputs["sku"] == {
            "name": "GlobalStandard" if name == "chat" else "DataZoneStandard",
            "capacity": inputs["sku"]["capacity"],
        }


def test_keys_are_not_even_asked_for_while_they_are_off(yard: Any) -> None:
    recorder, outputs = yard
    assert recorder.resources[ACCOUNT].inputs["properties"]["disableLocalAuth"] is True
    assert "keys" not in outputs
    assert recorder.calls == [], "ARM answers 400 to listKeys while keys are off"


def test_keys_are_an_output_where_they_are_on(make_stack: Callable[..., Stack], declare: Callable[..., Any]) -> None:
    recorder, outputs = declare(lambda: Yard("yard", make_stack(disable_local_auth=False)).outputs)
    assert recorder.calls == ["azure-native:cognitiveservices:listAccountKeys"]
    assert outputs["keys"] == {"key1": "first", "key2": "second"}


def test_keys_that_a_policy_has_switched_off_are_not_asked_for(
    make_stack: Callable[..., Stack], declare: Callable[..., Any]
) -> None:
    """A policy with the effect Modify may say otherwise than the stack; asking then would fail the whole run."""
    stack = make_stack(disable_local_auth=False)
    recorder, outputs = declare(lambda: Yard("yard", stack).outputs, modify={"disableLocalAuth": True})
    assert recorder.calls == []
    assert outputs["keys"] is None


def test_network_rules_reach_the_account(make_stack: Callable[..., Stack], declare: Callable[..., Any]) -> None:
    from modelyard.config.account import IpRule, Network, NetworkAcls

    acls = NetworkAcls.model_construct(
        default_action="Deny",
        bypass="None",
        ip_rules=(IpRule.model_construct(value="192.0.2.0/24"),),
        virtual_network_rules=(),
    )
    network = Network.model_construct(public_network_access="Enabled", network_acls=acls)
    recorder, _ = declare(lambda: Yard("yard", make_stack(network=network)).outputs)
    assert recorder.resources[ACCOUNT].inputs["properties"]["networkAcls"] == {
        "defaultAction": "Deny",
        "bypass": "None",
        "ipRules": [{"value": "192.0.2.0/24"}],
        "virtualNetworkRules": [],
    }


def test_a_stack_without_access_and_policies_loads_no_module_for_them() -> None:
    """azure-native's modules are large; a preview of a plain stack would pay for them each time."""
    unwanted = "pulumi_azure_native.authorization.role_assignment"
    program = f"import sys, modelyard.resources.yard; sys.exit('{unwanted}' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
