"""Query options of lists are honoured or refused by name: one that is ignored shows AI accounts as key vaults."""

from typing import Any

import pytest

from modelyard.sandbox.arm import odata
from modelyard.sandbox.arm.answers import ArmRefusal


@pytest.fixture
def groups(pipeline: Any) -> list[str]:
    """Three groups, one of them with tags, and an account in the first."""
    made = [pipeline.group(name) for name in ("rg-a", "rg-b", "rg-c")]
    pipeline("PATCH", made[1], {"tags": {"Team": "Red"}})
    pipeline.account(made[0])
    return made


def listed(pipeline: Any, path: str, **query: str) -> list[str]:
    reply = pipeline("GET", path, **{f"${name}": value for name, value in query.items()})
    assert reply.status_code == 200, reply.text
    return [one["name"] for one in reply.json()["value"]]


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("resourceType eq 'Microsoft.KeyVault/vaults'", []),  # az keyvault list
        ("resourceType eq 'microsoft.cognitiveservices/accounts'", ["ai"]),
        (
            "resourceType eq 'Microsoft.KeyVault/vaults' or resourceType eq 'Microsoft.CognitiveServices/accounts'",
            ["ai"],
        ),
        ("name eq 'ai' and resourceGroup eq 'RG-A'", ["ai"]),
        ("substringof('a', name) and location ne 'eastus'", ["ai"]),
        ("startswith(name, 'b')", []),
        ("tagName eq 'team' and tagValue eq 'red'", []),
    ],
)
def test_resources_are_filtered(pipeline, groups, filter_, found):
    assert listed(pipeline, f"{pipeline.subscription}/resources", filter=filter_) == found


def test_what_is_written_at_a_scope_is_no_resource_of_the_list(pipeline, groups):
    """A policy assignment with an identity has a location too."""
    pipeline.assign("06a78e20-9358-41c9-923c-fb736d382a4d", scope=groups[0], identity=True)
    assert listed(pipeline, f"{pipeline.subscription}/resources") == ["ai"]


def test_groups_are_filtered_by_a_tag_and_its_value(pipeline, groups):
    path = f"{pipeline.subscription}/resourceGroups"
    assert listed(pipeline, path, filter="tagName eq 'team'") == ["rg-b"]
    assert listed(pipeline, path, filter="tagName eq 'team' and tagValue eq 'red'") == ["rg-b"]
    assert listed(pipeline, path, filter="tagName eq 'team' and tagValue eq 'blue'") == []


def test_more_is_shown_where_it_is_asked_for(pipeline, groups):
    """az resource list asks for all three."""
    query = {"$expand": "createdTime,changedTime,provisioningState"}
    (one,) = pipeline("GET", f"{pipeline.subscription}/resources", **query).json()["value"]
    assert one["provisioningState"] == "Succeeded"
    assert one["createdTime"] <= one["changedTime"]


def test_pages(pipeline, groups):
    path = f"{pipeline.subscription}/resourceGroups"
    first = pipeline("GET", path, **{"$top": "2"}).json()
    assert [one["name"] for one in first["value"]] == ["rg-a", "rg-b"]
    rest = pipeline.http.get(first["nextLink"], headers={"Authorization": f"Bearer {pipeline.token('pipeline')}"})
    assert [one["name"] for one in rest.json()["value"]] == ["rg-c"]
    assert "nextLink" not in rest.json()
    assert "nextLink" not in pipeline("GET", path, **{"$top": "3"}).json()


@pytest.mark.parametrize(
    ("path", "query", "which"),
    [
        ("/resources", {"$filter": "mood eq 'good'"}, "not-emulated"),
        ("/resources", {"$filter": "name gt 'a'"}, "bad-filter"),
        ("/resources", {"$filter": "name eq 'a' and"}, "bad-filter"),
        ("/resources", {"$expand": "tags"}, "not-emulated"),
        ("/resourceGroups", {"$orderby": "name"}, "not-emulated"),
        ("/resourceGroups", {"$top": "none"}, "bad-query-option"),
        ("/resourceGroups", {"$skipToken": "x"}, "bad-query-option"),
        ("/providers/Microsoft.CognitiveServices/accounts", {"$filter": "name eq 'ai'"}, "not-emulated"),
        ("/providers/Microsoft.Authorization/roleAssignments", {"$filter": "delegated()"}, "not-emulated"),
        ("/providers/Microsoft.Authorization/policyDefinitions", {"$filter": "mode eq 'All'"}, "not-emulated"),
        ("/providers/Microsoft.Authorization/locks", {"$filter": "atScope()"}, "not-emulated"),
    ],
)
def test_what_is_not_honoured_is_refused_by_name(pipeline, refused, path, query, which):
    version = "2020-05-01" if path.endswith("locks") else None
    error = refused(pipeline("GET", f"{pipeline.subscription}{path}", version=version, **query), which)
    assert any(name in error["message"] for name in query) or which == "bad-filter"


def test_on_one_document_an_option_is_noted(pipeline, groups):
    assert "$expand is not read here" in pipeline("GET", groups[0], **{"$expand": "x"}).headers["x-modelyard-note"]


@pytest.mark.parametrize(
    ("text", "name", "kept"),
    [
        ("name eq 'a''b and c'", "A'B AND C", True),
        ("name ne 'a'", "a", False),
        ("contains(name, 'b')", "abc", True),
        ("'x' in name", ["X", "y"], True),
        ("'z' IN name", ["X", "y"], False),
        ("name eq true", True, True),
        ("name eq 'a' or name eq 'b' and name ne 'b'", "a", True),
        ("", "a", True),
    ],
)
def test_what_a_filter_keeps(text, name, kept):
    assert odata.read(text, ("name",)).keeps({"name": name}.get) is kept


@pytest.mark.parametrize("text", ["a", "eq", "name eq", "name eq 'a", "(name eq 'a')", "f(1)", "and", "name eq 'a' or"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(ArmRefusal) as refusal:
        odata.read(text, ("name",))
    assert refusal.value.code == "InvalidFilterInQueryString"
