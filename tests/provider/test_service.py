"""The plugin as the engine meets it: the real process over gRPC, in front of a small Azure behind Azure's names."""

from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as messages

from modelyard.provider.values import UNKNOWN, SecretValue

GROUP = "azure-native:resources:ResourceGroup"
ACCOUNT = "azure-native:cognitiveservices:Account"
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
ROLE = "azure-native:authorization:RoleAssignment"

SUBSCRIPTION = "5a9db0c5-0000-4000-8000-000000000001"
ACCOUNT_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"
CHAT_ID = f"{ACCOUNT_ID}/deployments/chat"

CHAT = {
    "resourceGroupName": "rg",
    "accountName": "contoso",
    "deploymentName": "chat",
    "sku": {"name": "GlobalStandard", "capacity": 50},
    "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}},
}
CONTOSO = {
    "resourceGroupName": "rg",
    "accountName": "contoso",
    "location": "swedencentral",
    "kind": "AIServices",
    "sku": {"name": "S0"},
    "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/subscriptions/s/one", "/subscriptions/s/two"]},
    "properties": {"customSubDomainName": "contoso", "disableLocalAuth": True},
    "tags": {"team": "shop"},
}
FAST = {"x-ms-retry-after-ms": "1", "Retry-After": "60"}


def test_says_what_it_is_and_what_it_speaks(engine: Any) -> None:
    assert engine.stub.GetPluginInfo(Empty()).version == "3.29.0", "the Python SDK asks for exactly this version"
    shaken = engine.stub.Handshake(messages.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    configured = engine.configure()
    assert shaken.accept_secrets is configured.acceptSecrets is True, "both must say the same"
    assert configured.supportsPreview
    assert not configured.acceptResources, "ARM takes ids, so a resource given as an input must arrive as its id"


@pytest.mark.parametrize("name", ["Parameterize", "Construct", "Call"])
def test_refuses_by_name_what_it_does_not_do(engine: Any, name: str) -> None:
    request = {"Parameterize": messages.ParameterizeRequest, "Construct": messages.ConstructRequest}
    with pytest.raises(grpc.RpcError) as refused:
        getattr(engine.stub, name)(request.get(name, messages.CallRequest)())
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_refuses_to_list_by_name(engine: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        list(engine.stub.List(messages.ListRequest()))
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_maps_nothing_from_other_tools(engine: Any) -> None:
    assert engine.stub.GetMapping(messages.GetMappingRequest(key="terraform")).data == b""
    assert list(engine.stub.GetMappings(messages.GetMappingsRequest(key="terraform")).providers) == []


def test_check_fills_in_defaults_and_names_what_is_missing(engine: Any, azure: Any, properties: Any) -> None:
    azure.resources[f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg".lower()] = {"location": "westeurope"}
    checked = engine.check(ACCOUNT, {"resourceGroupName": "rg", "sku": {}})
    inputs = properties(checked.inputs)
    assert inputs["location"] == "westeurope", "azure-native takes the resource group's location"
    assert inputs["accountName"].startswith("chat"), "and makes a name of the logical one"
    assert [(failure.property, failure.reason) for failure in checked.failures] == [
        ("sku.name", "missing required property 'sku.name'")
    ]


def test_check_keeps_what_is_unknown_unknown(engine: Any, azure: Any, properties: Any) -> None:
    checked = engine.check(ACCOUNT, {**CONTOSO, "resourceGroupName": UNKNOWN})
    assert properties(checked.inputs)["resourceGroupName"] is UNKNOWN
    assert not checked.failures, "what a later step will tell is not missing"
    checked = engine.check(ACCOUNT, {"resourceGroupName": UNKNOWN, "accountName": "contoso"})
    assert properties(checked.inputs)["location"] is UNKNOWN
    assert not azure.requests, "there is nothing to ask Azure about yet"


def test_configured_location_and_secrets_pass_check(start: Any, properties: Any) -> None:
    engine = start()
    engine.configure(location="norwayeast")
    checked = engine.check(GROUP, {"resourceGroupName": "rg", "tags": {"owner": SecretValue("me")}})
    inputs = properties(checked.inputs)
    assert inputs["location"] == "norwayeast"
    assert inputs["tags"] == {"owner": SecretValue("me")}


def test_a_preview_promises_only_what_is_known(engine: Any, azure: Any, properties: Any) -> None:
    outputs = properties(engine.create(ACCOUNT, CONTOSO, preview=True).properties)
    assert outputs["location"] == "swedencentral"
    assert outputs["properties"]["customSubDomainName"] == "contoso"
    assert outputs["properties"]["endpoint"] is UNKNOWN
    assert outputs["identity"]["principalId"] is UNKNOWN
    assert outputs["identity"]["userAssignedIdentities"] is UNKNOWN, "its shape is another one in outputs"
    assert outputs["name"] is UNKNOWN, "unknown until created, as with the official plugin"
    assert outputs["azureApiVersion"] == "2025-06-01"
    assert not azure.requests, "a preview asks Azure nothing"


def test_the_preview_of_an_update_keeps_what_no_update_changes(engine: Any, properties: Any) -> None:
    old = {"name": "contoso", "location": "swedencentral", "properties": {"endpoint": "https://contoso"}}
    outputs = properties(engine.update(ACCOUNT, ACCOUNT_ID, CONTOSO, old, preview=True).properties)
    assert outputs["name"] == "contoso"
    assert outputs["properties"]["endpoint"] is UNKNOWN


def test_create_sends_one_body_and_returns_all_of_the_reply(engine: Any, azure: Any, properties: Any) -> None:
    created = engine.create(ACCOUNT, {**CONTOSO, "tags": {"team": SecretValue("shop")}})
    assert created.id == ACCOUNT_ID
    assert azure.verbs() == ["GET", "PUT"], "it looks first: PUT would overwrite what is there"
    put = azure.requests[1]
    assert put.query == "api-version=2025-06-01"
    assert put.headers["authorization"].startswith("Bearer ")
    assert put.body == {
        "location": "swedencentral",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": {"/subscriptions/s/one": {}, "/subscriptions/s/two": {}},
        },
        "properties": {"customSubDomainName": "contoso", "disableLocalAuth": True},
        "tags": {"team": "shop"},
    }
    outputs = properties(created.properties)
    assert outputs["name"] == "contoso"
    assert outputs["type"] == "Microsoft.CognitiveServices/accounts"
    assert outputs["id"] == ACCOUNT_ID
    assert outputs["azureApiVersion"] == "2025-06-01"
    assert outputs["tags"] == {"team": SecretValue("shop")}, "what went in as a secret must come out as one"


def test_create_refuses_what_exists(engine: Any, azure: Any) -> None:
    azure.resources[CHAT_ID.lower()] = {"id": CHAT_ID}
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(DEPLOYMENT, CHAT)
    assert f"cannot create already existing resource '{CHAT_ID}'" in refused.value.details()
    assert azure.verbs() == ["GET"], "nothing of somebody else's is overwritten"


def test_flattened_resources_have_no_properties_in_pulumi(engine: Any, azure: Any, properties: Any) -> None:
    scope, name = ACCOUNT_ID, "0b3c2b1a-0000-4000-8000-000000000009"
    inputs = {
        "scope": scope,
        "roleAssignmentName": name,
        "principalId": "p",
        "roleDefinitionId": "/r",
        "principalType": "User",
    }
    created = engine.create(ROLE, inputs)
    assert created.id == f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert azure.requests[1].body == {
        "properties": {"principalId": "p", "roleDefinitionId": "/r", "principalType": "User"}
    }
    outputs = properties(created.properties)
    assert outputs["principalId"] == "p"
    assert "properties" not in outputs


@pytest.mark.parametrize(
    "headers",
    [
        {"Azure-AsyncOperation": f"https://management.azure.com{ACCOUNT_ID}/operation?api-version=1", **FAST},
        {"Location": f"{ACCOUNT_ID}/operation", **FAST},
        {},
    ],
    ids=["status", "location", "provisioningState"],
)
def test_a_long_running_create_ends_with_the_finished_resource(
    engine: Any, azure: Any, headers: Any, properties: Any
) -> None:
    accepted = {"id": CHAT_ID, "properties": {"provisioningState": "Accepted"}}
    done = {"id": CHAT_ID, "name": "chat", "properties": {"provisioningState": "Succeeded", "rateLimits": []}}
    azure.on("PUT", CHAT_ID, (202 if "Location" in headers else 201, accepted, {**FAST, **headers}))
    azure.on("GET", f"{ACCOUNT_ID}/operation", (202, {"status": "Running"}, FAST), (200, {"status": "Succeeded"}))
    azure.on("GET", CHAT_ID, (404,), *([] if headers else [(200, accepted, FAST)]), (200, done))
    created = engine.create(DEPLOYMENT, CHAT)
    assert properties(created.properties)["properties"]["provisioningState"] == "Succeeded"


QUOTA = {
    "code": "InsufficientQuota",
    "message": "This operation require 50 new capacity in quota Tokens Per Minute (thousands) - gpt-4o.",
    "details": [{"code": "Inner", "message": "the cause"}],
    "additionalInfo": [{"type": "PolicyViolation", "info": {"policyDefinitionName": "allowed"}}],
}


def test_a_refusal_reaches_the_user_whole(engine: Any, azure: Any) -> None:
    azure.on("PUT", CHAT_ID, (400, {"error": QUOTA}, {"x-ms-request-id": "req-1"}))
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(DEPLOYMENT, CHAT)
    text = refused.value.details()
    assert text.startswith(f'Status=400 Code="InsufficientQuota" Message="{QUOTA["message"]}"')
    for part in ('Code="Inner" Message="the cause"', "allowed", "req-1"):
        assert part in text, "what ARM said is what the user needs to mend it"
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION, "nothing was done, and the engine must know"


def test_what_failed_halfway_stays_in_the_state(engine: Any, azure: Any, partial: Any, properties: Any) -> None:
    failed = {"id": CHAT_ID, "properties": {"provisioningState": "Failed"}}
    operation = {"Azure-AsyncOperation": f"https://management.azure.com{ACCOUNT_ID}/operation", **FAST}
    azure.on("PUT", CHAT_ID, (201, failed, operation))
    azure.on("GET", f"{ACCOUNT_ID}/operation", (200, {"status": "Failed", "error": QUOTA}))
    azure.on("GET", CHAT_ID, (404,), (200, failed))
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(DEPLOYMENT, CHAT)
    kept = partial(refused.value)
    assert kept.id == CHAT_ID, "else the next run would create it again and be refused"
    assert properties(kept.inputs) == CHAT
    assert properties(kept.properties)["properties"]["provisioningState"] == "Failed"
    assert 'Code="InsufficientQuota"' in kept.reasons[0]


def test_what_failed_and_left_nothing_is_not_kept(engine: Any, azure: Any) -> None:
    operation = {"Azure-AsyncOperation": f"https://management.azure.com{ACCOUNT_ID}/operation", **FAST}
    azure.on("PUT", CHAT_ID, (201, {"id": CHAT_ID}, operation))
    azure.on("GET", f"{ACCOUNT_ID}/operation", (200, {"status": "Canceled"}))
    azure.on("GET", CHAT_ID, (404,), (404,))
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(DEPLOYMENT, CHAT)
    assert "Canceled" in refused.value.details()
    assert "grpc-status-details-bin" not in dict(refused.value.trailing_metadata() or ())


def test_what_passes_by_itself_is_tried_again(engine: Any, azure: Any) -> None:
    azure.on("GET", CHAT_ID, (429, None, FAST), (404,))
    azure.on("PUT", CHAT_ID, (503, None, FAST), (200, {"id": CHAT_ID, "properties": {}}))
    engine.create(DEPLOYMENT, CHAT)
    assert azure.verbs() == ["GET", "GET", "PUT", "PUT"]


def test_a_conflict_with_another_write_is_the_callers_to_retry(engine: Any, azure: Any) -> None:
    busy = {"error": {"code": "RequestConflict", "message": "Another operation is being performed."}}
    azure.on("PUT", CHAT_ID, (409, busy))
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(DEPLOYMENT, CHAT)
    assert "RequestConflict" in refused.value.details(), "hooks in the program look for this word"


def test_no_token_leaves_for_another_host(engine: Any, azure: Any, partial: Any) -> None:
    elsewhere = {"Azure-AsyncOperation": "https://evil.example/operation", **FAST}
    azure.on("PUT", CHAT_ID, (201, {"id": CHAT_ID}, elsewhere))
    azure.on("GET", CHAT_ID, (404,), (200, {"id": CHAT_ID}))
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(DEPLOYMENT, CHAT)
    assert "evil.example" in refused.value.details()
    assert partial(refused.value).id == CHAT_ID


def test_an_import_reads_full_inputs(engine: Any, azure: Any, properties: Any) -> None:
    engine.create(ACCOUNT, CONTOSO)
    azure.resources[ACCOUNT_ID.lower()]["identity"]["principalId"] = "p"
    read = engine.read(ACCOUNT, ACCOUNT_ID)
    assert properties(read.inputs) == CONTOSO, "a program that says the same must see no difference"
    assert read.id == ACCOUNT_ID


def test_an_id_of_another_type_is_refused(engine: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        engine.read(DEPLOYMENT, ACCOUNT_ID)
    assert "deployments/{deploymentName}" in refused.value.details()


def test_a_refresh_finds_what_was_changed_and_nothing_else(engine: Any, azure: Any, properties: Any) -> None:
    created = engine.create(DEPLOYMENT, CHAT)
    outputs = properties(created.properties)
    live = azure.resources[CHAT_ID.lower()]
    live["properties"] |= {"raiPolicyName": "Microsoft.DefaultV2", "rateLimits": [{"key": "token", "count": 50000}]}
    read = engine.read(DEPLOYMENT, CHAT_ID, CHAT, outputs)
    assert properties(read.inputs) == CHAT, "what the server filled in is no drift"
    live["sku"] = {"name": "GlobalStandard", "capacity": 10}
    read = engine.read(DEPLOYMENT, CHAT_ID, CHAT, outputs)
    assert properties(read.inputs) == {**CHAT, "sku": {"name": "GlobalStandard", "capacity": 10}}


def test_a_refresh_of_what_is_gone_says_so(engine: Any) -> None:
    assert engine.read(DEPLOYMENT, CHAT_ID, CHAT, {"id": CHAT_ID}).id == ""


def test_an_update_writes_the_whole_resource(engine: Any, azure: Any, properties: Any) -> None:
    outputs = properties(engine.create(DEPLOYMENT, CHAT).properties)
    azure.requests.clear()
    more = {**CHAT, "sku": {"name": "GlobalStandard", "capacity": 60}}
    updated = engine.update(DEPLOYMENT, CHAT_ID, more, outputs)
    assert azure.verbs() == ["PUT"]
    assert azure.requests[0].body == {"sku": more["sku"], "properties": CHAT["properties"]}
    assert properties(updated.properties)["sku"]["capacity"] == 60


def test_a_delete_waits_until_it_is_done(engine: Any, azure: Any) -> None:
    engine.create(DEPLOYMENT, CHAT)
    azure.requests.clear()
    azure.on(
        "DELETE", CHAT_ID, (202, None, {"Location": f"https://westus.management.azure.com{ACCOUNT_ID}/op", **FAST})
    )
    azure.on("GET", f"{ACCOUNT_ID}/op", (202, None, FAST), (204,))
    engine.delete(DEPLOYMENT, CHAT_ID)
    assert azure.verbs() == ["DELETE", "GET", "GET"]


def test_deleting_what_is_gone_is_no_failure(engine: Any) -> None:
    engine.delete(DEPLOYMENT, CHAT_ID)


def test_diff_says_what_changes_and_what_must_be_replaced(engine: Any) -> None:
    changed = {**CHAT, "deploymentName": "talk", "sku": {"name": "GlobalStandard", "capacity": 60}}
    diff = engine.diff(DEPLOYMENT, CHAT, changed)
    assert diff.changes == messages.DiffResponse.DIFF_SOME
    assert list(diff.replaces) == ["deploymentName"]
    assert diff.deleteBeforeReplace
    kinds = {path: messages.PropertyDiff.Kind.Name(entry.kind) for path, entry in diff.detailedDiff.items()}
    assert kinds == {"deploymentName": "UPDATE_REPLACE", "sku.capacity": "UPDATE"}
    assert engine.diff(DEPLOYMENT, CHAT, CHAT).changes == messages.DiffResponse.DIFF_NONE


def test_client_config_says_who_we_are(engine: Any, properties: Any) -> None:
    found = properties(getattr(engine.invoke("azure-native:authorization:getClientConfig"), "return"))
    assert found == {
        "clientId": "2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11",
        "objectId": "aaaaaaaa-0000-4000-8000-00000000000a",
        "subscriptionId": SUBSCRIPTION,
        "tenantId": "6d0c1b0e-5a4d-4a0a-9f0e-3b1f0f5a7e01",
    }


def test_tokens_and_keys_are_secrets(engine: Any, azure: Any, properties: Any) -> None:
    token = properties(getattr(engine.invoke("azure-native:authorization:getClientToken"), "return"))
    assert isinstance(token["token"], SecretValue)
    azure.on("POST", f"{ACCOUNT_ID}/listKeys", (200, {"key1": "one", "key2": "two"}))
    keys = engine.invoke(
        "azure-native:cognitiveservices:listAccountKeys", accountName="contoso", resourceGroupName="rg"
    )
    assert properties(getattr(keys, "return")) == {"key1": SecretValue("one"), "key2": SecretValue("two")}


def test_an_invoke_names_its_missing_arguments(engine: Any) -> None:
    failed = engine.invoke("azure-native:cognitiveservices:listAccountKeys", accountName="contoso")
    assert [failure.property for failure in failed.failures] == ["resourceGroupName"]


def test_every_type_can_be_looked_up(engine: Any, properties: Any) -> None:
    engine.create(DEPLOYMENT, CHAT)
    names = {name: CHAT[name] for name in ("resourceGroupName", "accountName", "deploymentName")}
    found = properties(getattr(engine.invoke("azure-native:cognitiveservices:getDeployment", **names), "return"))
    assert found["properties"]["model"]["name"] == "gpt-4o"


@pytest.mark.parametrize("token", ["azure-native:storage:StorageAccount", "azure-native:network:Subnet"])
def test_a_type_without_a_row_is_refused_by_name(engine: Any, token: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        engine.check(token, {})
    assert token in refused.value.details()
    assert DEPLOYMENT in refused.value.details(), "and it says what there is"
