"""Related resources: which documents an …IfNotExists effect finds, seen from the one it evaluates."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.policy.evaluation.related_resources import Estate, _meant
from modelyard.policy.language.context import RelatedQuery
from modelyard.policy.language.unknown import Unknown

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


SCOPES = st.sampled_from(
    ["", GROUP, GROUP.upper(), f"{GROUP}-2", "/subscriptions/s", "/subscriptions/t/resourceGroups/rg"]
)
TYPES = st.sampled_from([ENDPOINTS, ACCOUNT["type"], f"{ACCOUNT['type']}/deployments", ENDPOINTS.lower()])
OWNERS = st.sampled_from(["", f"/providers/{ACCOUNT['type']}/a", f"/providers/{ACCOUNT['type']}/ab"])
DOCUMENTS = st.builds(
    lambda scope, owner, kind: _at(f"{scope}{owner}/providers/{kind}/one", kind), SCOPES, OWNERS, TYPES
)
QUERIES = st.builds(
    RelatedQuery,
    DOCUMENTS,
    TYPES,
    resource_group=st.sampled_from([None, "rg", "RG-2"]),
    scope=st.sampled_from(["resourcegroup", "subscription"]),
)


@given(st.lists(DOCUMENTS, max_size=8), QUERIES)
def test_looking_only_where_a_query_could_mean_finds_what_looking_everywhere_does(
    documents: list[dict[str, Any]], query: RelatedQuery
) -> None:
    """Resources are kept by group, or an audit of thousands would compare each with each."""
    alone = [each for each in documents if Estate([each]).related(query)]
    together = Estate(documents).related(query)
    everywhere = [each for each in documents if each["type"].lower() == query.type.lower() and _meant(query, each)]
    assert isinstance(together, list)
    assert sorted(map(str, together)) == sorted(map(str, alone)) == sorted(map(str, everywhere))
