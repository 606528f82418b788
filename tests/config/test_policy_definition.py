"""Definitions as the configuration sees them: enough to hold an assignment's values against."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from modelyard.catalog.built_in_policies import NOTHING, built_ins
from modelyard.config.policy_definition import (
    OWN,
    TEAM,
    DefinitionFiles,
    DefinitionUnreadable,
    from_built_in,
    from_document,
)
from modelyard.policy.documents.definition import Definition
from modelyard.policy.language.aliases import from_rows
from modelyard.policy.language.fields import Fields

FILES = DefinitionFiles(Path("nowhere"))


def document(effect: str = "deny", parameters: dict[str, Any] | None = None, **more: Any) -> str:
    rule = {"if": {"field": "type", "equals": "x"}, "then": {"effect": effect, **more}}
    return json.dumps({"properties": {"mode": "All", "parameters": parameters or {}, "policyRule": rule}})


@pytest.mark.parametrize("stem", FILES.stems(OWN))
def test_what_comes_with_modelyard_can_be_assigned(stem):
    """The rule is the policy room's to judge; both rooms must read the same file the same way."""
    text = FILES.read(OWN, stem) or b""
    ours = from_document(f"modelyard/{stem}", text)
    theirs = Definition.load(json.loads(text), Fields(from_rows(())), name=stem)
    assert ours.mode == theirs.mode
    assert set(ours.parameters or ()) == {parameter.name for parameter in theirs.parameters.values()}


@pytest.mark.parametrize("known", built_ins(), ids=lambda known: known.name)
def test_a_built_in_is_assigned_by_its_id(known):
    definition = from_built_in(f"builtin/{known.name}", known)
    assert definition.id == known.id
    assert not definition.document, "Azure has it"
    assert definition.effect_with({}), "an effect by default, or a fixed one"


def test_the_effect_is_fixed_or_a_parameters():
    assert from_document("team/x", document("Audit")).effect_with({"effect": "Deny"}) == "Audit"
    parameters = {"what": {"type": "String", "defaultValue": "Audit"}}
    chosen = from_document("team/x", document("[parameters('what')]", parameters))
    assert (chosen.effect_parameter, chosen.effect) == ("what", "")
    assert chosen.effect_with({}) == "Audit"
    assert chosen.effect_with({"what": "Deny"}) == "Deny"
    computed = from_document("team/x", document("[if(true(), 'deny', 'audit')]"))
    assert (computed.effect, computed.effect_parameter, computed.effect_with({})) == ("", "", "")


@pytest.mark.parametrize(("effect", "remediates"), [("Modify", True), ("deployIfNotExists", True), ("Deny", False)])
def test_who_needs_an_identity(effect, remediates):
    roles = ["/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"]
    definition = from_document("team/x", document(effect, details={"roleDefinitionIds": roles}))
    assert definition.remediates({}) is remediates
    assert definition.roles == ("b24988ac-6180-42a0-ab88-20f7382dd24c",)


def test_types_are_read_without_regard_to_case():
    """Azure's own definitions write `string` and `String`."""
    definition = from_document("team/x", document(parameters={"a": {"type": "array"}, "b": {"type": "datetime"}}))
    parameters = (definition.parameters or {}).values()
    assert [each.type for each in parameters] == ["Array", "DateTime"]
    assert all(each.default is NOTHING for each in parameters)


def test_properties_may_be_left_out():
    inner = json.loads(document())["properties"]
    assert from_document("team/x", json.dumps(inner)).document == inner


def test_names_of_members_have_no_case():
    """As in Azure, and in every audit of the same file."""
    rule = {"If": {}, "Then": {"Effect": "[parameters('WHAT')]"}}
    written = {"Properties": {"Mode": "all", "PolicyRule": rule, "Parameters": {"what": {"Type": "String"}}}}
    definition = from_document("team/x", json.dumps(written))
    assert (definition.mode, definition.effect_parameter) == ("All", "what")
    assert set(definition.document) == {"mode", "policyRule", "parameters"}, "as Azure spells them"


def test_a_member_that_definitions_do_not_have_is_told():
    with pytest.raises(DefinitionUnreadable, match="a definition has no 'polcyRule'"):
        from_document("team/x", json.dumps({"properties": {"policyRule": RULE, "polcyRule": {}}}))


def test_the_mode_is_indexed_where_nothing_is_said():
    assert from_document("team/x", '{"policyRule": {"if": {}, "then": {"effect": "deny"}}}').mode == "Indexed"


RULE = {"if": {}, "then": {"effect": "deny"}}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"properties": "\xff"}', "UTF-8 (byte 16)"),
        (b"[" * 100_000, "nested more than 100 levels deep"),
        (b"[]", "a JSON object"),
        (json.dumps({"policyRule": RULE, "mode": ["All"]}), "mode"),
        (json.dumps({"policyRule": RULE, "parameters": []}), "parameters are an object"),
        (
            json.dumps({"policyRule": RULE, "parameters": {"a": {"type": 5}}}),
            "parameters.a.type: '5' is no type",
        ),
        (
            json.dumps({"policyRule": RULE, "parameters": {"a": {"type": "String", "allowedValues": 5}}}),
            "parameters.a.allowedValues: allowed values are an array",
        ),
        (
            json.dumps({"policyRule": RULE, "parameters": {"a": {"type": "String", "metadata": "x"}}}),
            "parameters.a.metadata: metadata is an object",
        ),
        (
            json.dumps({"policyRule": {"if": {}, "then": {"effect": "modify", "details": {"roleDefinitionIds": 5}}}}),
            "roleDefinitionIds: roles are a list",
        ),
    ],
)
def test_what_is_no_definition_is_told(content, says):
    """A team's file is written by hand; a mistake in it is a finding, and no traceback of ours."""
    with pytest.raises(DefinitionUnreadable, match=re.escape(says)):
        from_document("team/x", content)


def test_a_mark_at_the_beginning_of_a_file_does_no_harm():
    """Editors on Windows write one."""
    assert from_document("team/x", b"\xef\xbb\xbf" + document().encode()).mode == "All"


def test_broken_json_says_where():
    with pytest.raises(DefinitionUnreadable, match="line 2, column 3: a key without quotes"):
        from_document("team/x", "{\n  oops}")


def test_a_team_without_definitions_has_none(tmp_path):
    files = DefinitionFiles(tmp_path / "policies/azure")
    assert files.stems(TEAM) == ()
    assert files.read(TEAM, "x") is None


@pytest.mark.parametrize("stem", ["../secret", "a/../../b", ""])
def test_a_reference_leads_to_no_other_file(tmp_path, stem):
    (tmp_path / "azure").mkdir()
    (tmp_path / "secret.json").write_text("{}")
    assert DefinitionFiles(tmp_path / "azure").read(TEAM, stem) is None
