"""Content filters are what stands between a model and its users; one that Azure would refuse must be refused here."""

from typing import Any

import pytest


@pytest.fixture
def account(pipeline) -> str:
    path: str = pipeline.account(pipeline.group())
    return path


def harm(name: str = "Hate", source: str = "Prompt", **members: Any) -> dict[str, Any]:
    return {"name": name, "source": source, "blocking": True, "enabled": True, "severityThreshold": "Low", **members}


def body(*filters: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"properties": {"basePolicyName": "Microsoft.DefaultV2", "contentFilters": list(filters), **properties}}


def test_made_read_changed_and_deleted(pipeline, account):
    path = f"{account}/raiPolicies/strict"
    made = pipeline("PUT", path, body(harm(), harm(source="Completion"), mode="Asynchronous_filter"))
    assert made.status_code == 201, made.text
    properties = made.json()["properties"]
    assert properties["type"] == "UserManaged"
    assert properties["mode"] == "Asynchronous_filter"
    assert made.json()["etag"]
    assert pipeline("GET", path).json() == made.json()
    assert pipeline("PUT", path, body(harm(severityThreshold="High"))).status_code == 200
    assert len(pipeline("GET", path).json()["properties"]["contentFilters"]) == 1
    gone = pipeline("DELETE", path)
    assert gone.status_code == 202, "the official client takes 202 and 204 only"
    assert gone.headers["location"]
    pipeline.pass_time(1)
    assert pipeline("GET", path).status_code == 404
    assert pipeline("DELETE", path).status_code == 204


def test_what_is_left_out_is_filled_in(pipeline, account):
    properties = pipeline("PUT", f"{account}/raiPolicies/plain", {"properties": {}}).json()["properties"]
    assert properties["basePolicyName"] == "Microsoft.DefaultV2"
    assert "mode" not in properties, "a mode is returned where one was sent"
    sent = pipeline("PUT", f"{account}/raiPolicies/plain", {"properties": {"mode": "Blocking"}}).json()["properties"]
    assert sent["mode"] == "Blocking"


def test_the_two_of_the_system_are_there_and_stay(pipeline, account, refused):
    listed = pipeline("GET", f"{account}/raiPolicies").json()["value"]
    assert [one["name"] for one in listed] == ["Microsoft.DefaultV2", "Microsoft.Default"]
    for one in listed:
        path = f"{account}/raiPolicies/{one['name']}"
        assert pipeline("GET", path.lower().replace("/accounts/ai", "/accounts/AI")).json()["name"] == one["name"]
        assert one["properties"]["type"] == "SystemManaged"
        refused(pipeline("PUT", path, body()), "filter-of-the-system")
        refused(pipeline("DELETE", path), "filter-of-the-system")
    second, first = (one["properties"]["contentFilters"] for one in listed)
    assert {"name": "Jailbreak", "enabled": True, "blocking": True, "source": "Prompt"} in second
    assert len(first) == 8, "four harms, in prompts and in completions"
    assert all(one["severityThreshold"] == "Medium" for one in first)


@pytest.mark.parametrize(
    ("row", "which"),
    [
        ({"name": "Hate", "source": "Prompt"}, "bad-content"),
        ({"name": "Hate", "blocking": True}, "bad-content"),
        ({"source": "Prompt", "blocking": True}, "bad-content"),
        (harm(blocking="yes"), "bad-content"),
        (harm(enabled="yes"), "bad-content"),
        (harm(source="Model"), "bad-property"),
        (harm(severityThreshold="Extreme"), "bad-property"),
        (harm("Rudeness"), "bad-content-filter"),
        (harm("Jailbreak", "Completion"), "bad-content-filter"),
    ],
)
def test_a_filter_that_cannot_be(pipeline, account, refused, row, which):
    """`blocking` and `source` are needed on every one; without them Azure says no more than that the content is bad."""
    refused(pipeline("PUT", f"{account}/raiPolicies/strict", body(row)), which)
    assert pipeline("GET", f"{account}/raiPolicies/strict").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        ({"basePolicyName": "Microsoft.DefaultV3"}, "base-filter-not-found"),
        ({"basePolicyName": "strict"}, "base-filter-not-found"),
        ({"mode": "Sometimes"}, "bad-property"),
        ({"contentFilters": [harm(), harm()]}, "bad-content-filter"),
        ({"contentFilters": "all"}, "bad-content"),
        ({"contentFilters": ["Hate"]}, "bad-content"),
        (
            {"customBlocklists": [{"blocklistName": "words", "blocking": True, "source": "Prompt"}]},
            "blocklist-not-found",
        ),
        ({"customBlocklists": [{"blocklistName": "words", "source": "Prompt"}]}, "bad-content"),
        ({"customBlocklists": [{"blocklistName": "words", "blocking": True, "source": "Run"}]}, "bad-property"),
    ],
)
def test_a_policy_that_cannot_be(pipeline, account, refused, wanted, which):
    refused(pipeline("PUT", f"{account}/raiPolicies/strict", {"properties": wanted}), which)


def test_a_filter_in_use_is_not_deleted(pipeline, account, deployment_body, refused):
    path = f"{account}/raiPolicies/strict"
    pipeline("PUT", path, body(harm()))
    pipeline.deployment(account, "chat", raiPolicyName="Strict")
    error = refused(pipeline("DELETE", path), "filter-in-use")
    assert "chat" in error["message"]
    pipeline("PUT", f"{account}/deployments/chat", deployment_body(raiPolicyName="Microsoft.Default"))
    pipeline.pass_time(1)
    assert pipeline("DELETE", path).status_code == 202


def test_an_account_takes_one_writer_at_a_time(pipeline, azure, account, deployment_body, refused):
    azure.delays = {
        "Microsoft.CognitiveServices/accounts/deployments": 600.0,
        "Microsoft.CognitiveServices/accounts/raiPolicies": 600.0,
    }
    pipeline("PUT", f"{account}/deployments/chat", deployment_body(sku="GlobalProvisionedManaged", capacity=15))
    refused(pipeline("PUT", f"{account}/raiPolicies/strict", body()), "account-busy", account=account)
    pipeline.pass_time(601)
    assert pipeline("PUT", f"{account}/raiPolicies/strict", body()).status_code == 201
    pipeline("DELETE", f"{account}/raiPolicies/strict")
    refused(pipeline("PUT", f"{account}/deployments/more", deployment_body()), "account-busy", account=account)


def test_it_comes_back_with_a_restored_account(pipeline, account, account_body):
    pipeline("PUT", f"{account}/raiPolicies/strict", body(harm()))
    pipeline("DELETE", account)
    pipeline.pass_time(1)
    assert pipeline("GET", f"{account}/raiPolicies/strict").status_code == 404
    assert pipeline("PUT", account, account_body("ai", restore=True)).status_code in (200, 201)
    pipeline.pass_time(1)
    assert pipeline("GET", f"{account}/raiPolicies/strict").status_code == 200


def test_what_filters_there_are(pipeline):
    where = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/raiContentFilters"
    reply = pipeline("GET", where).json()["value"]
    listed = [one["properties"] for one in reply]
    assert len({one["id"] for one in reply}) == len(reply), "each once, however many points it is for"
    assert {"name": "Hate", "isMultiLevelFilter": True} in listed
    assert {"name": "Jailbreak", "isMultiLevelFilter": False, "source": "Prompt"} in listed
    assert {"name": "Protected Material Text", "isMultiLevelFilter": False, "source": "Completion"} in listed
    found = pipeline("GET", f"{where}/IndirectAttack").json()
    assert found["properties"]["name"] == "Indirect Attack"
    assert pipeline("GET", f"{where}/Rudeness").status_code == 404
    assert pipeline("GET", where.replace("swedencentral", "swedencentrall")).status_code == 400
