"""Where a provisioned deployment spills over to, traffic goes on a bad day; nobody would notice the wrong one."""

import pytest

PROVISIONED = {"sku": "GlobalProvisionedManaged", "capacity": 15}


@pytest.fixture
def account(pipeline) -> str:
    account: str = pipeline.account(pipeline.group())
    pipeline.deployment(account, "chat")
    pipeline.deployment(account, "zone", sku="DataZoneStandard")
    pipeline.deployment(account, "mini", model="gpt-5.4-mini", version="2026-03-17")
    pipeline.deployment(account, "reserve", **PROVISIONED)
    return account


@pytest.mark.parametrize(
    ("target", "wanted", "rule"),
    [
        ("chat", {}, "only provisioned"),
        ("none", PROVISIONED, "of the same account"),
        ("spilling", PROVISIONED, "another deployment"),
        ("reserve", PROVISIONED, "a standard deployment"),
        ("zone", PROVISIONED, "data processing"),
        ("mini", PROVISIONED, "same model and version"),
    ],
)
def test_what_cannot_stand_in(pipeline, account, refused, deployment_body, target, wanted, rule):
    body = deployment_body(spilloverDeploymentName=target, **wanted)
    error = refused(pipeline("PUT", f"{account}/deployments/spilling", body), "bad-spillover")
    assert rule in error["message"]


def test_what_can(pipeline, account, deployment_body):
    settings = {"designatedCapacity": 10, "priority": 1}
    body = deployment_body(spilloverDeploymentName="Chat", capacitySettings=settings, **PROVISIONED)
    reply = pipeline("PUT", f"{account}/deployments/spilling", body)
    assert reply.status_code == 201, reply.text
    assert reply.json()["properties"]["capacitySettings"] == settings
