"""A name that Azure keeps for two days is a common refusal after a destroy, and the list of them tells it before."""

from dataclasses import replace
from typing import Any

import pytest

from modelyard.inventory.deleted_accounts import New, findings, judged
from modelyard.inventory.live_accounts import Unread

NEW = New(name="Contoso", group="rg-ai", subdomain="contoso", restore=False, purge="az … purge")


def kept(name: str = "contoso", group: str = "RG-AI", subdomain: str | None = "contoso") -> dict[str, Any]:
    where = "/subscriptions/s/providers/Microsoft.CognitiveServices/locations/swedencentral"
    return {
        "id": f"{where}/resourceGroups/{group}/deletedAccounts/{name}",
        "name": name,
        "properties": {"customSubDomainName": subdomain, "scheduledPurgeDate": "2026-12-02T00:00:00Z"},
    }


@pytest.mark.parametrize(
    ("there", "restore", "codes", "path"),
    [
        ([], False, [], ""),
        ([kept()], False, ["inventory.account-soft-deleted"], "account.name"),
        ([kept(subdomain=None)], False, ["inventory.account-soft-deleted"], "account.name"),
        ([kept()], True, [], ""),
        ([kept(name="other")], False, ["inventory.account-soft-deleted"], "account.customSubDomainName"),
        ([kept(group="rg-other")], False, ["inventory.account-soft-deleted"], "account.customSubDomainName"),
        ([kept(name="other", subdomain="other")], False, [], ""),
        ([], True, ["inventory.nothing-to-restore"], "account.restore"),
    ],
)
def test_a_name_that_is_held_is_told(there: list[Any], restore: bool, codes: list[str], path: str) -> None:
    found = list(judged(there, replace(NEW, restore=restore)))
    assert [each.code for each in found] == codes
    assert all(each.path == path and each.severity == "error" for each in found)


def test_it_says_until_when_and_how_to_free_it() -> None:
    (found,) = judged([kept()], NEW)
    assert "until 2026-12-02" in found.message
    assert "account.restore: true" in found.remedy
    assert "az … purge" in found.remedy


def test_who_may_not_read_them_is_told_so() -> None:
    (found,) = findings(Unread("soft-deleted accounts", "…/read", "somewhere", "AuthorizationFailed: no"), NEW)
    assert (found.code, found.severity, found.unverified) == ("inventory.account-unverified", "warning", True)
