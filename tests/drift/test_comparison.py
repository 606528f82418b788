"""What counts as drift, by kind of member: whoever is told of a difference that is none stops reading."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.arm import kinds
from modelyard.arm.resource_types import by_token
from modelyard.drift.comparison import Cause, compare
from modelyard.policy.language.unknown import UNKNOWN

ACCOUNT, DEPLOYMENT, FILTER, ROLE = kinds.ACCOUNT, kinds.DEPLOYMENT, kinds.CONTENT_FILTER, kinds.ROLE_ASSIGNMENT
MODEL = {"format": "OpenAI", "name": "gpt", "version": "1"}
NO, NEW = "NoAutoUpgrade", "OnceNewDefaultVersionAvailable"


@pytest.mark.parametrize(
    ("row", "declared", "shown"),
    [
        (ACCOUNT, {"location": "swedencentral"}, {"location": "Sweden Central"}),
        (ACCOUNT, {"properties": {"disableLocalAuth": False}}, {"properties": {}}),
        (ACCOUNT, {"properties": {}}, {"properties": {"networkAcls": {"defaultAction": "Allow", "ipRules": []}}}),
        (ACCOUNT, {"tags": {}}, {"tags": None}),
        (ACCOUNT, {"properties": {}}, {"properties": {"provisioningState": "Succeeded"}, "etag": "x"}),
        (DEPLOYMENT, {"properties": {}}, {"properties": {"raiPolicyName": "Microsoft.DefaultV2"}}),
        (DEPLOYMENT, {"properties": {}}, {"properties": {"rateLimits": [{"count": 1}], "capabilities": {"a": "true"}}}),
        (
            ROLE,
            {"properties": {"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/A"}},
            {
                "properties": {
                    "roleDefinitionId": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/a"
                }
            },
        ),
        (
            FILTER,
            {"properties": {"contentFilters": [{"name": "Hate", "source": "Prompt"}, {"name": "Sexual"}]}},
            {"properties": {"contentFilters": [{"name": "Sexual"}, {"name": "hate", "source": "Prompt"}]}},
        ),
    ],
)
def test_what_means_the_same_is_no_difference(row: Any, declared: dict[str, Any], shown: dict[str, Any]) -> None:
    assert compare(row, declared, shown).differences == ()


@pytest.mark.parametrize(
    ("row", "declared", "shown", "told"),
    [
        (DEPLOYMENT, {"sku": {"capacity": 10}}, {"sku": {"capacity": 7}}, "sku.capacity: 10 → 7"),
        (ACCOUNT, {"tags": {"a": "b"}}, {"tags": {"a": "b", "c": "d"}}, "tags.c: nothing → d"),
        (ACCOUNT, {"tags": {"a": "b"}}, {"tags": {}}, "tags.a: b → nothing"),
        (
            DEPLOYMENT,
            {"properties": {}},
            {"properties": {"raiPolicyName": "weak"}},
            "properties.raiPolicyName: nothing → weak",
        ),
        (
            ACCOUNT,
            {"properties": {"networkAcls": {"ipRules": [{"value": "203.0.113.7"}]}}},
            {"properties": {"networkAcls": {"ipRules": [{"value": "203.0.113.7"}, {"value": "198.51.100.1"}]}}},
            'properties.networkAcls.ipRules[198.51.100.1]: nothing → {"value": "198.51.100.1"}',
        ),
        (
            ACCOUNT,
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/a": {}}}},
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/A": {"clientId": "x"}, "/b": {}}}},
            "identity.userAssignedIdentities[/b]: nothing → {}",
        ),
    ],
)
def test_a_difference_is_told_in_arms_words(
    row: Any, declared: dict[str, Any], shown: dict[str, Any], told: str
) -> None:
    (found,) = compare(row, declared, shown).differences
    assert (found.text, found.cause) == (told, Cause.PEOPLE)


@pytest.mark.parametrize(
    ("declared", "shown", "cause"),
    [(NEW, NEW, Cause.MICROSOFT), (NO, NO, Cause.PEOPLE), (NO, NEW, Cause.PEOPLE), (NEW, NO, Cause.PEOPLE)],
)
def test_a_version_is_microsofts_doing_only_where_both_sides_allow_it(declared: str, shown: str, cause: Cause) -> None:
    """Somebody who switches upgrades on by hand is the cause of what follows."""
    before = {"properties": {"model": MODEL, "versionUpgradeOption": declared}}
    after = {"properties": {"model": {**MODEL, "version": "2"}, "versionUpgradeOption": shown}}
    causes = {each.place: each.cause for each in compare(DEPLOYMENT, before, after).differences}
    assert causes["properties.model.version"] is cause


def test_an_account_that_azure_upgrades_to_foundry_is_microsofts_doing() -> None:
    (found,) = compare(ACCOUNT, {"kind": "OpenAI"}, {"kind": "AIServices"}).differences
    assert found.cause is Cause.MICROSOFT


def test_what_nobody_can_compare_is_counted_and_no_difference() -> None:
    connection = by_token()["azure-native:cognitiveservices:AccountConnection"]
    declared = {"properties": {"authType": "ApiKey", "target": UNKNOWN, "credentials": {"key": UNKNOWN}}}
    found = compare(connection, declared, {"properties": {"authType": "ApiKey", "target": "x", "credentials": None}})
    assert found.differences == ()
    assert set(found.uncompared) == {"properties.target", "properties.credentials"}
    beside = compare(ACCOUNT, {"properties": {}}, {"properties": {"restrictOutboundNetworkAccess": True}})
    assert (beside.differences, set(beside.uncompared)) == ((), {"properties.restrictOutboundNetworkAccess"})


JSON = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["sku", "tags", "kind", "location", "properties"]), JSON))
def test_a_document_differs_in_nothing_from_itself(document: dict[str, Any]) -> None:
    for row in (ACCOUNT, DEPLOYMENT, FILTER):
        assert compare(row, document, document).differences == ()
