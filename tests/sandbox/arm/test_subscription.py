"""What clients ask before anything else: which cloud, tenant, subscription and providers there are."""

import pytest


@pytest.mark.parametrize(("version", "shape"), [("2015-01-01", dict), ("2019-05-01", list), ("2020-09-01", list)])
def test_endpoint_metadata_needs_no_token_and_has_a_shape_for_each_age(pipeline, version, shape):
    reply = pipeline.as_(None)("GET", "/metadata/endpoints", version=version)
    assert reply.status_code == 200
    assert isinstance(reply.json(), shape)


def test_today_s_endpoint_metadata_is_one_cloud_under_azure_s_own_names(pipeline):
    cloud = pipeline.as_(None)("GET", "/metadata/endpoints", version="2022-09-01").json()
    assert cloud["name"] == "AzureCloud"
    assert cloud["authentication"]["loginEndpoint"] == "https://login.microsoftonline.com"
    assert cloud["resourceManager"].startswith("https://management.azure.com")


def test_a_subscription_is_listed_for_those_who_may_read_it(pipeline):
    listed = pipeline("GET", "/subscriptions", version="2022-12-01").json()["value"]
    assert [one["subscriptionId"] for one in listed] == [pipeline.azure.subscription_id]
    assert listed[0]["tenantId"] == pipeline.azure.tenant_id
    assert pipeline.as_("outsider")("GET", "/subscriptions", version="2022-12-01").json() == {"value": []}
    tenants = pipeline.as_("outsider")("GET", "/tenants", version="2022-12-01").json()["value"]
    assert [one["tenantId"] for one in tenants] == [pipeline.azure.tenant_id]


def test_a_provider_lists_the_types_that_are_served(pipeline):
    path = f"{pipeline.subscription}/providers/microsoft.cognitiveservices"
    provider = pipeline("GET", path, version="2022-12-01").json()
    assert provider["registrationState"] == "Registered"
    types = {one["resourceType"]: one for one in provider["resourceTypes"]}
    assert {"accounts", "accounts/deployments"} <= set(types)
    assert "2025-06-01" in types["accounts"]["apiVersions"]
    assert "swedencentral" in types["accounts"]["locations"]


def test_providers_locations_and_resources_are_listed(pipeline):
    account = pipeline.account(pipeline.group())
    names = {
        what: [one.get("namespace") or one["name"] for one in pipeline("GET", f"{where}/{what}").json()["value"]]
        for where in (pipeline.subscription,)
        for what in ("providers", "locations", "resources")
    }
    assert "Microsoft.CognitiveServices" in names["providers"]
    assert "swedencentral" in names["locations"]
    assert names["resources"] == ["ai"]
    assert [one["id"] for one in pipeline("GET", f"{pipeline.group()}/resources").json()["value"]] == [account]


def test_the_subscription_stands_below_the_tenants_root(pipeline, azure):
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    reply = pipeline("GET", f"{root}/descendants", version="2020-05-01")
    assert reply.status_code == 200, reply.text
    (below,) = reply.json()["value"]
    assert (below["id"], below["type"]) == (pipeline.subscription, "/subscriptions")
    assert below["name"] == azure.subscription_id
    assert below["properties"]["parent"]["id"] == root


def test_who_may_read_the_subscription_only_is_refused_and_so_is_a_group_that_is_not_there(pipeline, azure):
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    assert pipeline.as_("reader")("GET", f"{root}/descendants", version="2020-05-01").status_code == 403
    assert pipeline("GET", f"{root}x/descendants", version="2020-05-01").status_code == 403
