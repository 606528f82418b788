"""Related resources: which documents an …IfNotExists effect finds, seen from the one it evaluates."""

from typing import Any

import pytest

from modelyard.policy.context import RelatedQuery
from modelyard.policy.estate import Estate
from modelyard.policy.unknown import Unknown

GROUP = "/subscriptions/s/resourceGroups/rg"
ACCOUNT = {
    "id": f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/a",
    "type": "Microsoft.CognitiveServices/accounts",
}
SETTINGS = "Microsoft.Insights/diagnosticSettings"
ENDPOINTS = "Microsoft.Network/privateEndpoints"


def _at(id_: str, type_: str) -> dict[str, Any]:
    return {"id": id_, "name": id_.rpartition("/")[2], "type": type_}


ESTATE = Estate(
    [
        _at(f"{ACCOUNT['id']}/deployments/chat", "Microsoft.CognitiveServices/accounts/deployments"),
        _at(f"{ACCOUNT['id']}b/deployments/other", "Microsoft.CognitiveServices/accounts/deployments"),
        _at(f"{ACCOUNT['id']}/providers/{SETTINGS}/mine", SETTINGS),
        _at(f"{ACCOUNT['id']}b/providers/{SETTINGS}/yours", SETTINGS),
        _at(f"{GROUP}/providers/{ENDPOINTS}/near", ENDPOINTS),
        _at(f"{GROUP}-2/providers/{ENDPOINTS}/far", ENDPOINTS),
        _at(f"/subscriptions/t/resourceGroups/rg/providers/{ENDPOINTS}/elsewhere", ENDPOINTS),
    ]
)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"type": "Microsoft.CognitiveServices/accounts/deployments"}, ["chat"]),
        ({"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "a/chat"}, ["chat"]),
        ({"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "a/?"}, ["chat"]),
        ({"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "a/none"}, []),
        ({"type": SETTINGS.upper()}, ["mine"]),
        ({"type": SETTINGS, "name": "setByPolicy"}, []),
        ({"type": ENDPOINTS}, ["near"]),
        ({"type": ENDPOINTS, "resource_group": "RG-2"}, ["far"]),
        ({"type": ENDPOINTS, "scope": "subscription"}, ["near", "far"]),
        ({"type": "Microsoft.Nothing/here"}, []),
    ],
)
def test_related(query: dict[str, Any], names: list[str]) -> None:
    found = ESTATE.related(RelatedQuery(ACCOUNT, **query))
    assert isinstance(found, list)
    assert [each["name"] for each in found] == names


def test_absence_proves_nothing_in_a_part_of_the_estate() -> None:
    """A stack's own resources are not the subscription's: what others may have made is unknown, not missing."""
    part = Estate([_at(f"{GROUP}/providers/{ENDPOINTS}/near", ENDPOINTS)], complete=[])
    missing = part.related(RelatedQuery(ACCOUNT, SETTINGS))
    assert isinstance(missing, Unknown)
    assert missing.waits_for == {f"related {SETTINGS}"}
    assert part.related(RelatedQuery(ACCOUNT, ENDPOINTS)), "what is there is there"
