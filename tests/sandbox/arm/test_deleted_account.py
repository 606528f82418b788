"""Soft delete: a name stays held for two days, which is what stops a second `up` after a `destroy`."""

import pytest


@pytest.fixture
def deleted(pipeline):
    """An account with a deployment and a key, deleted."""
    account = pipeline.account(pipeline.group())
    pipeline.deployment(account, "chat")
    keys = pipeline("POST", f"{account}/listKeys").json()
    reply = pipeline("DELETE", account)
    assert (reply.status_code, reply.content) == (200, b""), "done when it is answered (captured-2026-11, row 7)"
    assert not {"location", "azure-asyncoperation"} & set(reply.headers)
    return account, keys


def where(pipeline, location: str = "swedencentral") -> str:
    provider = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices"
    return f"{provider}/locations/{location}/resourceGroups/rg-ai/deletedAccounts/ai"


def test_a_deleted_account_is_gone_and_listed_as_deleted(pipeline, deleted, refused):
    account, _ = deleted
    refused(
        pipeline("GET", account),
        "resource-not-found",
        resource="Microsoft.CognitiveServices/accounts/ai",
        group="rg-ai",
    )
    listed = pipeline("GET", f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/deletedAccounts").json()
    assert [one["id"] for one in listed["value"]] == [where(pipeline)]
    shown = pipeline("GET", where(pipeline)).json()
    assert shown["properties"]["deletionDate"] < shown["properties"]["scheduledPurgeDate"]
    assert pipeline("DELETE", account).status_code == 204


def test_its_name_and_its_subdomain_are_held(pipeline, deleted, refused, account_body):
    account, _ = deleted
    refused(pipeline("PUT", account, account_body()), "soft-deleted", account=account)
    other = f"{account}-two"
    refused(pipeline("PUT", other, account_body()), "subdomain-taken", subdomain="ai")


def test_its_quota_is_held(pipeline, deleted):
    """Azure-Samples/chat-with-your-data-solution-accelerator#1910: the next stack runs out of quota it can't see."""
    usages = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/usages"
    used = {one["name"]["value"]: one["currentValue"] for one in pipeline("GET", usages).json()["value"]}
    assert used["OpenAI.GlobalStandard.gpt-5.4"] == 10
    pipeline("DELETE", where(pipeline))
    pipeline.pass_time(1)
    used = {one["name"]["value"]: one["currentValue"] for one in pipeline("GET", usages).json()["value"]}
    assert used["OpenAI.GlobalStandard.gpt-5.4"] == 0


def test_restore_brings_it_back_as_it_was(pipeline, deleted, account_body):
    account, keys = deleted
    body = {"location": "swedencentral", "properties": {"restore": True}}
    reply = pipeline("PUT", account, body)
    assert reply.status_code == 201, reply.text
    pipeline.pass_time(1)
    restored = pipeline("GET", account).json()
    assert restored["kind"] == "AIServices"
    assert restored["properties"]["endpoint"] == "https://ai.cognitiveservices.azure.com/"
    assert "restore" not in restored["properties"]
    assert pipeline("POST", f"{account}/listKeys").json() == keys
    assert pipeline("GET", f"{account}/deployments/chat").status_code == 200
    assert pipeline("GET", where(pipeline)).status_code == 404
    assert pipeline("PUT", account, account_body(restore=True)).status_code == 200, "a stack says restore every time"


def test_purge_frees_its_name(pipeline, deleted, azure, account_body):
    account, _ = deleted
    assert pipeline("GET", where(pipeline)).status_code == 200
    identity = azure.store.get("deleted-accounts", account.lower())["account"]["identity"]["principalId"]
    assert pipeline("DELETE", where(pipeline)).status_code == 202
    pipeline.pass_time(1)
    assert pipeline("GET", where(pipeline)).status_code == 404
    assert pipeline("DELETE", where(pipeline)).status_code == 204
    assert azure.store.get("principals", identity) is None
    assert azure.store.get("account-keys", account.lower()) is None
    assert pipeline("PUT", account, account_body()).status_code == 201


def test_purge_asks_for_the_account_s_own_location_and_a_right_at_the_subscription(pipeline, deleted, refused):
    refused(pipeline("DELETE", where(pipeline, "eastus")), "no-deleted-account")
    reply = pipeline.as_("reader")("DELETE", where(pipeline))
    message = refused(reply, "forbidden")["message"]
    assert "'Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts/delete'" in message


@pytest.mark.parametrize(("hours", "kept"), [(47, True), (49, False)])
def test_the_clock_purges_after_two_days(pipeline, deleted, hours, kept, account_body):
    account, _ = deleted
    pipeline.pass_time(hours * 3600)
    assert (pipeline("GET", where(pipeline)).status_code == 200) is kept
    assert (pipeline("PUT", account, account_body()).status_code == 409) is kept


def test_a_deletion_counts_from_when_it_was_done_however_late_somebody_asks(pipeline):
    account = pipeline.account(pipeline.group())
    pipeline("DELETE", account)
    pipeline.pass_time(49 * 3600)
    assert pipeline("GET", where(pipeline)).status_code == 404, "nobody polled, and two days have passed all the same"
