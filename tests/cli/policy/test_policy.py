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


def test_a_file_that_is_none_takes_no_other_with_it(modelyard: Callable[..., Any], folder: Path) -> None:
    """A pipeline wants to know all that is wrong from one run."""
    said = modelyard(
        "policy", "test", str(folder / "none.yaml"), str(folder / "right.yaml"), str(folder / "keyless.json")
    )
    assert said.status == ExitStatus.USAGE
    assert "none.yaml" in said.err
    assert "keyless.json" in said.err
    assert said.err.splitlines()[-1] == "2 passed, 0 failed"


def test_a_folder_or_a_pattern_stands_for_its_files(modelyard: Callable[..., Any], folder: Path) -> None:
    """Some shells leave patterns alone, and a pipeline names a folder once for all the files that are to come."""
    both = modelyard("policy", "test", str(folder), str(folder / "wrong.yaml"))
    assert both.err.splitlines()[-1] == "3 passed, 1 failed", "each file counts once"
    assert modelyard("policy", "test", str(folder / "rig*.yaml")).out.splitlines()[-1] == "2 passed, 0 failed"


@pytest.mark.parametrize("place", [(), ("nowhere-*.yaml",), ("empty",)])
def test_nothing_to_test_is_not_success(modelyard: Callable[..., Any], folder: Path, place: tuple[str, ...]) -> None:
    """A pipeline whose pattern stands for nothing any more would be green without a test."""
    (folder / "empty").mkdir()
    said = modelyard("policy", "test", *(str(folder / each) for each in place))
    assert said.status == ExitStatus.USAGE
    assert "cli.no-cases" in said.err


def test_machines_get_the_expression_too(modelyard: Callable[..., Any], folder: Path) -> None:
    written = folder / "junit.xml"
    said = modelyard("policy", "test", str(folder / "wrong.yaml"), "--json", "--junit", str(written))
    failed = [check for check in json.loads(said.out)["checks"] if check["outcome"] == "failed"]
    assert [(check["expected"], check["observed"]) for check in failed] == [("deny", "no effect")]
    assert "disableLocalAuth (true) notEquals true" in failed[0]["reason"]
    assert "disableLocalAuth (true) notEquals true" in written.read_text()


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
