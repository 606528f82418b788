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
    assert "wrong.yaml:6:5  keys off" in said.out, "an editor can jump there"
    assert "disableLocalAuth (true) notEquals true" in said.out
    assert said.out.splitlines()[-1] == "3 passed, 1 failed"


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
    assert "none.yaml" in said.out
    assert "keyless.json" in said.out
    assert said.out.splitlines()[-1] == (
        "2 passed, 0 failed; failed: files.unreadable; failed: policy.cases-unreadable"
    ), "what couldn't be tested is read last"


def test_a_folder_or_a_pattern_stands_for_its_files(modelyard: Callable[..., Any], folder: Path) -> None:
    """Some shells leave patterns alone, and a pipeline names a folder once for all the files that are to come."""
    both = modelyard("policy", "test", str(folder), str(folder / "wrong.yaml"))
    assert both.out.splitlines()[-1] == "3 passed, 1 failed", "each file counts once"
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


def test_explain_says_how_old_a_built_in_is(modelyard: Callable[..., Any], folder: Path) -> None:
    """Azure evaluates today's, which may be another; of a team's own definition there is no age to tell."""
    account = str(folder / "account.json")
    built_in = modelyard("policy", "explain", "builtin/71ef260a-8f18-47b7-abcb-62d0673d94dc", account)
    assert "Azure's built-in policies are those of " in built_in.out
    assert "builtIns" not in modelyard("policy", "explain", str(folder / "keyless.json"), account, "--json").json


def test_explain_takes_the_names_of_a_stack_file(modelyard: Callable[..., Any], folder: Path) -> None:
    """The same name wherever a policy is named; and what it needs is asked for by the option that gives it."""
    deployment = _written(
        folder,
        "deployment.json",
        {
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "properties": {"model": {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"}},
        },
    )
    bare = modelyard("policy", "explain", "team/allowed-models", deployment)
    assert bare.status != ExitStatus.DONE
    assert "--parameters" in bare.err
    values = _written(folder, "values.json", {"models": ["gpt-5.4@2026-03-05"]})
    said = modelyard("policy", "explain", "team/allowed-models", deployment, "--parameters", values)
    assert said.out.splitlines()[0] == "no effect (compliant)"


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("team/alowed-models", "team/allowed-models"),
        ("builtin/disable-local-aut", "builtin/disable-local-auth"),
        ("modelyard/keyles", "modelyard/keyless"),
    ],
)
def test_explain_guesses_at_a_name_that_is_none(
    modelyard: Callable[..., Any], folder: Path, named: str, meant: str
) -> None:
    said = modelyard("policy", "explain", named, str(folder / "account.json"))
    assert said.status == ExitStatus.USAGE
    assert "cli.no-policy" in said.err
    assert meant in said.err


def _written(folder: Path, name: str, document: Any) -> str:
    (folder / name).write_text(json.dumps(document))
    return str(folder / name)


ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"
SETTING = {
    "id": f"{ID}/providers/Microsoft.Insights/diagnosticSettings/mine",
    "name": "mine",
    "type": "Microsoft.Insights/diagnosticSettings",
    "properties": {"logs": []},
}
LOGGED = {
    "mode": "All",
    "policyRule": {
        "if": {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"},
        "then": {
            "effect": "auditIfNotExists",
            "details": {
                "type": "Microsoft.Insights/diagnosticSettings",
                "existenceCondition": {
                    "count": {"field": "Microsoft.Insights/diagnosticSettings/logs[*]"},
                    "greater": 0,
                },
            },
        },
    },
}


def test_explain_shows_what_is_related(modelyard: Callable[..., Any], folder: Path) -> None:
    """Of an …IfNotExists effect the rule alone explains nothing: what was looked for decides."""
    policy, account = _written(folder, "logged.json", LOGGED), _written(folder, "account.json", {**ACCOUNT, "id": ID})
    open_ = modelyard("policy", "explain", policy, account)
    assert open_.out.splitlines()[0] == (
        "no effect (undecided, waiting for related Microsoft.Insights/diagnosticSettings)"
    )
    said = modelyard("policy", "explain", policy, account, "--related", _written(folder, "around.json", [SETTING]))
    assert said.out.splitlines()[2:] == [
        "true     no related Microsoft.Insights/diagnosticSettings is as it should be (1 found)",
        "  false    mine count Microsoft.Insights/diagnosticSettings/logs[*] (0) greater 0",
    ]


def test_a_failed_case_shows_what_is_related(modelyard: Callable[..., Any], folder: Path) -> None:
    _written(folder, "logged.json", LOGGED)
    case = {"note": "none", "resource": ACCOUNT, "host_await": [{"response": SETTING}], "want_undefined": True}
    said = modelyard(
        "policy", "test", _written(folder, "logged.yaml", {"policy_definition": "logged.json", "cases": [case]})
    )
    assert "mine count Microsoft.Insights/diagnosticSettings/logs[*] (0) greater 0" in said.out


def test_explain_shows_what_would_be_changed(modelyard: Callable[..., Any], folder: Path) -> None:
    """And what the request and its surroundings have to do with it."""
    details = [{"field": "tags['group']", "value": "[resourceGroup().name]"}]
    rule = {"if": {"field": "tags['group']", "exists": False}, "then": {"effect": "append", "details": details}}
    policy = _written(folder, "tagged.json", {"mode": "Indexed", "policyRule": rule})
    context = _written(folder, "context.json", {"resourceGroup": {"name": "rg-ai"}})
    said = modelyard("policy", "explain", policy, str(folder / "account.json"), "--context", context)
    assert said.out.splitlines()[-1] == "change   append tags['group'] = 'rg-ai'"


def test_explain_knows_what_the_id_and_the_type_tell(modelyard: Callable[..., Any], folder: Path) -> None:
    """A rule that asks for the group's name or the api-version must not look undecided where both are plain."""
    asked = [
        {"value": "[resourceGroup().name]", "equals": "rg"},
        {"value": "[subscription().subscriptionId]", "equals": "s"},
        {"value": "[requestContext().apiVersion]", "exists": True},
        {"value": "[resourceGroup().location]", "equals": "westus"},
    ]
    policy = _written(folder, "asking.json", {"policyRule": {"if": {"allOf": asked}, "then": {"effect": "audit"}}})
    said = modelyard("policy", "explain", policy, _written(folder, "account.json", {**ACCOUNT, "id": ID}))
    assert [line.split()[0] for line in said.out.splitlines()[2:]] == ["true", "true", "true", "unknown"]


def test_explain_takes_what_comes_along_by_name(modelyard: Callable[..., Any], folder: Path) -> None:
    """A mode of Azure's provider sees a deployment as a component, so its policies are explained of that."""
    said = modelyard("policy", "explain", "modelyard/keyless", str(folder / "account.json"))
    assert said.out.splitlines()[0] == "Deny (violation)"
    deployment = {
        "id": f"{ID}/deployments/chat",
        "name": "chat",
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}},
    }
    where = _written(folder, "deployment.json", deployment)
    said = modelyard("policy", "explain", "builtin/approved-registry-models", where)
    assert "model.publisher ('OpenAI') notIn []" in said.out


def test_explain_goes_through_an_assignment(modelyard: Callable[..., Any], folder: Path) -> None:
    """Whoever asks why a request was denied has the assignment at hand, not the definition."""
    properties = {
        "policyDefinitionId": "modelyard/foundry-baseline",
        "parameters": {"approvedModels": {"value": ["OpenAI/*@*"]}},
        "overrides": [
            {
                "kind": "policyEffect",
                "value": "Audit",
                "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["keyless"]}],
            }
        ],
    }
    assigned = {
        "id": "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a",
        "properties": properties,
    }
    account = _written(folder, "account.json", {**ACCOUNT, "id": ID})
    said = modelyard("policy", "explain", _written(folder, "assigned.json", assigned), account, "--json")
    by_name = {each["policy"].partition(",")[0]: each for each in json.loads(said.out)["data"]["policies"]}
    assert "approved-models" not in by_name, "it is about deployments"
    assert by_name["keyless"]["effect"] == "Audit"
    tree = by_name["keyless"]["tree"]
    assert (tree["kind"], tree["result"], tree["children"][-1]["actual"]) == ("allOf", True, False)
    properties["notScopes"] = ["/subscriptions/s"]
    said = modelyard("policy", "explain", _written(folder, "assigned.json", assigned), account)
    assert "doesn't reach" in said.out


def test_what_is_no_json_is_told(modelyard: Callable[..., Any], folder: Path) -> None:
    said = modelyard("policy", "explain", str(folder / "right.yaml"), str(folder / "account.json"))
    assert said.status == ExitStatus.USAGE
    assert "right.yaml" in said.err
