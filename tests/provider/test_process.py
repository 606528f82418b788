"""How the plugin process begins and ends: the engine waits five seconds for one that lingers, and shows its output."""

import contextlib
import signal
import subprocess
import sys
import threading
from typing import Any

import grpc
import psutil  # type: ignore[import-untyped]  # psutil has no types
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as messages

DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
ID = (
    "/subscriptions/5a9db0c5-0000-4000-8000-000000000001/resourceGroups/rg"
    "/providers/Microsoft.CognitiveServices/accounts/contoso/deployments/chat"
)
INPUTS = {"resourceGroupName": "rg", "accountName": "contoso", "deploymentName": "chat", "sku": {"name": "Standard"}}


def test_cancel_ends_it_without_a_word(start: Any) -> None:
    engine = start()
    engine.configure()
    assert engine.close() == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(start: Any, number: signal.Signals) -> None:
    engine = start()
    engine.process.send_signal(number)
    assert engine.process.wait(timeout=10) == 0
    assert engine.close() == (0, "")


def test_it_dies_with_the_engine_that_started_it() -> None:
    """A killed engine can send no Cancel, and nothing of ours may outlive it."""
    parent = (
        "import subprocess, sys;"
        "child = subprocess.Popen([sys.executable, '-I', '-m', 'modelyard.provider'], stdout=subprocess.PIPE);"
        "child.stdout.readline(); print(child.pid)"
    )
    grandparent = subprocess.run([sys.executable, "-c", parent], stdout=subprocess.PIPE, check=True, timeout=20)
    orphan = int(grandparent.stdout.split()[0])
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(orphan).wait(timeout=10)


def test_cancel_keeps_what_has_begun_in_the_state(start: Any, azure: Any, partial: Any) -> None:
    """An interrupted `pulumi up` must not forget a resource that Azure is making already."""
    engine = start()
    engine.configure()
    begun = threading.Event()
    azure.on("GET", ID, (404,))
    azure.on("PUT", ID, (201, {"id": ID}, {"Azure-AsyncOperation": f"{ID}/operation", "Retry-After": "600"}))
    azure.resources[ID.lower()] = {"id": ID, "properties": {"provisioningState": "Creating"}}
    azure.when("PUT", begun.set)
    call = engine.stub.Create.future(
        messages.CreateRequest(urn=engine.urn(DEPLOYMENT), properties=engine.encode(INPUTS))
    )
    assert begun.wait(10)
    engine.stub.Cancel(Empty())
    with pytest.raises(grpc.RpcError) as stopped:
        call.result(timeout=10)
    assert partial(stopped.value).id == ID
    engine.process.wait(timeout=10)
    assert engine.close() == (0, "")


def test_it_starts_without_the_sdk(start: Any) -> None:
    """The SDK and the HTTP libraries take most of a second, and each Pulumi command starts a process or two."""
    code = (
        "import sys; from modelyard.provider import __main__ as entry; entry.import_protocol_only();"
        "import modelyard.provider.service;"
        "print(sorted(m for m in ('httpx2', 'azure.identity', 'pulumi.output', 'msal') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True, timeout=20)
    assert done.stdout.strip() == b"[]", done.stdout.decode()


def test_only_a_useful_configuration_is_taken(start: Any) -> None:
    engine = start(ARM_SUBSCRIPTION_ID=None)
    with pytest.raises(grpc.RpcError) as refused:
        engine.configure()
    assert "ARM_SUBSCRIPTION_ID" in refused.value.details()
    with pytest.raises(grpc.RpcError) as refused:
        engine.configure(subscriptionId="s", environment="usgovernment")
    assert "usgovernment" in refused.value.details(), "another cloud is refused by its name"
    checked = engine.stub.CheckConfig(messages.CheckRequest(news=engine.encode({"environment": "china"})))
    assert [failure.property for failure in checked.failures] == ["environment"]


def test_a_secret_that_is_wrong_is_never_shown(start: Any, azure: Any) -> None:
    engine = start()
    engine.configure(clientSecret="hunter2-hunter2")
    azure.refuses_login = True
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(DEPLOYMENT, INPUTS)
    assert "AADSTS7000215" in refused.value.details()
    assert "hunter2" not in refused.value.details()
