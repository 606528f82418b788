"""Entries of kinds without logic: all of their rules are ARM's types', and so are the words about them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from modelyard.arm import plain_kinds as table
from modelyard.config.loader import Loaded
from modelyard.config.secret import Secret

from .conftest import EXAMPLES, load_text

HEAD = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso
    resourceGroup: rg-contoso
    network: {publicNetworkAccess: Enabled}
"""
ROWS = {row.token.rpartition(":")[2]: row for row in table.ROWS}
Read = Callable[[str, str], Loaded]


@pytest.fixture
def fitted(tmp_path: Path) -> Read:
    """What comes of a stack file with this section, under the account or at the top as the row says."""

    def fit(kind: str, written: str) -> Loaded:
        row = ROWS[kind]
        top = row.parent is None
        opening = f"  modelyard:{row.section}:\n" if top else f"    {row.section}:\n"
        lines = [f"{'    ' if top else '      '}{line}\n" for line in written.splitlines()]
        return load_text(tmp_path, "".join([HEAD, opening, *lines]), date(2026, 11, 30))

    return fit


def test_the_example_that_has_everything_has_each_kind(tmp_path: Path) -> None:
    """Schema, URNs and docs are proved by that file; a kind without an entry in it would be proved by nothing."""
    loaded = load_text(tmp_path, (EXAMPLES / "valid/full.yaml").read_text(encoding="utf-8"), date(2026, 11, 23))
    assert loaded.stack is not None
    assert {entry.row for entry in loaded.stack.plain} == set(table.ROWS)


GOOD: list[tuple[str, str, dict[str, Any]]] = [
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
    loaded = fitted(kind, written)
    assert loaded.stack is not None, loaded.findings
    [entry] = loaded.stack.plain
    assert entry.body["properties"] == expected


BAD = [
    ("Project", "agents:\n  colour: x\n", "config.unknown-key", "colour"),
    ("Project", "agents:\n  provisioningState: x\n", "", "provisioningState"),
    ("ManagementLockByScope", "keep:\n  notes: why\n", "config.missing-key", "level"),
    ("DiagnosticSetting", "l:\n  logs:\n    - {enabled: yes}\n", "config.wrong-type", "true or false"),
    ("DiagnosticSetting", "l:\n  logs:\n    - {category: c}\n", "config.missing-key", "logs[0].enabled"),
    ("AccountConnection", "search:\n  target: x\n", "config.missing-key", "authType"),
    ("AccountConnection", "search:\n  authType: Magic\n", "config.value-not-allowed", "ApiKey"),
    ("AccountConnection", "ai:\n  authType: AAD\n", "config.name-not-allowed", "{2,32}"),
    ("AccountConnection", "search:\n  authType: AAD\n  credentials: {key: k}\n", "", "credentials"),
    ("AccountConnection", "search:\n  authType: ApiKey\n  credentials: {key: k}\n", "config.plain-secret", "secure"),
]


@pytest.mark.parametrize(("kind", "written", "code", "told"), BAD, ids=[f"{each[0]}-{i}" for i, each in enumerate(BAD)])
def test_what_does_not_fit_is_told_with_its_place(fitted: Read, kind: str, written: str, code: str, told: str) -> None:
    loaded = fitted(kind, written)
    [finding] = loaded.errors
    assert code in {"", finding.code}, finding
    assert told in f"{finding.path} {finding.message} {finding.allowed} {finding.remedy}", finding
    assert finding.position is not None


def test_all_of_an_entry_is_told_at_once(fitted: Read) -> None:
    written = "search:\n  authType: ApiKey\n  isSharedToAll: 5\n  credentials: {key: k}\n"
    assert len(fitted("AccountConnection", written).errors) == 2


def test_credentials_stay_secrets(fitted: Read) -> None:
    written = "search:\n  authType: ApiKey\n  target: https://x\n  credentials:\n    key:\n      secure: AAAB\n"
    loaded = fitted("AccountConnection", written)
    assert loaded.stack is not None, loaded.findings
    assert isinstance(loaded.stack.plain[0].body["properties"]["credentials"]["key"], Secret)


def test_what_is_inside_stands_below_its_key(fitted: Read) -> None:
    written = "agents:\n  description: d\n  connections:\n    search: {authType: AAD, target: https://x}\n"
    loaded = fitted("Project", written)
    assert loaded.stack is not None, loaded.findings
    assert [entry.names for entry in loaded.stack.plain] == [("agents",), ("agents", "search")]
    wrong = fitted("Project", written.replace("AAD", "Magic"))
    assert [each.path for each in wrong.errors] == ["projects.agents.connections.search.authType"]
