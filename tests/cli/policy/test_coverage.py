"""`modelyard policy coverage`: a team asks what of its library can be evaluated, before it trusts an audit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.failures import ExitStatus

RULE = {"if": {"field": "kind", "equals": "OpenAI"}, "then": {"effect": "audit"}}
BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/00000000-0000-0000-0000-000000000000"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Definitions that load, two that are refused for one reason, one for another; initiatives; and other files."""
    folder = tmp_path / "library"
    gatekeeper = {"mode": "Microsoft.Kubernetes.Data", "policyRule": RULE}
    documents: dict[str, Any] = {
        "kinds.json": {"name": "kinds", "properties": {"mode": "All", "policyRule": RULE}},
        "listed.json": {"value": [{"name": "one", "properties": {"policyRule": RULE}}, {"policyRule": RULE}]},
        "pods.json": {"name": "pods", "properties": gatekeeper},
        "images.json": {"name": "images", "properties": gatekeeper},
        "odd.json": {"name": "odd", "properties": {"policyRule": {"if": {"field": "kind", "is": 1}}}},
        "set.json": {
            "name": "baseline",
            "properties": {
                "policyDefinitions": [
                    {"policyDefinitionId": "/x/policyDefinitions/kinds", "policyDefinitionReferenceId": "kinds"},
                    {"policyDefinitionId": "/x/policyDefinitions/pods", "policyDefinitionReferenceId": "pods"},
                    {"policyDefinitionId": BUILT_IN, "policyDefinitionReferenceId": "theirs"},
                ]
            },
        },
        "parameters.json": {"parameters": {}},
        "tests/broken.json": "no policy",
    }
    for name, document in documents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document))
    (folder / "commented.jsonc").write_text('{"name": "commented", /* EPAC */ "policyRule": ' + json.dumps(RULE) + ",}")
    return folder


def test_reasons_are_counted_and_each_is_told_once(modelyard: Callable[..., Any], library: Path) -> None:
    said = modelyard("policy", "coverage", str(library))
    assert said.status == ExitStatus.FINDINGS
    assert "4 of 7 definitions can be evaluated" in said.out
    assert "1 of 1 initiatives can be evaluated" in said.out
    assert "1 initiatives have members that are refused" in said.out
    assert "1 other documents are neither" in said.out
    assert "      2  mode 'Microsoft.Kubernetes.Data' is not supported" in said.out
    assert f"{library / 'images.json'}: images: mode" in said.out, "the first one's file"
    assert "1 more failed in the same way: pods" in said.out


def test_a_machine_gets_every_name(modelyard: Callable[..., Any], library: Path) -> None:
    data = modelyard("policy", "coverage", str(library), "--json").json["data"]
    assert (data["definitions"], data["initiatives"]) == ({"loaded": 4, "of": 7}, {"loaded": 1, "of": 1})
    assert [(each["count"], each["names"]) for each in data["refused"]] == [(2, ["images", "pods"]), (1, ["odd"])]
    assert data["incomplete"] == [{"name": "baseline", "refused": ["pods"], "notAtHand": ["theirs"]}]
    assert data["others"] == 1


def test_everything_can_be_evaluated(modelyard: Callable[..., Any], library: Path) -> None:
    said = modelyard("policy", "coverage", str(library / "kinds.json"))
    assert (said.status, said.out) == (ExitStatus.DONE, "1 of 1 definitions can be evaluated\n")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("none.json", None, "there is no such file"),
        ("broken.json", "{", "broken.json"),
        ("other.json", "{}", "it holds no policy definition and no initiative"),
        ("empty", None, "there is no such file"),
    ],
)
def test_what_is_no_library_is_told(
    modelyard: Callable[..., Any], tmp_path: Path, name: str, text: str | None, says: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    said = modelyard("policy", "coverage", str(tmp_path / name))
    assert said.status == ExitStatus.USAGE
    assert says in said.out + said.err


def test_a_broken_file_hides_none_of_the_others(modelyard: Callable[..., Any], library: Path) -> None:
    (library / "broken.json").write_text('{"a": 1, "a": 2}')
    said = modelyard("policy", "coverage", str(library))
    assert said.status == ExitStatus.USAGE
    assert "'a' is in one object twice" in said.out
    assert "4 of 7 definitions can be evaluated" in said.out


def test_aliases_of_ones_own(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    """A table that has the type says which aliases there are."""
    alias = {"name": "Microsoft.Test/things/size", "defaultPath": "properties.size"}
    types = [{"resourceType": "things", "aliases": [alias]}]
    (tmp_path / "aliases.json").write_text(json.dumps([{"namespace": "Microsoft.Test", "resourceTypes": types}]))
    rule = {"if": {"field": "Microsoft.Test/things/colour", "exists": True}, "then": {"effect": "audit"}}
    (tmp_path / "things.json").write_text(json.dumps({"policyRule": rule}))
    words = ("policy", "coverage", str(tmp_path / "things.json"))
    assert modelyard(*words).status == ExitStatus.DONE
    assert modelyard(*words, "--aliases", str(tmp_path / "aliases.json")).status == ExitStatus.FINDINGS
