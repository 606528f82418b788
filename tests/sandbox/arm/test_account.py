"""Accounts: what a stack declares, what the service makes of it, and what it refuses."""

import re

import pytest


@pytest.fixture
def path(pipeline):
    return f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai"


def test_it_is_made_in_time_and_has_what_clients_look_for(pipeline, path, account_body):
    reply = pipeline("PUT", path, account_body(disableLocalAuth=True))
    assert reply.status_code == 201
    assert reply.json()["properties"]["provisioningState"] == "Creating"
    assert pipeline("GET", path).json()["properties"]["provisioningState"] == "Creating"
    pipeline.pass_time(1)
    made = pipeline("GET", path).json()
    properties = made["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["endpoint"] == "https://ai.cognitiveservices.azure.com/"
    assert properties["endpoints"]["OpenAI Language Model Instance API"] == "https://ai.openai.azure.com/"
    assert properties["endpoints"]["Azure AI Model Inference API"] == "https://ai.services.ai.azure.com/"
    assert properties["disableLocalAuth"] is True
    assert re.fullmatch(r"[0-9a-f]{32}", properties["internalId"])
    assert made["sku"] == {"name": "S0"}
    assert made["kind"] == "AIServices"
    assert re.fullmatch(r'"[0-9a-f]{8}-0000-2300-0000-[0-9a-f]{12}"', made["etag"])
    assert made["systemData"]["createdByType"] == "Application"


def test_its_identity_is_in_the_directory_and_stays_the_same(pipeline, path, account_body, azure):
    pipeline.account(pipeline.group())
    identity = pipeline("GET", path).json()["identity"]
    assert identity["tenantId"] == azure.tenant_id
    assert azure.store.get("principals", identity["principalId"]), "a role could not be assigned to it otherwise"
    pipeline("PUT", path, account_body(disableLocalAuth=True))
    pipeline.pass_time(1)
    assert pipeline("GET", path).json()["identity"] == identity


def test_what_the_server_writes_cannot_be_written(pipeline, path, account_body):
    body = account_body(endpoint="https://elsewhere/", internalId="mine", provisioningState="Failed", invented=1)
    body["properties"]["restore"] = False
    pipeline("PUT", path, {**body, "etag": "mine", "id": "/mine", "systemData": {}})
    pipeline.pass_time(1)
    made = pipeline("GET", path).json()
    assert made["id"] == path
    assert made["etag"] != "mine"
    assert made["properties"]["endpoint"] == "https://ai.cognitiveservices.azure.com/"
    assert made["properties"]["provisioningState"] == "Succeeded"
    assert not {"invented", "restore"} & set(made["properties"])


def test_a_region_that_may_be_newer_than_the_catalog_is_taken_with_a_note(pipeline, path, account_body):
    """Azure opens regions; a list that is older than they are can't say no."""
    made = pipeline("PUT", path, {**account_body(), "location": "Sweden North 2"})
    assert made.status_code == 201
    assert made.json()["location"] == "Sweden North 2", "as it was sent (captured-2026-11, row 5)"
    assert "swedennorth2" in made.headers["x-modelyard-note"]


@pytest.mark.parametrize(
    ("changes", "which"),
    [
        ({"location": None}, "location-required"),
        ({"location": "swedencentrall"}, "location-not-available"),
        ({"location": "China East 2"}, "location-not-available"),
        ({"location": "sweden/central"}, "location-not-available"),
        ({"kind": "Telepathy"}, "bad-kind"),
        ({"kind": None}, "bad-kind"),
        ({"sku": {"name": "F9"}}, "bad-account-sku"),
        ({"sku": None}, "bad-account-sku"),
        ({"properties": {"customSubDomainName": "-ai-"}}, "bad-subdomain"),
        ({"properties": {"restore": True}}, "nothing-to-restore"),
    ],
)
def test_what_is_not_allowed(pipeline, path, refused, account_body, changes, which):
    refused(pipeline("PUT", path, {**account_body(), **changes}), which)
    assert pipeline("GET", path).status_code == 404, "a refused write leaves nothing behind"


@pytest.mark.parametrize("name", ["a", "-ai", "a" * 65, "a!b"])
def test_names_that_are_none(pipeline, refused, account_body, name):
    path = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/{name}"
    refused(pipeline("PUT", path, account_body()), "bad-name")


def test_a_group_must_be_there_first(pipeline, refused, account_body):
    path = f"{pipeline.subscription}/resourceGroups/none/providers/Microsoft.CognitiveServices/accounts/ai"
    refused(pipeline("PUT", path, account_body()), "group-not-found", group="none")


def test_a_subdomain_is_one_account_s_own(pipeline, refused, account_body):
    group = pipeline.group()
    pipeline.account(group, "ai")
    reply = pipeline("PUT", f"{group}/providers/Microsoft.CognitiveServices/accounts/two", account_body("AI"))
    refused(reply, "subdomain-taken", subdomain="AI")


@pytest.mark.parametrize(
    ("changes", "which"),
    [
        ({"properties": {"customSubDomainName": "other"}}, "subdomain-fixed"),
        ({"location": "eastus"}, "location-fixed"),
        ({"kind": "OpenAI"}, "kind-fixed"),
    ],
)
def test_what_is_fixed_once_it_is_there(pipeline, path, refused, account_body, changes, which):
    pipeline.account(pipeline.group())
    refused(pipeline("PUT", path, {**account_body(), **changes}), which)


def test_an_openai_account_may_become_an_aiservices_account(pipeline, path, account_body):
    """hashicorp/terraform-provider-azurerm#31044: an upgrade in place, so no replacement."""
    pipeline("PUT", path, {**account_body(), "kind": "OpenAI"})
    pipeline.pass_time(1)
    assert pipeline("GET", path).json()["properties"]["endpoint"] == "https://ai.openai.azure.com/"
    assert pipeline("PUT", path, account_body()).status_code == 200
    pipeline.pass_time(1)
    assert pipeline("GET", path).json()["kind"] == "AIServices"


def test_a_patch_changes_what_it_names(pipeline, path):
    pipeline.account(pipeline.group(), disableLocalAuth=True)
    reply = pipeline("PATCH", path, {"tags": {"env": "dev"}, "properties": {"publicNetworkAccess": "Disabled"}})
    assert reply.status_code == 202
    pipeline.pass_time(1)
    changed = pipeline("GET", path).json()
    assert changed["tags"] == {"env": "dev"}
    assert changed["properties"]["publicNetworkAccess"] == "Disabled"
    assert changed["properties"]["disableLocalAuth"] is True
    assert changed["identity"]["principalId"]


def test_without_a_subdomain_its_endpoint_is_the_region_s(pipeline, path, account_body):
    body = account_body()
    del body["properties"]["customSubDomainName"]
    pipeline("PUT", path, body)
    assert pipeline("GET", path).json()["properties"]["endpoint"] == (
        "https://swedencentral.api.cognitive.microsoft.com/"
    )


def test_keys_are_listed_and_made_anew(pipeline, path):
    pipeline.account(pipeline.group())
    before = pipeline("POST", f"{path}/listKeys").json()
    assert set(before) == {"key1", "key2"}
    assert before["key1"] != before["key2"]
    after = pipeline("POST", f"{path}/regenerateKey", {"keyName": "Key2"}).json()
    assert after["key1"] == before["key1"]
    assert after["key2"] != before["key2"]
    assert pipeline("POST", f"{path}/listkeys").json() == after


def test_keys_are_not_listed_while_they_are_off(pipeline, path, refused):
    pipeline.account(pipeline.group(), disableLocalAuth=True)
    refused(pipeline("POST", f"{path}/listKeys"), "keys-off")
    assert pipeline("POST", f"{path}/listKeys").json()["error"]["message"] == (
        "Failed to list key. disableLocalAuth is set to be true"
    )


@pytest.mark.parametrize("body", [{}, {"keyName": "Key3"}])
def test_there_are_two_keys(pipeline, path, refused, body):
    pipeline.account(pipeline.group())
    refused(pipeline("POST", f"{path}/regenerateKey", body), "bad-property")


def test_lists_hold_what_is_there(pipeline):
    one, two = pipeline.group("rg-one"), pipeline.group("rg-two")
    first, second = pipeline.account(one, "one"), pipeline.account(two, "two")
    pipeline.deployment(first, "chat")
    everywhere = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/accounts"
    assert [item["id"] for item in pipeline("GET", everywhere).json()["value"]] == [first, second]
    here = pipeline("GET", f"{one}/providers/Microsoft.CognitiveServices/accounts").json()["value"]
    assert [item["id"] for item in here] == [first]


def test_a_subdomain_is_available_until_it_is_taken(pipeline):
    ask = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/checkDomainAvailability"
    body = {"subdomainName": "ai", "type": "Microsoft.CognitiveServices/accounts"}
    assert pipeline("POST", ask, body).json()["isSubdomainAvailable"] is True
    pipeline.account(pipeline.group())
    reply = pipeline("POST", ask, body).json()
    assert reply["isSubdomainAvailable"] is False
    assert reply["reason"]


def test_skus_are_listed_and_asked_for(pipeline, path):
    pipeline.account(pipeline.group())
    assert pipeline("GET", f"{path}/skus").json()["value"][0]["sku"]["name"] == "S0"
    provider = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices"
    assert {one["kind"] for one in pipeline("GET", f"{provider}/skus").json()["value"]} >= {"AIServices", "OpenAI"}
    body = {"kind": "AIServices", "type": "Microsoft.CognitiveServices/accounts", "skus": ["S0", "F0"]}
    reply = pipeline("POST", f"{provider}/locations/swedencentral/checkSkuAvailability", body).json()["value"]
    assert [one["skuAvailable"] for one in reply] == [True, False]


def test_what_the_address_book_of_an_account_has(pipeline, path, account_body):
    """captured-2026-11, rows 6, 9 and 11."""
    pipeline("PUT", path, account_body())
    named = pipeline("GET", path).json()["properties"]["endpoints"]
    assert named["Token Service API"] == "https://ai.openai.azure.com/"
    assert named["Cohere AI API"] == named["AI Foundry API"] == "https://ai.services.ai.azure.com/"
    body = account_body()
    del body["properties"]["customSubDomainName"]
    made = pipeline("PUT", f"{path}-two", {**body, "location": "JAPANEAST"}).json()
    regional = "https://japaneast.api.cognitive.microsoft.com/"
    assert made["properties"]["endpoint"] == regional
    assert set(made["properties"]["endpoints"].values()) == {regional}
    assert {"name": "MaxFineTuneCount", "value": "500"} in made["properties"]["capabilities"]


def test_the_location_comes_back_as_it_was_sent(pipeline, path, account_body):
    """captured-2026-11, row 5; it is compared in any spelling nevertheless."""
    assert pipeline("PUT", path, {**account_body(), "location": "JAPANEAST"}).json()["location"] == "JAPANEAST"
    pipeline.pass_time(1)
    assert pipeline("PUT", path, {**account_body(), "location": "Japan East"}).json()["location"] == "Japan East"
    assert pipeline("GET", f"{path}/models").json()["value"]


def test_a_subdomain_that_is_none_is_refused_in_azure_s_words(pipeline, path, refused, account_body):
    """captured-2026-11, row 14."""
    refused(pipeline("PUT", path, account_body(customSubDomainName="a_b")), "bad-subdomain", subdomain="a_b")


def test_the_sku_of_an_account_is_read_in_any_case(pipeline, path, account_body):
    assert pipeline("PUT", path, {**account_body(), "sku": {"name": "s0"}}).json()["sku"] == {"name": "S0"}
