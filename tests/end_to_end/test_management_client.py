"""Microsoft's own management client and Pulumi on the same account: each works with what the other made."""

import json
from typing import Any

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.cognitiveservices.models import Deployment, DeploymentModel, DeploymentProperties, Sku

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("dev")]

PLACE = ("rg-contoso-ai-dev", "contoso-ai-dev")


@pytest.fixture
def inside(dev: Any) -> dict[str, str]:
    told: dict[str, str] = dev.inside
    return told


@pytest.fixture
def client(inside: dict[str, str]) -> Any:
    way: dict[str, Any] = {"proxies": {"https": inside["HTTPS_PROXY"]}, "connection_verify": inside["SSL_CERT_FILE"]}
    login = ClientSecretCredential(
        inside["AZURE_TENANT_ID"], inside["AZURE_CLIENT_ID"], inside["AZURE_CLIENT_SECRET"], **way
    )
    with CognitiveServicesManagementClient(login, inside["AZURE_SUBSCRIPTION_ID"], **way) as client:
        yield client


def test_it_reads_what_pulumi_made(client: CognitiveServicesManagementClient, up: Any) -> None:
    account = client.accounts.get(*PLACE)
    assert account.properties is not None
    assert account.properties.endpoint == up["data"]["outputs"]["endpoint"]
    assert account.properties.disable_local_auth is True
    deployed = {one.name: one for one in client.deployments.list(*PLACE)}
    declared = up["data"]["outputs"]["deployments"]
    assert set(deployed) >= set(declared)
    for name, expected in declared.items():
        found = deployed[name]
        assert found.sku is not None
        assert found.properties is not None
        assert found.properties.model is not None
        assert (found.sku.name, found.sku.capacity) == (expected["sku"], expected["capacity"])
        assert (found.properties.model.name, found.properties.model.version) == (expected["model"], expected["version"])
        assert found.properties.rai_policy_name == expected["contentFilter"]


def test_pulumi_imports_what_it_made(
    client: CognitiveServicesManagementClient, dev: Any, inside: dict[str, str]
) -> None:
    model = DeploymentModel(format="OpenAI", name="text-embedding-3-small", version="1")
    made = client.deployments.begin_create_or_update(
        *PLACE,
        "by-hand",
        Deployment(sku=Sku(name="GlobalStandard", capacity=1), properties=DeploymentProperties(model=model)),
    ).result()
    elsewhere = dev.project / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "Pulumi.yaml").write_text("name: elsewhere\nruntime: python\n")
    (elsewhere / "__main__.py").write_text('"""Declares nothing yet."""\n')
    stack = ("--stack", "adopted", "--cwd", str(elsewhere), "--non-interactive")
    dev.run("pulumi", "stack", "init", "adopted", "--cwd", str(elsewhere), **inside)
    token = "azure-native:cognitiveservices:Deployment"
    assert made.id is not None
    dev.run(
        "pulumi",
        "import",
        token,
        "by-hand",
        made.id,
        *stack,
        "--yes",
        "--protect=false",
        "--generate-code=false",
        **inside,
    )
    state = json.loads(dev.run("pulumi", "stack", "export", *stack, **inside).out)
    (adopted,) = [one for one in state["deployment"]["resources"] if one["type"] == token]
    assert adopted["id"] == made.id
    assert adopted["inputs"]["deploymentName"] == "by-hand"
    assert adopted["inputs"]["properties"]["model"] == {
        "format": "OpenAI",
        "name": "text-embedding-3-small",
        "version": "1",
    }
    client.deployments.begin_delete(*PLACE, "by-hand").result()
