"""Entries of kinds without logic: all of their rules are ARM's types', and so are the words about them."""

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import TypeAdapter

from modelyard.arm import plain_kinds as table
from modelyard.arm.resource_types import ResourceType
from modelyard.catalog.market import Market
from modelyard.config.document import read
from modelyard.config.finding_collector import Collector
from modelyard.config.plain_kinds import children, described, section
from modelyard.config.secret import Secret
from modelyard.config.validation import Fitting
from modelyard.findings import Finding

ROWS = {row.token.rpartition(":")[2]: row for row in table.ROWS}
Read = Callable[[ResourceType, str], tuple[dict[str, Any], list[Finding]]]


@pytest.fixture(scope="module")
def fitted() -> Read:
    """What comes of a section, and the findings."""
    market = Market.load()

    def fit(row: ResourceType, written: str) -> tuple[dict[str, Any], list[Finding]]:
        collector = Collector()
        lines = [f"    {line}" for line in written.splitlines()]
        document = read(
            "\n".join(["config:", f"  modelyard:{row.section}:", *lines, ""]).encode(), "Pulumi.x.yaml", collector
        )
        assert document is not None
        fitting = Fitting(market, collector)
        found = fitting.each(section(row), document.tree[row.section], (row.section,))
        return found, list(collector.findings(document.position))

    return fit


GOOD = [
    (
        "Project",
        "agents:\n  displayName: A\n  tags: {team: a}\n  identity: {userAssignedIdentities: [/s/id], type: None}\n",
        {
            "displayName": "A",
            "tags": {"team": "a"},
            "identity": {"type": "None", "userAssignedIdentities": {"/s/id": {}}},
        },
    ),
    ("ManagementLockByScope", "keep:\n  level: CanNotDelete\n", {"level": "CanNotDelete"}),
    (
        "DiagnosticSetting",
        "logs:\n  workspaceId: /w\n  logs:\n    - {categoryGroup: audit, enabled: true}\n",
        {"workspaceId": "/w", "logs": [{"categoryGroup": "audit", "enabled": True}]},
    ),
    (
        "EncryptionScope",
        "own:\n  keySource: Microsoft.CognitiveServices\n",
        {"keySource": "Microsoft.CognitiveServices"},
    ),
    (
        "AccountConnection",
        "search:\n  authType: AAD\n  category: CognitiveSearch\n  target: https://x\n  metadata: {ApiType: Azure}\n",
        {"authType": "AAD", "category": "CognitiveSearch", "target": "https://x", "metadata": {"ApiType": "Azure"}},
    ),
    # A category that ARM's types of this version don't list: the enumeration is open.
    (
        "AccountConnection",
        "new:\n  authType: None\n  category: Brandnew\n",
        {"authType": "None", "category": "Brandnew"},
    ),
]


@pytest.mark.parametrize(("kind", "written", "expected"), GOOD, ids=[f"{each[0]}-{i}" for i, each in enumerate(GOOD)])
def test_an_entry_is_arms_document_without_a_level(fitted: Read, kind: str, written: str, expected: Any) -> None:
    found, told = fitted(ROWS[kind], written)
    assert told == []
    assert next(iter(found.values())) == expected


BAD = [
    ("Project", "agents:\n  colour: x\n", "config.unknown-key", "colour"),
    ("Project", "agents:\n  provisioningState: x\n", "config.misplaced-key", "provisioningState"),
    ("ManagementLockByScope", "keep:\n  notes: why\n", "config.missing-key", "level"),
    ("DiagnosticSetting", "l:\n  logs:\n    - {enabled: yes}\n", "config.wrong-type", "true or false"),
    ("DiagnosticSetting", "l:\n  logs:\n    - {category: c}\n", "config.missing-key", "logs[0].enabled"),
    ("AccountConnection", "search:\n  target: x\n", "config.missing-key", "authType"),
    ("AccountConnection", "search:\n  authType: Magic\n", "config.value-not-allowed", "ApiKey"),
    ("AccountConnection", "ai:\n  authType: AAD\n", "config.name-not-allowed", "{2,32}"),
    ("AccountConnection", "search:\n  authType: AAD\n  credentials: {key: k}\n", "config.misplaced-key", "credentials"),
    (
        "AccountConnection",
        "search:\n  authType: ApiKey\n  credentials: {key: k}\n",
        "config.value-not-allowed",
        "secure",
    ),
    (
        "AccountConnection",
        "search:\n  authType: CustomKeys\n  credentials: {keys: {one: k}}\n",
        "config.value-not-allowed",
        "secure",
    ),
]


@pytest.mark.parametrize(("kind", "written", "code", "told"), BAD, ids=[f"{each[0]}-{i}" for i, each in enumerate(BAD)])
def test_what_does_not_fit_is_told_with_its_place(fitted: Read, kind: str, written: str, code: str, told: str) -> None:
    _, findings = fitted(ROWS[kind], written)
    assert [each.code for each in findings] == [code]
    assert told in f"{findings[0].path} {findings[0].message} {findings[0].allowed}"
    assert findings[0].position is not None


def test_credentials_stay_secrets(fitted: Read) -> None:
    written = "search:\n  authType: ApiKey\n  target: https://x\n  credentials:\n    key:\n      secure: AAAB\n"
    found, told = fitted(ROWS["AccountConnection"], written)
    assert told == []
    assert isinstance(found["search"]["credentials"]["key"], Secret)


def test_what_is_inside_stands_below_its_key(fitted: Read) -> None:
    written = "agents:\n  description: d\n  connections:\n    search: {authType: AAD, target: https://x}\n"
    found, told = fitted(ROWS["Project"], written)
    assert told == []
    assert found["agents"]["connections"]["search"] == {"authType": "AAD", "target": "https://x"}
    _, told = fitted(ROWS["Project"], written.replace("AAD", "Magic"))
    assert [each.path for each in told] == ["projects.agents.connections.search.authType"]


def test_all_of_an_entry_is_told_at_once(fitted: Read) -> None:
    _, told = fitted(
        ROWS["AccountConnection"], "search:\n  authType: ApiKey\n  isSharedToAll: 5\n  credentials: {key: k}\n"
    )
    assert len(told) == 2


@pytest.mark.parametrize("row", table.ROWS, ids=lambda row: row.type)
def test_editors_and_docs_have_arms_descriptions(row: ResourceType) -> None:
    whole = TypeAdapter(section(row)).json_schema()
    form = whole.get("additionalProperties") or next(iter(whole["patternProperties"].values()))  # by the name's pattern
    assert form["additionalProperties"] is False
    assert any("description" in each for each in form["properties"].values())
    assert not [name for name, each in form["properties"].items() if each.get("readOnly")]
    jsonschema.Draft202012Validator.check_schema(form)
    assert {child.section for child in children(row)} <= set(form["properties"])


@pytest.mark.parametrize(("kind", "written", "expected"), GOOD, ids=[f"{each[0]}-{i}" for i, each in enumerate(GOOD)])
def test_what_is_taken_an_editor_takes_too(kind: str, written: str, expected: Any) -> None:
    form = described(ROWS[kind])
    jsonschema.validate(next(iter(yaml.safe_load(written).values())), form)


def test_an_editor_is_told_of_secrets_and_of_all_shapes() -> None:
    form = described(ROWS["AccountConnection"])["properties"]
    assert {"ApiKey", "CustomKeys", "OAuth2"} <= set(form["authType"]["enum"])
    keys = form["credentials"]["properties"]
    assert keys["key"]["required"] == ["secure"]
    assert keys["keys"]["additionalProperties"]["required"] == ["secure"]
    assert keys["clientId"]["type"] == "string"
