"""Deployments: what the market, the quota and the account's one writer allow, in the words users search for."""

from typing import Any

import pytest


@pytest.fixture
def account(pipeline):
    return pipeline.account(pipeline.group())


def put(pipeline: Any, account: str, body: Any, name: str = "chat") -> Any:
    return pipeline("PUT", f"{account}/deployments/{name}", body)


def test_it_is_made_in_time_with_what_the_service_fills_in(pipeline, account, deployment_body):
    reply = put(pipeline, account, deployment_body(capacity=50))
    assert reply.status_code == 201
    assert reply.json()["properties"]["provisioningState"] == "Succeeded"
    made = pipeline("GET", f"{account}/deployments/chat").json()
    assert made["sku"] == {"name": "GlobalStandard", "capacity": 50}
    assert "location" not in made
    properties = made["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["model"] == {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"}
    assert properties["versionUpgradeOption"] == "OnceNewDefaultVersionAvailable"
    assert properties["raiPolicyName"] == "Microsoft.DefaultV2"
    assert properties["currentCapacity"] == 50
    assert properties["capabilities"]["chatCompletion"] == "true"
    limits = {one["key"]: one for one in properties["rateLimits"]}
    assert limits["token"] == {"key": "token", "renewalPeriod": 60, "count": 50_000}
    assert limits["request"]["count"] == 500


@pytest.mark.parametrize(
    ("model", "version", "requests", "tokens"),
    [
        ("gpt-5-mini", "2025-08-07", (60, 10), (60, 10_000)),
        ("text-embedding-3-large", "1", (10, 10), (60, 10_000)),
        ("text-embedding-ada-002", "2", (10, 10), (60, 10_000)),
    ],
)
def test_rate_limits_are_what_ten_units_buy(pipeline, account, deployment_body, model, version, requests, tokens):
    sku = "Standard" if model == "text-embedding-ada-002" else "GlobalStandard"  # its unit was captured there
    made = put(pipeline, account, deployment_body(model, version, sku=sku, capacity=10)).json()
    limits = {one["key"]: (one["renewalPeriod"], one["count"]) for one in made["properties"]["rateLimits"]}
    assert limits == {"request": requests, "token": tokens}


def test_without_a_version_it_gets_the_default_one(pipeline, account, deployment_body):
    made = put(pipeline, account, deployment_body(version=None)).json()
    assert made["properties"]["model"]["version"] == "2026-03-05"


def test_a_sku_inside_properties_is_dropped_and_standard_is_what_comes(pipeline, account, refused, deployment_body):
    """Azure/bicep#16642: the misplaced sku vanishes without a word, and what is refused is one nobody wrote."""
    body = deployment_body()
    body["properties"]["sku"] = body.pop("sku")
    reply = put(pipeline, account, body)
    refused(reply, "sku-not-for-model", sku="Standard", model="gpt-5.4", version="2026-03-05")


GPT = {"model": "gpt-5.4", "version": "2026-03-05"}


@pytest.mark.parametrize(
    ("body", "which", "facts"),
    [
        ({"version": "latest"}, "model-unknown", {"model": "Format:OpenAI,Name:gpt-5.4,Version:latest"}),
        ({"model": "GPT-5.4"}, "model-unknown", {"model": "Format:OpenAI,Name:GPT-5.4,Version:2026-03-05"}),
        ({"version": "1999-01-01"}, "model-unknown", {"model": "Format:OpenAI,Name:gpt-5.4,Version:1999-01-01"}),
        ({"model": "gpt-35-turbo", "version": "0613", "sku": "Standard"}, "model-deprecated", None),
        ({"sku": "DeveloperTier"}, "sku-not-for-model", {"sku": "DeveloperTier", **GPT}),
        (
            {"sku": "DataZoneBatch", "model": "gpt-5-nano", "version": "2025-08-07"},
            "sku-not-for-model",
            {"sku": "DataZoneBatch", "model": "gpt-5-nano", "version": "2025-08-07"},
        ),
        ({"raiPolicyName": "strict"}, "filter-not-found", {"filter": "strict"}),
        ({"scaleSettings": {"scaleType": "Manual"}}, "scale-settings", {}),
        ({"versionUpgradeOption": "Never"}, "bad-property", None),
        ({"capacity": 0}, "bad-capacity", {"capacity": 0, "least": 1, "most": 1_000_000}),  # row 29
        ({"capacity": 1_000_001}, "bad-capacity", {"capacity": 1_000_001, "least": 1, "most": 1_000_000}),
        (
            {"sku": "GlobalProvisionedManaged", "capacity": 10},
            "bad-capacity",
            {"capacity": 10, "least": 15, "most": 100_000},
        ),
        ({"sku": "GlobalProvisionedManaged", "capacity": 17}, "bad-capacity-step", None),
        ({"spilloverDeploymentName": "other"}, "bad-spillover", None),
        (
            {"sku": "GlobalProvisionedManaged", "capacity": 15, "spilloverDeploymentName": "none"},
            "bad-spillover",
            None,
        ),
        ({"capacity": "ten"}, "bad-content", None),
        ({"capacity": True}, "bad-content", None),
    ],
)
def test_what_is_refused(pipeline, account, refused, deployment_body, body, which, facts):
    reply = put(pipeline, account, deployment_body(**body))
    error = refused(reply, which, **(facts or {}))
    if facts == {}:
        assert error["message"]
    assert pipeline("GET", f"{account}/deployments/chat").status_code == 404


@pytest.mark.parametrize(
    ("body", "noted"),
    [
        ({"model": "Mistral-Large-3", "version": "9", "publisher": "Mistral AI"}, "know Mistral-Large-3@9"),
        ({"model": "gpt-9", "version": "2027-01-01"}, "know gpt-9@2027-01-01; ask: az cognitiveservices model list"),
        ({"model": "gpt-9", "version": None}, "know gpt-9; ask"),
        ({"model": "gpt-9", "version": "2027-01-01", "sku": "DeveloperTier"}, "know gpt-9@2027-01-01"),
        ({"sku": "GlobalUltra"}, "GlobalUltra is not a SKU"),
    ],
)
def test_what_the_catalog_does_not_know_is_taken_with_a_note(pipeline, account, deployment_body, body, noted):
    """The catalog is older than the market: a refusal in Azure's words would be the sandbox's own invention."""
    made = put(pipeline, account, deployment_body(capacity=1_000_000, **body))
    assert made.status_code == 201, made.text
    assert noted in made.headers["x-modelyard-note"]
    assert "no table has the quota" in made.headers["x-modelyard-note"]
    pipeline.pass_time(1)
    model = pipeline("GET", f"{account}/deployments/chat").json()["properties"]["model"]
    assert (model["name"], model["version"]) == (
        body.get("model", "gpt-5.4"),
        body.get("version", GPT["version"]) or "",
    )
    usages = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/usages"
    limits = [row["limit"] for row in pipeline("GET", usages).json()["value"] if row["currentValue"] == 1_000_000]
    assert limits == [2**31 - 1]
    assert pipeline("GET", f"{account}/deployments/chat/skus").json()["value"], "no SKU is ruled out"


@pytest.mark.parametrize(
    ("body", "noted"),
    [
        ({"model": "Phi-4", "version": "7", "publisher": "Microsoft"}, "is not published"),
        ({"model": "Llama-3.3-70B-Instruct", "version": "9", "publisher": "Meta"}, "is not published"),
        ({"model": "claude-sonnet-4-6", "version": "1", "publisher": "Anthropic"}, "is not published"),
        ({"version": "2027-01-01"}, "know gpt-5.4@2027-01-01"),
        ({"publisher": "Contoso"}, "under the format OpenAI, not Contoso"),
    ],
)
def test_a_listed_name_with_something_newer_is_taken_too(pipeline, account, deployment_body, body, noted):
    made = put(pipeline, account, deployment_body(**body))
    assert made.status_code == 201, made.text
    assert noted in made.headers["x-modelyard-note"]


def test_a_model_must_be_named(pipeline, account, refused):
    bodies: list[Any] = [{}, {"properties": {}}, {"properties": {"model": "gpt-5.4"}}, {"properties": {"model": {}}}]
    for body in bodies:
        refused(put(pipeline, account, body), "bad-content")


def test_a_region_may_not_have_it(pipeline, refused, deployment_body):
    group = pipeline.group()
    market = pipeline.azure.market
    model = market.model("OpenAI", "gpt-5.4", "2026-03-05")
    region = next(one for one in sorted(market.regions()) if one not in market.regions_of(model, "DataZoneStandard"))
    path = f"{group}/providers/Microsoft.CognitiveServices/accounts/far"
    body = {"location": region, "kind": "AIServices", "sku": {"name": "S0"}, "properties": {}}
    assert pipeline("PUT", path, body).status_code == 201
    pipeline.pass_time(1)
    reply = put(pipeline, path, deployment_body(sku="DataZoneStandard"))
    refused(reply, "sku-not-in-region", sku="DataZoneStandard", model="gpt-5.4", version="2026-03-05", region=region)


def test_a_clock_advanced_to_a_retirement_date_plays_it(pipeline, account, refused, deployment_body):
    retirement = pipeline.azure.market.model("OpenAI", "gpt-5.4", "2026-03-05").retirement
    days = (retirement - pipeline.azure.market_day).days
    pipeline.pass_time((days - 1) * 86400)
    assert put(pipeline, account, deployment_body(), "before").status_code == 201, "not a day too early"
    pipeline.pass_time(86400)
    reply = put(pipeline, account, deployment_body())
    refused(
        reply,
        "model-deprecated",
        model="Format:OpenAI,Name:gpt-5.4,Version:2026-03-05",
        date=f"{retirement:%m/%d/%Y} 00:00:00",
    )
    reply = put(pipeline, account, deployment_body(capacity=20), "before")
    assert reply.status_code == 200, "what is deployed can still be changed"


def test_a_deprecating_model_is_refused_unless_the_subscription_has_it(pipeline, refused, deployment_body):
    """gpt-4.1 was closed to new customers in July 2026, long before it retires."""
    azure = pipeline.azure
    account = pipeline.account(pipeline.group())
    body = deployment_body("gpt-4.1", "2025-04-14")
    reply = put(pipeline, account, body)
    refused(reply, "model-deprecating", model="Format:OpenAI,Name:gpt-4.1,Version:2025-04-14")
    body["properties"]["model"]["publisher"] = "OpenAI"
    reply = put(pipeline, account, body)
    refused(reply, "model-deprecating", model="Publisher:OpenAI,Format:OpenAI,Name:gpt-4.1,Version:2025-04-14")
    assert "gpt-" in reply.headers["x-modelyard-advice"], "the sandbox says what to move to, beside Azure's words"
    there = {
        "id": f"{account}/deployments/old",
        "name": "old",
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": body["sku"],
        "properties": {"model": body["properties"]["model"], "provisioningState": "Succeeded"},
    }
    azure.store.put("resources", there["id"].lower(), there)  # from before the model was closed
    assert put(pipeline, account, body).status_code == 201


def test_quota_is_counted_by_region_model_and_sku(pipeline, account, refused, deployment_body):
    quota = pipeline.azure.market.quota("gpt-5.4", "GlobalStandard")
    limit = quota.tokens_per_minute // 1000
    pipeline.deployment(account, "most", capacity=limit - 10)
    reply = put(pipeline, account, deployment_body(capacity=11))
    refused(
        reply,
        "insufficient-quota",
        needed=11,
        quota="One Thousand Tokens Per Minute - gpt-5.4 - GlobalStandard",
        available=10,
        used=limit - 10,
        limit=limit,
    )
    pipeline.deployment(account, "rest", capacity=10)
    pipeline.deployment(account, "another-sku", sku="DataZoneStandard", capacity=10)
    again = put(pipeline, account, deployment_body(capacity=limit - 10), "most")
    assert again.status_code == 200, "a write that asks for no more needs no quota"


def test_quota_of_one_region_is_not_another_s(pipeline, deployment_body, account_body):
    """`ai-2` sorts between `ai` and what is in `ai`: each deployment must still count in its own account's region."""
    group = pipeline.group()
    here, there = pipeline.account(group, "ai"), f"{group}/providers/Microsoft.CognitiveServices/accounts/ai-2"
    assert pipeline("PUT", there, {**account_body("ai-2"), "location": "eastus2"}).status_code == 201
    pipeline.pass_time(1)
    limit = pipeline.azure.market.quota("gpt-5.4", "GlobalStandard").tokens_per_minute // 1000
    pipeline.deployment(here, "all", capacity=limit)
    assert put(pipeline, there, deployment_body(capacity=limit)).status_code == 201


def test_provisioned_units_are_one_quota_for_all_models(pipeline, account, deployment_body):
    """No table says how much of it a subscription has, so there is no limit that the sandbox could refuse with."""
    pipeline.deployment(account, "one", sku="GlobalProvisionedManaged", capacity=300)
    body = deployment_body("gpt-5.1", "2025-11-13", sku="GlobalProvisionedManaged", capacity=300)
    made = put(pipeline, account, body)
    assert made.status_code == 201
    assert "no table has the quota" in made.headers["x-modelyard-note"]
    where = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/usages"
    reply = pipeline("GET", where)
    used = {row["name"]["value"]: row["currentValue"] for row in reply.json()["value"]}
    assert used["OpenAI.GlobalProvisionedManaged"] == 600
    assert "sets no limit" in reply.headers["x-modelyard-note"]


def test_an_account_has_thirty_two_standard_deployments(pipeline, account, refused, deployment_body):
    for number in range(32):
        pipeline.deployment(account, f"d{number}", capacity=1)
    refused(put(pipeline, account, deployment_body(capacity=1)), "too-many-deployments")
    assert put(pipeline, account, deployment_body(capacity=2), "d0").status_code == 200
    pipeline.pass_time(1)
    body = deployment_body(sku="GlobalProvisionedManaged", capacity=15)
    assert put(pipeline, account, body).status_code == 201, "only standard deployments are counted"


def test_a_model_whose_skus_nobody_publishes_is_taken(pipeline, account, deployment_body):
    body = deployment_body("Mistral-Large-3", "1", publisher="Mistral AI", capacity=1)
    made = put(pipeline, account, body)
    assert made.status_code == 201, made.text
    assert "is not published" in made.headers["x-modelyard-note"]
    assert made.json()["properties"]["rateLimits"], "what a unit of it buys was recorded"
    pipeline.pass_time(1)
    newer = put(pipeline, account, deployment_body("grok-4.3", "1", publisher="xAI", capacity=1), "newer")
    assert "rateLimits" not in newer.json()["properties"], "what a unit of it buys nobody says"


def test_a_patch_changes_sku_and_tags_only(pipeline, account):
    path = pipeline.deployment(account, "chat", capacity=10)
    body = {"sku": {"name": "GlobalStandard", "capacity": 30}, "tags": {"a": "b"}, "properties": {"raiPolicyName": "x"}}
    reply = pipeline("PATCH", path, body)
    assert reply.status_code == 200
    assert "left out, for PATCH takes sku, tags alone: properties" in reply.headers["x-modelyard-note"]
    changed = pipeline("GET", path).json()
    assert reply.json() == changed
    assert changed["sku"]["capacity"] == 30
    assert changed["tags"] == {"a": "b"}
    assert changed["properties"]["raiPolicyName"] == "Microsoft.DefaultV2"
    assert {one["key"]: one["count"] for one in changed["properties"]["rateLimits"]}["token"] == 30_000


def test_a_content_filter_of_the_account_can_be_named(pipeline, account, deployment_body, azure):
    azure.store.put("resources", f"{account}/raiPolicies/strict".lower(), {"id": "x", "type": "x", "name": "strict"})
    assert put(pipeline, account, deployment_body(raiPolicyName="Strict")).status_code == 201


def test_it_needs_an_account(pipeline, refused, deployment_body):
    account = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/none"
    refused(
        put(pipeline, account, deployment_body()),
        "parent-not-found",
        operation="write",
        type="accounts/deployments",
        parent=account,
    )


def test_one_that_is_not_there(pipeline, account, refused):
    path = f"{account}/deployments/none"
    resource = "Microsoft.CognitiveServices/accounts/ai/deployments/none"
    refused(pipeline("GET", path), "resource-not-found", resource=resource, group="rg-ai")
    assert pipeline("DELETE", path).status_code == 204


def test_it_is_gone_when_its_deletion_is_answered(pipeline, account):
    """captured-2026-11, row 27."""
    path = pipeline.deployment(account, "chat")
    reply = pipeline("DELETE", path)
    assert (reply.status_code, reply.content) == (200, b"")
    assert pipeline("GET", f"{account}/deployments").json() == {"value": []}


def test_a_capacity_that_is_a_text_is_taken_with_a_note(pipeline, account, deployment_body):
    """The Azure CLI sends one (`az cognitiveservices account deployment create --sku-capacity 10`)."""
    body = deployment_body()
    body["sku"]["capacity"] = "10"
    made = put(pipeline, account, body)
    assert made.json()["sku"]["capacity"] == 10
    assert "taken as a number though it is a text" in made.headers["x-modelyard-note"]
    assert "sku.capacity" in made.headers["x-modelyard-note"]


def test_skus_compare_without_regard_to_case(pipeline, account, deployment_body):
    made = put(pipeline, account, deployment_body(sku="globalstandard"))
    assert made.json()["sku"]["name"] == "GlobalStandard"
    assert "globalstandard is taken as GlobalStandard" in made.headers["x-modelyard-note"]


def test_an_account_of_openai_names_no_filter_that_nobody_asked_for(pipeline, deployment_body, account_body):
    """captured-2026-11, row 24; one of AIServices does (row 25)."""
    account = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/open"
    assert pipeline("PUT", account, {**account_body("open"), "kind": "OpenAI"}).status_code == 201
    pipeline.pass_time(1)
    assert "raiPolicyName" not in put(pipeline, account, deployment_body()).json()["properties"]
    asked = put(pipeline, account, deployment_body(raiPolicyName="Microsoft.Default"), "asked")
    assert asked.json()["properties"]["raiPolicyName"] == "Microsoft.Default"


@pytest.mark.parametrize("version", ["2025-06-01", "2026-07-01", "2027-01-01"])
def test_members_of_newer_versions_are_kept_or_told(pipeline, account, deployment_body, version):
    """A member that was dropped without a word would be missing in Azure, or here, and nobody would know where."""
    body = {**deployment_body(routing={"mode": "cost"}), "plan": {"name": "x"}}
    made = pipeline("PUT", f"{account}/deployments/chat", body, version=version)
    note, kept = made.headers["x-modelyard-note"], version > "2025-06-01"
    assert made.status_code == 201, made.text
    assert ("kept, though" if kept else "left out, for") in note
    assert "plan, properties.routing" in note
    for document in (made.json(), pipeline("GET", f"{account}/deployments/chat").json()):
        assert (document["properties"].get("routing") == {"mode": "cost"}) is kept
        assert ("plan" in document) is kept
    pipeline("PATCH", f"{account}/deployments/chat", {"tags": {"a": "b"}})
    assert ("routing" in pipeline("GET", f"{account}/deployments/chat").json()["properties"]) is kept


def test_its_skus_are_listed(pipeline, account):
    path = pipeline.deployment(account, "chat")
    names = [one["sku"]["name"] for one in pipeline("GET", f"{path}/skus").json()["value"]]
    assert "GlobalStandard" in names
