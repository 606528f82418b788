"""The front door of ARM: clients send their tokens and versions here first, and read these errors most."""

import uuid
from datetime import timedelta

import pytest

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import tokens

NOWHERE = "/subscriptions/00000000-0000-4000-8000-00000000dead"


def test_no_token(pipeline, refused):
    reply = pipeline.as_(None)("GET", pipeline.subscription)
    refused(reply, "no-authorization")
    assert reply.headers["www-authenticate"].startswith("Bearer "), "clients look here for the authority"


@pytest.mark.parametrize(
    ("header", "which"),
    [("Basic abc", "bad-authorization"), ("Bearer ", "bad-authorization"), ("Bearer x", "bad-token")],
)
def test_a_token_that_is_none(pipeline, refused, header, which):
    reply = pipeline.http.get(
        pipeline.subscription, params={"api-version": "2022-12-01"}, headers={"Authorization": header}
    )
    refused(reply, which)


def test_a_token_for_another_service(pipeline, refused):
    token = tokens.issue(pipeline.azure, seed_data.object_id("pipeline"), "https://cognitiveservices.azure.com")
    reply = pipeline.http.get(
        pipeline.subscription, params={"api-version": "2022-12-01"}, headers={"Authorization": f"Bearer {token}"}
    )
    refused(reply, "token-audience", audience="https://cognitiveservices.azure.com")


@pytest.mark.parametrize("host", ["https://management.azure.com", "https://management.core.windows.net"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_audience_of_arm_opens_it(pipeline, host, slash):
    token = tokens.issue(pipeline.azure, seed_data.object_id("pipeline"), f"{host}{slash}")
    reply = pipeline.http.get(
        pipeline.subscription, params={"api-version": "2022-12-01"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert reply.status_code == 200


def test_a_token_ends_on_the_sandbox_clock(pipeline, refused):
    token = tokens.issue(pipeline.azure, seed_data.object_id("pipeline"), "https://management.azure.com")
    pipeline.azure.clock.advance(timedelta(hours=2))
    reply = pipeline.http.get(
        pipeline.subscription, params={"api-version": "2022-12-01"}, headers={"Authorization": f"Bearer {token}"}
    )
    refused(reply, "token-expired")


@pytest.mark.parametrize(
    ("path", "version", "which"),
    [
        ("{sub}/resourceGroups", "", "no-api-version"),
        ("{sub}/providers/Microsoft.CognitiveServices/accounts", "", "no-api-version"),
        ("{sub}/resourceGroups", "1999-01-01", "bad-api-version"),
        ("{sub}/providers/Microsoft.CognitiveServices/accounts", "1999-01-01", "no-provider-for-version"),
        ("{sub}/providers/Microsoft.CognitiveServices/planets", "2025-06-01", "not-emulated"),
        ("{sub}/providers/Microsoft.Authorization/denyAssignments", "2022-04-01", "not-emulated"),
        ("{sub}/providers/Microsoft.Network/virtualNetworks", "2025-06-01", "not-emulated"),
        ("{sub}/providers/Microsoft.Compute", "2022-12-01", "not-emulated"),
        ("{sub}/providers/Microsoft.Resources/deployments/template", "2021-04-01", "not-emulated"),
        ("/nothing", "2025-06-01", "not-emulated"),
        (f"{NOWHERE}/resourceGroups", "2024-03-01", "no-subscription"),
    ],
)
def test_what_the_path_or_the_version_gets_wrong(pipeline, refused, path, version, which):
    refused(pipeline("GET", path.format(sub=pipeline.subscription), version=version), which)


def test_the_words_about_a_wrong_version(pipeline, refused):
    reply = pipeline("GET", f"{pipeline.subscription}/resourceGroups", version="2018-01-01-preview")
    message = refused(reply, "bad-api-version")["message"]
    assert message.startswith(
        "The api-version '2018-01-01-preview' is invalid. The supported versions are '2025-04-01,"
    )
    assert ",2024-08-01,2024-07-01,2024-06-01-preview,2024-03-01," in message


@pytest.mark.parametrize("version", ["2025-06-01", "2025-09-01", "2026-07-01", "2023-05-01", "2025-10-01-preview"])
def test_versions_that_azure_native_lists_are_taken(pipeline, version):
    path = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/accounts"
    assert pipeline("GET", path, version=version).status_code == 200


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("{sub}/resourceGroups", "2026-12-15"),
        ("{sub}/resourceGroups", "2026-12-15-preview"),
        ("{sub}/providers/Microsoft.CognitiveServices/accounts", "2027-01-01"),
        ("{sub}/providers/Microsoft.Authorization/roleAssignments", "2026-12-15"),
        ("{sub}/providers/Microsoft.CognitiveServices/locations/eastus/usages", "2027-01-01"),
    ],
)
def test_a_newer_version_is_taken_as_the_newest_known_with_a_note(pipeline, path, version):
    """Azure has newer ones each month, and so have its clients: az group list speaks one that no list here had."""
    reply = pipeline("GET", path.format(sub=pipeline.subscription), version=version)
    assert reply.status_code == 200, reply.text
    assert f"knows no api-version {version}" in reply.headers["x-modelyard-note"]
    assert "x-modelyard-note" not in pipeline("GET", pipeline.subscription).headers


@pytest.mark.parametrize("version", ["2029-13-01", "2927-01-01", "2027-1-1", "2027-01-01-preveiw", "2019-01-02", "v1"])
def test_what_is_misspelt_or_older_is_refused(pipeline, refused, version):
    path = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/accounts"
    refused(pipeline("GET", path, version=version), "no-provider-for-version")


@pytest.mark.parametrize("days", [0, 400])
def test_how_far_ahead_a_version_may_be_goes_by_the_sandbox_s_clock(pipeline, days):
    later = (pipeline.azure.clock.now() + timedelta(days=600)).date().isoformat()
    pipeline.azure.clock.advance(timedelta(days=days))
    assert (pipeline("GET", f"{pipeline.subscription}/resourceGroups", version=later).status_code == 200) is bool(days)


def test_a_verb_that_the_path_does_not_take(pipeline, refused):
    refused(pipeline("PUT", f"{pipeline.subscription}/resourceGroups", {}), "verb-not-emulated")


@pytest.mark.parametrize(("method", "path"), [("OPTIONS", ""), ("GET", "/resourceGroups/a%0Ab"), ("PUT", "/%0A")])
def test_what_no_client_sends_is_answered_in_arm_s_form(pipeline, method, path):
    reply = pipeline(method, f"{pipeline.subscription}{path}", version="2024-03-01")
    assert reply.status_code in (404, 405)
    assert reply.json()["error"]["code"]


def test_case_says_nothing_in_a_path_and_the_first_spelling_stays(pipeline):
    group = pipeline.group("RG-Ai")
    account = pipeline.account(group, "Ai-One", customSubDomainName="ai-one")
    for path in (account, account.lower(), account.upper(), account.replace("resourceGroups", "resourcegroups")):
        reply = pipeline("GET", path)
        assert reply.status_code == 200, path
        assert reply.json()["id"] == account


def test_a_slash_at_the_end_says_nothing(pipeline):
    assert pipeline("GET", f"{pipeline.subscription}/").status_code == 200


def test_every_reply_can_be_traced(pipeline):
    correlation = str(uuid.uuid4())
    token = tokens.issue(pipeline.azure, seed_data.object_id("pipeline"), "https://management.azure.com")
    headers = {"Authorization": f"Bearer {token}", "x-ms-correlation-request-id": correlation}
    for path in (pipeline.subscription, f"{pipeline.subscription}/resourceGroups/none"):
        reply = pipeline.http.get(path, params={"api-version": "2022-12-01"}, headers=headers)
        assert uuid.UUID(reply.headers["x-ms-request-id"])
        assert reply.headers["x-ms-correlation-request-id"] == correlation


def test_head_tells_whether_something_is_there(pipeline):
    """captured-2026-11, row 66."""
    group = pipeline.group()
    assert pipeline("HEAD", group).status_code == 204
    assert pipeline("HEAD", group).content == b""
    assert pipeline("HEAD", f"{group}-two").status_code == 404


@pytest.mark.parametrize("body", [b"{", b'{"location":', b"\xff", b"location"])
def test_a_body_that_is_no_json(pipeline, refused, body):
    token = tokens.issue(pipeline.azure, seed_data.object_id("pipeline"), "https://management.azure.com")
    path = f"{pipeline.subscription}/resourceGroups/rg"
    headers = {"Authorization": f"Bearer {token}"}
    reply = pipeline.http.put(path, content=body, params={"api-version": "2024-03-01"}, headers=headers)
    refused(reply, "bad-content")


@pytest.mark.parametrize("body", [None, [], "text", {"location": "swedencentral", "properties": []}])
def test_a_body_of_the_wrong_form(pipeline, refused, body):
    refused(pipeline("PUT", f"{pipeline.subscription}/resourceGroups/rg", body), "bad-content")


@pytest.mark.parametrize(
    ("principal", "method", "path", "action", "scope"),
    [
        ("outsider", "GET", "{rg}", "Microsoft.Resources/subscriptions/resourceGroups/read", "{rg}"),
        ("outsider", "GET", "{acc}", "Microsoft.CognitiveServices/accounts/read", "{acc}"),
        ("reader", "PUT", "{acc}", "Microsoft.CognitiveServices/accounts/write", "{acc}"),
        ("reader", "PATCH", "{acc}", "Microsoft.CognitiveServices/accounts/write", "{acc}"),
        ("reader", "DELETE", "{acc}", "Microsoft.CognitiveServices/accounts/delete", "{acc}"),
        ("reader", "POST", "{acc}/listKeys", "Microsoft.CognitiveServices/accounts/listKeys/action", "{acc}"),
        ("reader", "PUT", "{acc}/deployments/a", "Microsoft.CognitiveServices/accounts/deployments/write",
         "{acc}/deployments/a"),
        ("outsider", "GET", "{acc}/deployments", "Microsoft.CognitiveServices/accounts/deployments/read", "{acc}"),
        ("outsider", "GET", "{sub}/providers/Microsoft.CognitiveServices/locations/swedencentral/usages",
         "Microsoft.CognitiveServices/locations/usages/read",
         "{sub}/providers/Microsoft.CognitiveServices/locations/swedencentral"),
    ],
)  # fmt: skip
def test_who_may_not_is_told_so_in_arm_s_words(pipeline, refused, principal, method, path, action, scope):
    group = pipeline.group()
    names = {"sub": pipeline.subscription, "rg": group, "acc": pipeline.account(group)}
    reply = pipeline.as_(principal)(method, path.format(**names), {})
    refused(
        reply,
        "forbidden",
        client=principal,
        object_id=seed_data.object_id(principal),
        action=action,
        scope=scope.format(**names),
    )


def test_an_application_is_named_by_its_application_id(pipeline, azure):
    """ARM's message names a service principal's client id, which is what a pipeline's log has to be searched for."""
    azure.store.delete("resources", next(key for key, _ in azure.store.scan("resources") if "roleassign" in key))
    for key in [key for key, _ in azure.store.scan("resources") if "roleassign" in key]:
        azure.store.delete("resources", key)
    message = pipeline("GET", pipeline.subscription).json()["error"]["message"]
    assert "The client '2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11' with object id" in message


def test_an_unregistered_provider_takes_no_writes(pipeline, refused):
    group = pipeline.group()
    provider = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices"
    assert (
        pipeline("POST", f"{provider}/unregister", version="2022-12-01").json()["registrationState"] == "Unregistered"
    )
    path = f"{group}/providers/Microsoft.CognitiveServices/accounts/ai"
    error = refused(pipeline("PUT", path, {}), "not-registered", namespace="Microsoft.CognitiveServices")
    assert error["details"][0]["target"] == "Microsoft.CognitiveServices"
    assert pipeline("POST", f"{provider}/register", version="2022-12-01").json()["registrationState"] == "Registered"
    assert pipeline.account(group)
