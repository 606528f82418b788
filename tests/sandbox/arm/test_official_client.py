"""Microsoft's own client, unmodified, through the proxy: what it accepts and raises is the judge of the sandbox."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.cognitiveservices.models import (
    Account,
    AccountProperties,
    CustomBlocklistConfig,
    Deployment,
    DeploymentModel,
    DeploymentProperties,
    Identity,
    PatchResourceTagsAndSku,
    RaiBlocklist,
    RaiBlocklistItem,
    RaiBlocklistItemBulkRequest,
    RaiBlocklistItemProperties,
    RaiBlocklistProperties,
    RaiPolicy,
    RaiPolicyContentFilter,
    RaiPolicyProperties,
    Sku,
)

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.server import Running


class Pipeline:
    """A credential of the pipeline's, made in the sandbox's directory."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        azure = self._running.azure
        audience = scopes[0].removesuffix("/.default")
        token = self._running.do(lambda: tokens.issue(azure, seed_data.object_id("pipeline"), audience))
        return AccessToken(token, int(azure.clock.now().timestamp()) + 3600)


@pytest.fixture
def options(running: Running) -> dict[str, Any]:
    """How a client of Microsoft's is told of a proxy and its authority; else it would read the environment."""
    running.azure.delays = {}  # with operations that are done at once the client has nothing to wait for
    return {
        "proxies": {"https": running.proxy},
        "connection_verify": str(running.ca_file),
        "use_env_settings": False,
        "retry_total": 0,
    }


@pytest.fixture
def services(running: Running, options: dict[str, Any]) -> Iterator[CognitiveServicesManagementClient]:
    azure = running.azure
    group = {
        "id": f"/subscriptions/{azure.subscription_id}/resourceGroups/rg",
        "name": "rg",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "swedencentral",
        "properties": {"provisioningState": "Succeeded"},
    }
    running.do(lambda: azure.store.put("resources", str(group["id"]).lower(), group))
    with CognitiveServicesManagementClient(
        Pipeline(running), azure.subscription_id, polling_interval=0, **options
    ) as client:
        yield client


def account(**properties: Any) -> Account:
    return Account(
        location="swedencentral",
        kind="AIServices",
        sku=Sku(name="S0"),
        identity=Identity(type="SystemAssigned"),
        properties=AccountProperties(custom_sub_domain_name="official", **properties),
    )


def deployment(capacity: int = 10) -> Deployment:
    return Deployment(
        sku=Sku(name="GlobalStandard", capacity=capacity),
        properties=DeploymentProperties(model=DeploymentModel(format="OpenAI", name="gpt-5.4", version="2026-03-05")),
    )


def test_an_account_and_its_deployments_from_beginning_to_end(services):
    made = services.accounts.begin_create("rg", "official", account(disable_local_auth=True)).result()
    assert made.properties.provisioning_state == "Succeeded"
    assert made.identity.principal_id
    assert made.properties.endpoints["OpenAI Language Model Instance API"] == "https://official.openai.azure.com/"

    chat = services.deployments.begin_create_or_update("rg", "official", "chat", deployment()).result()
    assert chat.properties.rate_limits[0].key == "request"
    assert chat.properties.capabilities["chatCompletion"] == "true"
    more = PatchResourceTagsAndSku(sku=Sku(name="GlobalStandard", capacity=20))
    assert services.deployments.begin_update("rg", "official", "chat", more).result().sku.capacity == 20
    assert [one.name for one in services.deployments.list("rg", "official")] == ["chat"]
    assert [one.name for one in services.accounts.list()] == ["official"]

    with pytest.raises(HttpResponseError) as keys:
        services.accounts.list_keys("rg", "official")
    assert keys.value.status_code == 400
    assert keys.value.error
    assert keys.value.error.code == "BadRequest"
    assert "disableLocalAuth is set to be true" in keys.value.message

    services.deployments.begin_delete("rg", "official", "chat").result()
    services.accounts.begin_delete("rg", "official").result()
    with pytest.raises(ResourceNotFoundError):
        services.accounts.get("rg", "official")
    assert [one.name for one in services.deleted_accounts.list()] == ["official"]
    with pytest.raises(ResourceExistsError) as held:
        services.accounts.begin_create("rg", "official", account()).result()
    assert held.value.error
    assert held.value.error.code == "FlagMustBeSetForRestore"
    services.deleted_accounts.begin_purge("swedencentral", "rg", "official").result()
    assert list(services.deleted_accounts.list()) == []
    assert services.accounts.begin_create("rg", "official", account()).result().name == "official"
    assert services.accounts.list_keys("rg", "official").key1


def test_operations_are_waited_for(services, running):
    """With delays the client polls in earnest; the clock is moved so that it needn't sleep for them."""
    running.azure.delays = {"Microsoft.CognitiveServices/accounts": 600.0}
    poller = services.accounts.begin_create("rg", "official", account(), polling=False)
    assert poller.result().properties.provisioning_state == "Creating"
    running.do(lambda: running.azure.clock.advance(timedelta(seconds=601)))
    assert services.accounts.get("rg", "official").properties.provisioning_state == "Succeeded"


def test_what_preflight_asks(services):
    names = {one.model.name for one in services.models.list("swedencentral")}
    assert "gpt-5.4" in names
    usages = {one.name.value: one for one in services.usages.list("swedencentral")}
    assert usages["OpenAI.GlobalStandard.gpt-5.4"].limit > 0
    assert list(services.resource_skus.list())
    assert services.check_domain_availability("free", "Microsoft.CognitiveServices/accounts").is_subdomain_available


def test_a_role_is_assigned_and_found(running, options):
    client = AuthorizationManagementClient(Pipeline(running), running.azure.subscription_id, **options)
    scope, name = f"/subscriptions/{running.azure.subscription_id}", str(uuid.uuid4())
    definition = next(iter(client.role_definitions.list(scope, filter="roleName eq 'Cognitive Services User'")))
    wanted = {"properties": {"roleDefinitionId": definition.id, "principalId": seed_data.object_id("outsider")}}
    made = client.role_assignments.create(scope, name, wanted)
    assert made.principal_type == "User"
    with pytest.raises(ResourceExistsError):
        client.role_assignments.create(scope, str(uuid.uuid4()), wanted)
    assert client.role_assignments.delete(scope, name).name == name
    client.close()  # type: ignore[no-untyped-call]  # the client has no annotation there


def test_a_custom_role_is_written_and_deleted(running, options):
    scope, name = f"/subscriptions/{running.azure.subscription_id}", str(uuid.uuid4())
    role = {
        "properties": {
            "roleName": "Deployer",
            "permissions": [{"actions": ["Microsoft.CognitiveServices/accounts/deployments/*"]}],
            "assignableScopes": [scope],
        }
    }
    client = AuthorizationManagementClient(Pipeline(running), running.azure.subscription_id, **options)
    made = client.role_definitions.create_or_update(scope, name, role)
    assert made.role_type == "CustomRole"
    assert client.role_definitions.get(scope, name).role_name == "Deployer"
    assert client.role_definitions.delete(scope, name).name == name
    client.close()  # type: ignore[no-untyped-call]  # the client has no annotation there


def test_content_filters_and_blocklists(services, running):
    services.accounts.begin_create("rg", "official", account()).result()
    words = services.rai_blocklists.create_or_update(
        "rg", "official", "words", RaiBlocklist(properties=RaiBlocklistProperties(description="house rules"))
    )
    assert words.etag
    items = [
        RaiBlocklistItemBulkRequest(name=f"i{at}", properties=RaiBlocklistItemProperties(pattern=f"word {at}"))
        for at in range(3)
    ]
    assert services.rai_blocklist_items.batch_add("rg", "official", "words", items).name == "words"
    services.rai_blocklist_items.batch_delete("rg", "official", "words", ["i0"])
    services.rai_blocklist_items.create_or_update(
        "rg",
        "official",
        "words",
        "i9",
        RaiBlocklistItem(properties=RaiBlocklistItemProperties(pattern="x", is_regex=True)),
    )
    assert [one.name for one in services.rai_blocklist_items.list("rg", "official", "words")] == ["i1", "i2", "i9"]
    filters = [
        RaiPolicyContentFilter(name="Hate", enabled=True, severity_threshold="Low", blocking=True, source=source)
        for source in ("Prompt", "Completion")
    ]
    listed = CustomBlocklistConfig(blocklist_name="words", blocking=True, source="Prompt")
    made = services.rai_policies.create_or_update(
        "rg",
        "official",
        "strict",
        RaiPolicy(
            properties=RaiPolicyProperties(
                base_policy_name="Microsoft.DefaultV2",
                content_filters=filters,
                custom_blocklists=[listed],
                mode="Default",
            )
        ),
    )
    assert made.properties.type == "UserManaged"
    names = [one.name for one in services.rai_policies.list("rg", "official")]
    assert names == ["Microsoft.DefaultV2", "Microsoft.Default", "strict"]
    with pytest.raises(HttpResponseError):
        services.rai_blocklists.begin_delete("rg", "official", "words").result()
    for delay in (0.0, 0.05):  # done at once, and as an operation that the client waits for
        running.azure.delays = {"Microsoft.CognitiveServices/accounts/raiPolicies": delay}
        services.rai_policies.begin_delete("rg", "official", "strict").result()
    services.rai_blocklists.begin_delete("rg", "official", "words").result()
    with pytest.raises(ResourceNotFoundError):
        services.rai_policies.get("rg", "official", "strict")
    assert any(one.properties.is_multi_level_filter for one in services.rai_content_filters.list("swedencentral"))
