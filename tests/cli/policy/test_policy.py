"""A team's own tests of its policies, and the reason why a resource gets an effect."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.failures import ExitStatus

KEYLESS = {
    "mode": "Indexed",
    "policyRule": {
        "if": {
            "allOf": [
                {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"},
                {"field": "Microsoft.CognitiveServices/accounts/disableLocalAuth", "notEquals": True},
            ]
        },
        "then": {"effect": "deny"},
    },
}
ACCOUNT = {"type": "Microsoft.CognitiveServices/accounts", "name": "contoso", "properties": {"disableLocalAuth": False}}
CASES = """\
policy_definition: keyless.json
cases:
  - note: keys on
    resource: {type: Microsoft.CognitiveServices/accounts, properties: {disableLocalAuth: false}}
    want_effect: deny
  - note: keys off
    resource: {type: Microsoft.CognitiveServices/accounts, properties: {disableLocalAuth: true}}
    want_effect: WANTED
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keyless.json").write_text(json.dumps(KEYLESS))
    (tmp_path / "account.json").write_text(json.dumps(ACCOUNT))
    (tmp_path / "right.yaml").write_text(CASES.replace("want_effect: WANTED", "want_undefined: true"))
    (tmp_path / "wrong.yaml").write_text(CASES.replace("WANTED", "deny"))
    return tmp_path


def test_the_last_line_counts(modelyard: Callable[..., Any], folder: Path) -> None:
    said = modelyard("policy", "test", str(folder / "right.yaml"))
    assert said.status == ExitStatus.DONE
    assert said.out.splitlines()[-1] == "2 passed, 0 failed"


def test_a_failure_shows_the_expression_that_decided(modelyard: Callable[..., Any], folder: Path) -> None:
    said = modelyard("policy", "test", str(folder / "wrong.yaml"), str(folder / "right.yaml"))
    assert said.status == ExitStatus.FINDINGS
    assert "wrong.yaml:6:5  keys off" in said.err, "an editor can jump there"
    assert "disableLocalAuth (true) notEquals true" in said.err
    assert said.err.splitlines()[-1] == "3 passed, 1 failed"


def test_a_file_that_is_none_is_told(modelyard: Callable[..., Any], folder: Path) -> None:
    said = modelyard("policy", "test", str(folder / "keyless.json"))
    assert said.status != ExitStatus.DONE
    assert "cases" in said.err


def test_explain_shows_every_condition_with_its_values(modelyard: Callable[..., Any], folder: Path) -> None:
    said = modelyard("policy", "explain", str(folder / "keyless.json"), str(folder / "account.json"))
    assert said.out.splitlines() == [
        "deny (violation)",
        "true     allOf",
        "  true     field type ('Microsoft.CognitiveServices/accounts') equals 'Microsoft.CognitiveServices/accounts'",
        "  true     field Microsoft.CognitiveServices/accounts/disableLocalAuth (false) notEquals true",
    ]


def test_what_is_no_json_is_told(modelyard: Callable[..., Any], folder: Path) -> None:
    said = modelyard("policy", "explain", str(folder / "right.yaml"), str(folder / "account.json"))
    assert said.status == ExitStatus.USAGE
    assert "right.yaml" in said.err
