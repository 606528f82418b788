"""What stands below the management group: whoever audits all of it asks for that first."""

from typing import Any


def test_the_subscription_stands_below_the_tenants_root(pipeline: Any, azure: Any) -> None:
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    reply = pipeline("GET", f"{root}/descendants", version="2020-05-01")
    assert reply.status_code == 200, reply.text
    (below,) = reply.json()["value"]
    assert (below["id"], below["type"]) == (pipeline.subscription, "/subscriptions")
    assert below["name"] == azure.subscription_id
    assert below["properties"]["parent"]["id"] == root


def test_who_may_read_the_subscription_only_is_refused_and_so_is_a_group_that_is_not_there(
    pipeline: Any, azure: Any
) -> None:
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    assert pipeline.as_("reader")("GET", f"{root}/descendants", version="2020-05-01").status_code == 403
    assert pipeline("GET", f"{root}x/descendants", version="2020-05-01").status_code == 403
