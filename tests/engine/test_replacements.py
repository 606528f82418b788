"""A resource group that is renamed takes the account away, and Azure then refuses the new one: that is told before."""

from typing import Any

import pytest

from modelyard.engine.events import Started
from modelyard.engine.preview_findings import account_findings, replaced_account

ACCOUNT = "azure-native:cognitiveservices:Account"
URN = f"urn:pulumi:dev::tried::modelyard:index:Yard${ACCOUNT}::account"


def step(op: str, subdomain: str | None, urn: str = URN) -> Started:
    inputs: dict[str, Any] = {"properties": {"customSubDomainName": subdomain} if subdomain else {}}
    return Started(urn, op, preview=True, inputs=inputs, custom=True, id="/subscriptions/s/old")


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("contoso-ai", "contoso-ai", True),
        ("contoso-ai", "Contoso-AI", True),
        ("contoso-ai", "contoso-ai-two", False),
        (None, None, False),
    ],
)
def test_an_account_that_is_replaced_is_told(old: str | None, new: str | None, refused: bool) -> None:
    (found,) = account_findings([step("delete-replaced", old), step("replace", new), step("create-replacement", new)])
    assert "deleted with all that is in it" in found.message
    assert ("the new one is refused" in found.message) is refused
    assert (found.path, found.found) == ("account", "/subscriptions/s/old")


@pytest.mark.parametrize("op", ["create", "update", "same", "delete"])
def test_any_other_change_of_it_is_no_replacement(op: str) -> None:
    assert not list(account_findings([step(op, "contoso-ai")]))


def test_a_deployment_that_is_replaced_is_none_either() -> None:
    other = URN.replace("Account", "Deployment")
    assert not list(account_findings([step("delete-replaced", "a", other), step("create-replacement", "a", other)]))


def test_the_account_that_goes_is_known_by_name() -> None:
    """Leave to replace it is given by that name, so that it can't be meant for another one."""
    steps = [step("delete-replaced", "contoso-ai"), step("create-replacement", "contoso-ai")]
    assert replaced_account(steps) == "old"
    assert replaced_account([step("create", "contoso-ai")]) == ""
