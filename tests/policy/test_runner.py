"""Policies as their authors test them: a file of resources and effects, which `modelyard policy test` runs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.policy.effects.effect import Effect
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language.operators import OPERATORS
from modelyard.policy.testing import loader
from modelyard.policy.testing.runner import CaseResult, check, run

HERE = Path(__file__).parent / "cases"
PAGE = Path(__file__).parents[2] / "docs/policy-cases.md"
OWN = sorted(HERE.glob("*.yaml"))


def _by_note(path: Path) -> list[CaseResult]:
    return list(check(path))


@pytest.mark.parametrize("result", [each for path in OWN for each in _by_note(path)], ids=lambda each: each.case.note)
def test_own_tables(result: CaseResult) -> None:
    """What the language means, on accounts and deployments; the file and line stand in the failure's text."""
    assert result.passed, "\n".join(result.lines())


def test_notes_are_told_apart() -> None:
    """A note names a case in a report, so no file has one twice."""
    for path in OWN:
        notes = [result.case.note for result in check(path)]
        assert len(notes) == len(set(notes)), path.name


def test_own_tables_have_every_condition_and_every_effect() -> None:
    """Whoever has no folder of given cases must learn from these that one of them broke."""
    written = "".join(path.read_text(encoding="utf-8") for path in OWN)
    assert [each.name for each in OPERATORS.values() if f"{each.name}:" not in written] == []
    assert [each for each in Effect if f"effect: {each}".lower() not in written.lower()] == []


def test_given_tables(shared: Path) -> None:
    """Microsoft's own evaluator is held to these; all of them, in the effect's exact spelling."""
    results = [each for path in sorted((shared / "azure-policy/cases").glob("*.yaml")) for each in check(path)]
    failed = [line for result in results if not result.passed for line in result.lines()]
    assert not failed, "\n".join(failed)
    assert len(results) == 383
    spelled = [result.case.note for result in results if result.wanted != result.got]
    assert not spelled, "the effect keeps the spelling of the definition or the parameter"


def test_given_cases_that_azure_would_refuse(shared: Path) -> None:
    """The page on cases says how many rest on habits of that evaluator, and so prove nothing about Azure."""
    files = [loader.read(path) for path in sorted((shared / "azure-policy/cases").glob("*.yaml"))]
    asked = [
        replace(file, fields=file.strict, definition=file.definition._replace(fields=file.strict)) for file in files
    ]
    refused = [result for file in asked for result in run(file) if not result.passed]
    plain = [result for result in refused if "neither a field nor an alias" in result.reason]
    detailed = [result for result in refused if "details of no effect" in result.reason]
    page = PAGE.read_text(encoding="utf-8")
    assert f"{len(plain)} of the 383 cases" in page
    assert [result.case.note for result in detailed] == [
        "effect_deny_with_message",
        "effect_parameterized_with_details",
    ]
    empty = [result.case.note for result in refused if "takes at least one condition" in result.reason]
    assert all(f"`{name}`" in page for name in empty)
    assert len(refused) == len(plain) + len(detailed) + len(empty)


def test_a_failure_shows_what_decided(tmp_path: Path) -> None:
    """Whoever reads a failed test of a policy needs the condition that decided, with the values it saw."""
    path = tmp_path / "keys.yaml"
    path.write_text(
        """
cases:
  - note: keys on
    policy_rule:
      if:
        allOf:
          - {field: type, equals: Microsoft.CognitiveServices/accounts}
          - {field: Microsoft.CognitiveServices/accounts/disableLocalAuth, notEquals: true}
      then: {effect: deny}
    resource: {type: Microsoft.CognitiveServices/accounts, properties: {disableLocalAuth: true}}
    want_effect: deny
"""
    )
    (result,) = check(path)
    assert not result.passed
    assert list(result.lines()) == [
        f"failed  {path}:3:5  keys on",
        "  wanted deny, got no effect",
        "  false    allOf",
        "    false    field Microsoft.CognitiveServices/accounts/disableLocalAuth (true) notEquals true",
    ]


def test_a_definition_in_a_file_of_its_own(tmp_path: Path) -> None:
    """A team tests the definition it assigns, not a copy of it."""
    rule = {"if": {"field": "kind", "equals": "OpenAI"}, "then": {"effect": "[parameters('effect')]"}}
    effect = {"type": "String", "allowedValues": ["Audit", "Deny"], "defaultValue": "Audit"}
    definition = {"properties": {"mode": "All", "parameters": {"effect": effect}, "policyRule": rule}}
    (tmp_path / "kind.json").write_text(json.dumps(definition))
    path = tmp_path / "kind.yaml"
    path.write_text(
        """
policy_definition: kind.json
cases:
  - {note: default, resource: {kind: OpenAI}, want_effect: audit}
  - {note: chosen, resource: {kind: OpenAI}, parameters: {effect: Deny}, want_effect: Deny}
  - {note: not allowed, resource: {kind: OpenAI}, parameters: {effect: deny}, want_error: true}
"""
    )
    assert [result.passed for result in check(path)] == [True, True, True]


def test_alias_tables_are_found_beside_the_file(tmp_path: Path) -> None:
    """The table is named as `az provider list` writes it; its paths count before any habit."""
    table = [
        {
            "namespace": "Microsoft.Test",
            "resourceTypes": [
                {
                    "resourceType": "things",
                    "aliases": [{"name": "Microsoft.Test/things/size", "defaultPath": "properties.shape.size"}],
                }
            ],
        }
    ]
    (tmp_path / "aliases").mkdir()
    (tmp_path / "aliases" / "table.json").write_text(json.dumps(table))
    path = tmp_path / "things.yaml"
    path.write_text(
        """
aliases: table.json
cases:
  - note: by its table
    policy_rule: '{"if": {"field": "Microsoft.Test/things/size", "equals": 3}, "then": {"effect": "audit"}}'
    resource: {type: Microsoft.Test/things, properties: {size: 9, shape: {size: 3}}}
    want_effect: audit
"""
    )
    assert all(result.passed for result in check(path))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cases: [", "policy.cases-unreadable"),
        ("- a list", "policy.cases-unreadable"),
        ("", "policy.cases-unreadable"),
        ("cases: {}", "policy.cases-unreadable"),
        ("cases: []", "policy.cases-unreadable"),
        ("{aliases: none.json, cases: [{}]}", "policy.cases-unreadable"),
        ("{policy_defintion: keyless.json, cases: [{}]}", "policy.cases-unreadable"),
        ("{now: yesterday, cases: [{}]}", "policy.cases-unreadable"),
        ("cases: [{[a, b]: 1}]", "policy.cases-unreadable"),
        ("cases: [{want_effect: deny, want_effect: audit}]", "policy.cases-unreadable"),
        ("{aliases: broken.json, cases: [{}]}", "policy.aliases-unreadable"),
        ("{aliases: odd.json, cases: [{}]}", "policy.aliases-unreadable"),
    ],
)
def test_a_file_that_is_no_test(tmp_path: Path, text: str, code: str) -> None:
    """What can't be read is one failure that names the file, never a traceback."""
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "odd.json").write_text('[{"namespace": "x"}]')
    path = tmp_path / "cases.yaml"
    path.write_text(text)
    with pytest.raises(PolicyFailure, check=lambda failure: failure.code == code):
        check(path)


RULE = "policy_rule: {if: {field: kind, equals: OpenAI}, then: {effect: audit}}"
WRONG = [
    ("want_efect: audit, want_undefined: true", "'want_efect' is no key of a case; is it want_effect?"),
    ("", "it says nothing of what is expected"),
    ("want_undefined: false", "it says nothing of what is expected"),
    ("want_effect: audit, want_undefined: true", "it says want_effect and want_undefined"),
    ("want_undefined: true, want_details: []", "'want_details' goes with 'want_effect'"),
    ("want_effect: audit, resource: [OpenAI]", "'resource' is no mapping"),
    ("want_effect: audit, parameters: OpenAI", "'parameters' is no mapping"),
    ("want_effect: audit, context: {requestcontext: {}}", "'requestcontext' is no part of a context"),
    ("want_effect: audit, now: yesterday", "'yesterday' is no date and time"),
    ("want_effect: audit, context: {utcNow: yesterday}", "'yesterday' is no date and time"),
    ("want_effect: audit, now: 2026-11-23T00:00:00Z, context: {utcNow: 2026-11-23T00:00:00Z}", "one of them is enough"),
    ("want_effect: audit, api_version: {}", "'api_version' is a text"),
    ("want_effect: audit, request_context: 2025-06-01", "'request_context' is no mapping"),
    ("want_effect: audit, want_parse_error: true", "it says want_effect and want_parse_error"),
    ("want_undefined: true, want_eval_error_contains: missing", "it says want_undefined and want_failed"),
    ("want_parse_error: false", "it says nothing of what is expected"),
    ("want_effect: audit, want_details: [tags]", "'want_details' is a list of mappings"),
    ("want_effect: audit, want_details: tags", "'want_details' is a list of mappings"),
    ("want_undecided: kind", "'want_undecided' is a list of places"),
    ("want_undecided: [{}]", "'want_undecided' is a list of places"),
    ("want_effect: audit, host_await: []", "'host_await' is a list of one mapping"),
    ("want_effect: audit, host_await: [{found: null}]", "'host_await' is a list of one mapping"),
]


@pytest.mark.parametrize(("written", "said"), WRONG, ids=[row[0] or "nothing" for row in WRONG])
def test_a_case_that_says_something_else_than_it_means_fails(tmp_path: Path, written: str, said: str) -> None:
    """A misspelt expectation would hold nobody to anything, and the file would be green for ever."""
    path = tmp_path / "kinds.yaml"
    path.write_text(f"cases: [{{note: a, {RULE}, {written}}}]")
    (result,) = check(path)
    assert not result.passed
    assert said in result.reason


def test_keys_are_texts_as_in_json(tmp_path: Path) -> None:
    """A tag may be called `1` or `on`, which YAML would take for a number and a truth."""
    path = tmp_path / "tags.yaml"
    path.write_text(
        """
cases:
  - note: odd tags
    policy_rule:
      if: {allOf: [{field: "tags['on']", equals: a}, {field: "tags['1']", equals: b}]}
      then: {effect: audit}
    resource: {tags: {on: a, 1: b}}
    want_effect: audit
"""
    )
    assert all(result.passed for result in check(path))


def test_all_that_is_wrong_with_a_case_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text("cases: [{note: a, rule: {}, resource: []}, {note: b, resource: {}, want_effect: deny}]")
    first, second = check(path)
    assert len(first.reason.splitlines()) == 3
    assert second.reason == "there is no definition, neither for the file nor for the case"


def test_an_expected_refusal_is_one(tmp_path: Path) -> None:
    """A definition that is taken after all is not what the case was for, nor is another refusal."""
    path = tmp_path / "kinds.yaml"
    path.write_text(
        f"""
cases:
  - {{note: taken, {RULE}, resource: {{}}, want_error: true}}
  - {{note: refused, policy_rule: {{if: {{field: kind, is: x}}, then: {{effect: audit}}}}, want_error: true}}
  - {{note: said, policy_rule: {{if: {{field: kind, is: x}}, then: {{effect: audit}}}}, want_error: no condition}}
  - {{note: other, policy_rule: {{if: {{field: kind, is: x}}, then: {{effect: audit}}}}, want_error: no parameter}}
"""
    )
    assert [(result.case.note, result.passed, result.wanted) for result in check(path)] == [
        ("taken", False, "refused"),
        ("refused", True, "refused"),
        ("said", True, "refused with 'no condition'"),
        ("other", False, "refused with 'no parameter'"),
    ]


def test_one_unreadable_definition_fails_its_own_case(tmp_path: Path) -> None:
    """A file of many cases is worth its run, and a file that is missing isn't the refusal that a case asks for."""
    path = tmp_path / "kinds.yaml"
    path.write_text(
        f"""
policy_definition: none.json
cases:
  - {{note: file, resource: {{}}, want_error: true}}
  - {{note: missing, policy_rule: nowhere.json, want_parse_error: true}}
  - {{note: no JSON, policy_rule: '{{"if": ', want_undefined: true}}
  - {{note: meant, policy_rule: '{{"if": ', want_parse_error: true}}
  - {{note: a text, policy_rule: '"kind"', want_parse_error_contains: expected an object}}
  - {{note: sound, {RULE}, resource: {{kind: OpenAI}}, want_effect: audit}}
"""
    )
    found = {result.case.note: result for result in check(path)}
    assert [note for note, result in found.items() if result.passed] == ["meant", "a text", "sound"]
    assert "none.json: there is no such file" in found["file"].reason


def test_the_keys_of_microsofts_own_evaluator(tmp_path: Path) -> None:
    """Its files of cases are read as they are: api versions, requests, times, refusals and failures in its keys."""
    for folder in ("cases", "aliases"):
        (tmp_path / folder).mkdir()
    (tmp_path / "aliases/table.json").write_text(json.dumps([{"namespace": "Microsoft.Test", "resourceTypes": []}]))

    def rule(subject: str, key: str, wanted: str, effect: str = "audit", details: object = None) -> str:
        then = {"effect": effect} | ({} if details is None else {"details": details})
        return json.dumps({"if": {key: subject, "equals": wanted}, "then": then})

    related = {
        "type": "Microsoft.Test/parts",
        "existenceCondition": {"field": "type", "equals": "Microsoft.Test/parts"},
    }
    cases = [
        {"note": "version", "api_version": "2025-06-01", "want_effect": "audit"},
        {"note": "request", "request_context": {"apiVersion": "2025-06-01"}, "want_effect": "audit"},
        {
            "note": "a request counts before the version",
            "api_version": "2025-06-01",
            "request_context": {"apiVersion": "2020-01-01"},
            "want_undefined": True,
        },
        {
            "note": "the resource has its version",
            "policy_rule": rule("apiVersion", "field", "2025-06-01"),
            "api_version": "2025-06-01",
            "want_effect": "audit",
        },
        {
            "note": "time",
            "policy_rule": rule("[take(utcNow(), 10)]", "value", "2025-02-20"),
            "context": {"utcNow": "2025-02-20T12:00:00Z"},
            "want_effect": "audit",
        },
        {"note": "compiled", "policy_rule": rule("[nothing()]", "value", "x"), "want_compile_error": True},
        {
            "note": "failed",
            "policy_rule": rule("[int(field('name'))]", "value", "x"),
            "resource": {"name": "x"},
            "want_eval_error_contains": "in words of its own",
        },
        {
            "note": "related",
            "policy_rule": rule("name", "field", "x", "auditIfNotExists", related),
            "resource": {"name": "x"},
            "host_await": [{"resource_type": "Microsoft.Test/parts", "response": {"name": "part"}}],
            "want_undefined": True,
        },
    ]
    asked = rule("[requestContext().apiVersion]", "value", "2025-06-01")
    path = tmp_path / "cases/requests.yaml"
    path.write_text(json.dumps({"aliases": "table.json", "policy_rule": asked, "cases": cases}))
    assert not [line for result in check(path) if not result.passed for line in result.lines()]


def test_a_rule_of_its_own_counts_before_the_definition_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text(
        f"""
policy_definition: {{policyRule: {{if: {{field: kind, exists: true}}, then: {{effect: deny}}}}}}
cases:
  - {{note: file, resource: {{kind: OpenAI}}, want_effect: deny}}
  - {{note: own, {RULE}, resource: {{kind: OpenAI}}, want_effect: audit}}
"""
    )
    assert [result.got for result in check(path)] == ["deny", "audit"]


def test_a_definition_in_a_file_of_its_own_names_fields_as_azure_does(tmp_path: Path) -> None:
    """It is the one that is assigned, and Azure refuses plain paths; a rule among the cases may use them."""
    rule = {"if": {"field": "properties.disableLocalAuth", "equals": True}, "then": {"effect": "audit"}}
    (tmp_path / "keys.json").write_text(json.dumps({"mode": "All", "policyRule": rule}))
    path = tmp_path / "keys.yaml"
    path.write_text(
        f"""
cases:
  - {{note: file, policy_definition: keys.json, want_error: neither a field nor an alias}}
  - note: here
    policy_rule: {json.dumps(rule)}
    resource: {{properties: {{disableLocalAuth: true}}}}
    want_effect: audit
"""
    )
    assert all(result.passed for result in check(path))


def test_other_changes_than_those_wanted_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "tags.yaml"
    path.write_text(
        """
cases:
  - note: team
    policy_rule:
      if: {field: "tags['team']", exists: false}
      then: {effect: append, details: [{field: "tags['team']", value: nobody}]}
    resource: {}
    want_effect: append
    want_details: [{field: "tags['team']", value: somebody}]
"""
    )
    (result,) = check(path)
    assert not result.passed
    assert "the changes are append tags['team'] = 'nobody'" in result.reason
