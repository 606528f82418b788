"""Policies as their authors test them: a file of resources and effects, which `modelyard policy test` runs."""

import json
from pathlib import Path

import pytest

from modelyard.policy.cases import CaseResult, check
from modelyard.policy.failures import AliasesUnreadable, CasesUnreadable

HERE = Path(__file__).parent / "cases"
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


def test_given_tables(shared: Path) -> None:
    """Microsoft's own evaluator is held to these; all of them, in the effect's exact spelling."""
    results = [each for path in sorted((shared / "azure-policy/cases").glob("*.yaml")) for each in check(path)]
    failed = [line for result in results if not result.passed for line in result.lines()]
    assert not failed, "\n".join(failed)
    assert len(results) == 383
    spelled = [result.case.note for result in results if result.wanted != result.got]
    assert not spelled, "the effect keeps the spelling of the definition or the parameter"


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
    ("text", "failure"),
    [
        ("cases: [", CasesUnreadable),
        ("- a list", CasesUnreadable),
        ("", CasesUnreadable),
        ("cases: {}", CasesUnreadable),
        ("{aliases: none.json, cases: []}", CasesUnreadable),
        ("{policy_definition: none.json, cases: []}", CasesUnreadable),
        ("{policy_definition: '{', cases: []}", CasesUnreadable),
        ("{aliases: broken.json, cases: []}", AliasesUnreadable),
        ("{aliases: odd.json, cases: []}", AliasesUnreadable),
    ],
)
def test_a_file_that_is_no_test(tmp_path: Path, text: str, failure: type[Exception]) -> None:
    """What can't be read is one failure that names the file, never a traceback."""
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "odd.json").write_text('[{"namespace": "x"}]')
    path = tmp_path / "cases.yaml"
    path.write_text(text)
    with pytest.raises(failure):
        check(path)
