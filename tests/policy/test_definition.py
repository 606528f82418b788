"""Loading: what Azure takes is taken, and what it, or this evaluator, doesn't is refused by name and place."""

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.definition_registry import own
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.policy import RuleOutcome
from modelyard.policy.effects.effect import Effect
from modelyard.policy.failures import DefinitionRefused, ParameterRefused
from modelyard.policy.language.aliases import Alias, Aliases, standard
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Unknown

TRUE = {"field": "kind", "exists": True}
AUDIT = {"effect": "audit"}


def _definition(condition: Any = TRUE, then: Any = AUDIT, **rest: Any) -> dict[str, Any]:
    return {"name": "house", "properties": {"mode": "All", "policyRule": {"if": condition, "then": then}, **rest}}


def _nested(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = TRUE
    for _ in range(levels):
        condition = {"not": condition}
    return condition


REFUSED = [
    ("an unknown condition", {"field": "kind", "equal": 1}, "policyRule.if.equal"),
    ("two conditions", {"field": "kind", "equals": 1, "notEquals": 2}, "policyRule.if.notEquals"),
    ("no condition", {"field": "kind"}, "policyRule.if"),
    ("no subject", {"equals": 1}, "policyRule.if.equals"),
    ("an old subject", {"source": "action", "like": "x"}, "policyRule.if.source"),
    ("nothing", {}, "policyRule.if"),
    ("conditions within conditions without end", _nested(2000), "policyRule.if" + ".not" * 101),
    ("a list", [], "policyRule.if"),
    ("a word in place of a condition", {"allOf": ["kind"]}, "policyRule.if.allOf[0]"),
    ("an object in place of a list", {"allOf": {}}, "policyRule.if.allOf"),
    ("no condition in an operator", {"not": {"anyOf": []}}, "policyRule.if.not.anyOf"),
    ("company for a logical operator", {"not": TRUE, "equals": 1}, "policyRule.if.equals"),
    ("a field nobody has", {"field": "colour", "equals": "red"}, "policyRule.if.field"),
    ("a field that is a number", {"field": "[add(1, 2)]", "equals": "red"}, "policyRule.if.field"),
    ("a plain path", {"field": "properties.x", "equals": "red"}, "policyRule.if.field"),
    ("a place deep inside", {"allOf": [TRUE, {"not": {"field": "kind", "matches": "x"}}]},
     "policyRule.if.allOf[1].not.matches"),
    ("in without a list", {"field": "kind", "in": "OpenAI"}, "policyRule.if.in"),
    ("equals with a list", {"field": "kind", "equals": ["OpenAI"]}, "policyRule.if.equals"),
    ("exists with a word", {"field": "kind", "exists": "maybe"}, "policyRule.if.exists"),
    ("an expression cut short", {"value": "[concat('a']", "equals": "a"}, "policyRule.if.value"),
    ("a bare name in an expression", {"value": "[kind]", "equals": "a"}, "policyRule.if.value"),
    ("no such function", {"value": "[shout('a')]", "equals": "a"}, "policyRule.if.value"),
    ("a function templates have", {"value": "[reference('a')]", "equals": "a"}, "policyRule.if.value"),
    ("any list function", {"value": "[listKeys('a')]", "equals": "a"}, "policyRule.if.value"),
    ("a name of what is counted by a field",
     {"count": {"field": "Microsoft.CognitiveServices/accounts/networkAcls.ipRules[*]", "name": "rule"}, "equals": 1},
     "policyRule.if.count.name"),
    ("a part of a count twice", {"count": {"value": [1], "Value": [2]}, "equals": 1}, "policyRule.if.count"),
    ("a list of a type without a last part",
     {"field": "Microsoft.CognitiveServices/accounts/[*]", "equals": "a"}, "policyRule.if.field"),
    ("what an endpoint said", {"value": "[claims().x]", "equals": "a"}, "policyRule.if.value"),
    ("who deploys", {"value": "[deployer().objectId]", "equals": "a"}, "policyRule.if.value"),
    ("a format of .NET's", {"value": "[format('{0:N2}', field('kind'))]", "equals": "a"}, "policyRule.if.value"),
    ("a date format of .NET's", {"value": "[utcNow('G')]", "equals": "a"}, "policyRule.if.value"),
    ("too few arguments", {"value": "[replace('a', 'b')]", "equals": "a"}, "policyRule.if.value"),
    ("too many arguments", {"value": "[toLower('a', 'b')]", "equals": "a"}, "policyRule.if.value"),
    ("a parameter nobody declared", {"value": "[parameters('x')]", "equals": "a"}, "policyRule.if.value"),
    ("current outside a count", {"value": "[current('x')]", "equals": "a"}, "policyRule.if.value"),
    ("current of another count", {"count": {"value": [1], "name": "a", "where": {
        "value": "[current('b')]", "equals": 1}}, "equals": 1}, "policyRule.if.count.where.value"),
    ("a count of both", {"count": {"field": "tags", "value": []}, "equals": 1}, "policyRule.if.count"),
    ("a count of no array", {"count": {"field": "Microsoft.Test/things/list"}, "equals": 1},
     "policyRule.if.count.field"),
    ("a count of a text", {"count": {"value": "abc"}, "equals": 1}, "policyRule.if.count.value"),
    ("a count with more", {"count": {"value": [], "filter": {}}, "equals": 1}, "policyRule.if.count.filter"),
    ("a count inside without a name", {"count": {"value": [1], "where": {"count": {"value": [1]}, "equals": 1}},
                                       "equals": 1}, "policyRule.if.count.where.count"),
    ("two counts of one name", {"count": {"value": [1], "name": "n", "where": {
        "count": {"value": [1], "name": "n"}, "equals": 1}}, "equals": 1}, "policyRule.if.count.where.count.name"),
    ("a name of more than letters and digits", {"count": {"value": [1], "name": "n-1"}, "equals": 1},
     "policyRule.if.count.name"),
    ("more turns than Azure takes", {"count": {"value": list(range(11)), "name": "a", "where": {
        "count": {"value": list(range(10)), "name": "b"}, "equals": 1}}, "equals": 1},
     "policyRule.if.count.where.count.value"),
    ("more values than Azure counts", {"count": {"value": list(range(101))}, "equals": 1}, "policyRule.if.count.value"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "place"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_conditions(strict: Fields, condition: Any, place: str) -> None:
    """The place is what the author searches the file for, so it is exact."""
    with pytest.raises(DefinitionRefused) as refused:
        Definition.load(_definition(condition), strict)
    assert refused.value.place == place
    assert refused.value.definition == "house"
    assert "policy.definition-refused" in str(refused.value)


THENS: list[tuple[str, Any, str]] = [
    ("no effect of that name", {"effect": "forbid"}, "policyRule.then.effect"),
    ("an effect of another mode", {"effect": "addToNetworkGroup"}, "policyRule.then.effect"),
    ("an effect that depends on the resource", {"effect": "[field('kind')]"}, "policyRule.then.effect"),
    ("more than effect and details", {"effect": "audit", "message": "x"}, "policyRule.then.message"),
    ("modify without operations", {"effect": "modify", "details": {}}, "policyRule.then.details.operations"),
    ("modify of an unknown kind", {"effect": "modify", "details": {"operations": [
        {"operation": "rename", "field": "tags['a']"}]}}, "policyRule.then.details.operations[0].operation"),
    ("modify without a value", {"effect": "modify", "details": {"operations": [
        {"operation": "add", "field": "tags['a']"}]}}, "policyRule.then.details.operations[0]"),
    ("remove of something else than a tag", {"effect": "modify", "details": {"operations": [
        {"operation": "remove", "field": "Microsoft.Test/things/x"}]}}, "policyRule.then.details.operations[0].field"),
    ("modify of no field", {"effect": "modify", "details": {"operations": [
        {"operation": "add", "field": "colour", "value": 1}]}}, "policyRule.then.details.operations[0].field"),
    ("an unknown conflict effect", {"effect": "modify", "details": {"conflictEffect": "warn", "operations": [
        {"operation": "add", "field": "tags['a']", "value": 1}]}}, "policyRule.then.details.conflictEffect"),
    ("modify without roles", {"effect": "modify", "details": {"operations": [
        {"operation": "add", "field": "tags['a']", "value": 1}]}}, "policyRule.then.details.roleDefinitionIds"),
    ("modify with a word misspelt", {"effect": "modify", "details": {"conflicteffekt": "audit"}},
     "policyRule.then.details.conflicteffekt"),
    ("an operation with a word misspelt", {"effect": "modify", "details": {"operations": [
        {"operation": "add", "field": "tags['a']", "value": 1, "conditon": False}]}},
     "policyRule.then.details.operations[0].conditon"),
    ("an operation whose condition asks the resource", {"effect": "modify", "details": {"operations": [
        {"operation": "add", "field": "tags['a']", "value": 1, "condition": "[equals(field('kind'), 'a')]"}]}},
     "policyRule.then.details.operations[0].condition"),
    ("an operation whose condition asks its group", {"effect": "modify", "details": {"operations": [
        {"operation": "add", "field": "tags['a']", "value": 1, "condition": "[empty(resourceGroup().tags)]"}]}},
     "policyRule.then.details.operations[0].condition"),
    ("append with a word misspelt", {"effect": "append", "details": [{"field": "tags['a']", "value": 1, "if": 2}]},
     "policyRule.then.details[0].if"),
    ("a related condition misspelt", {"effect": "auditIfNotExists", "details": {
        "type": "a/b", "existenceConditon": TRUE}}, "policyRule.then.details.existenceConditon"),
    ("a related kind, which Azure doesn't ask for", {"effect": "auditIfNotExists", "details": {
        "type": "a/b", "kind": "x"}}, "policyRule.then.details.kind"),
    ("a delay of no such kind", {"effect": "auditIfNotExists", "details": {"type": "a/b", "evaluationDelay": "soon"}},
     "policyRule.then.details.evaluationDelay"),
    ("a deployment of no such scope", {"effect": "deployIfNotExists", "details": {
        "type": "a/b", "deploymentScope": "tenant"}}, "policyRule.then.details.deploymentScope"),
    ("a deployment by nobody", {"effect": "deployIfNotExists", "details": {"type": "a/b", "deployment": {}}},
     "policyRule.then.details.roleDefinitionIds"),
    ("a deployment of nothing", {"effect": "deployIfNotExists", "details": {"type": "a/b", "roleDefinitionIds": [
        "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"]}},
     "policyRule.then.details.deployment"),
    ("an action with a word misspelt", {"effect": "denyAction", "details": {
        "actionNames": ["delete"], "cascade": {}}}, "policyRule.then.details.cascade"),
    ("a cascade of no such behaviour", {"effect": "denyAction", "details": {
        "actionNames": ["delete"], "cascadeBehaviors": {"resourceGroup": "maybe"}}},
     "policyRule.then.details.cascadeBehaviors.resourceGroup"),
    ("a cascade from elsewhere", {"effect": "denyAction", "details": {
        "actionNames": ["delete"], "cascadeBehaviors": {"subscription": "deny"}}},
     "policyRule.then.details.cascadeBehaviors.subscription"),
    ("a state nobody attests", {"effect": "manual", "details": {"defaultState": "fine"}},
     "policyRule.then.details.defaultState"),
    ("manual with more", {"effect": "manual", "details": {"state": "Unknown"}}, "policyRule.then.details.state"),
    ("details of no effect", {"effect": "deny", "details": {"message": "x"}}, "policyRule.then.details"),
    ("details of another effect that are wrong", {"effect": "audit", "details": {
        "type": "a/b", "existenceConditon": TRUE}}, "policyRule.then.details.existenceConditon"),
    ("the effect of another language", {"effect": "mutate"}, "policyRule.then.effect"),
    ("append of an object", {"effect": "append", "details": {"field": "tags['a']", "value": 1}},
     "policyRule.then.details"),
    ("a related type missing", {"effect": "auditIfNotExists", "details": {}}, "policyRule.then.details.type"),
    ("a related condition gone wrong", {"effect": "auditIfNotExists", "details": {
        "type": "a/b", "existenceCondition": {"field": "kind", "is": 1}}},
     "policyRule.then.details.existenceCondition.is"),
    ("an unknown scope", {"effect": "auditIfNotExists", "details": {"type": "a/b", "existenceScope": "tenant"}},
     "policyRule.then.details.existenceScope"),
    ("an action nobody can stop", {"effect": "denyAction", "details": {"actionNames": ["write"]}},
     "policyRule.then.details.actionNames[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("then", "place"), [row[1:] for row in THENS], ids=[row[0] for row in THENS])
def test_refused_effects(strict: Fields, then: Any, place: str) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        Definition.load(_definition(then=then), strict)
    assert refused.value.place == place


def test_details_are_checked_while_the_effect_is_open(strict: Fields) -> None:
    """A definition whose effect is a parameter must not wait for its first assignment to be found wrong."""
    parameters = {"effect": {"type": "String"}}
    then = {"effect": "[parameters('effect')]", "details": {"operations": [{"operation": "rename", "field": "kind"}]}}
    with pytest.raises(DefinitionRefused, match="no operation of modify"):
        Definition.load(_definition(then=then, parameters=parameters), strict)


@pytest.mark.parametrize(
    "mode", ["Microsoft.Kubernetes.Data", "Microsoft.ContainerService.Data", "Microsoft.Network.Data", "Everything"]
)
def test_refused_modes(strict: Fields, mode: str) -> None:
    """Rules of those modes are of another language; evaluating them as this one would be a wrong answer."""
    with pytest.raises(DefinitionRefused) as refused:
        Definition.load(_definition() | {"properties": _definition()["properties"] | {"mode": mode}}, strict)
    assert refused.value.place == "mode"


def test_a_property_that_definitions_do_not_have_is_refused(strict: Fields) -> None:
    """A misspelt `parameters` would leave a rule without its defaults."""
    with pytest.raises(DefinitionRefused) as refused:
        Definition.load(_definition(paramters={}), strict)
    assert refused.value.place == "properties.paramters"


def test_what_another_endpoint_decides_is_refused(strict: Fields) -> None:
    """Its answer is part of the result, and nobody here can ask for it."""
    with pytest.raises(DefinitionRefused) as refused:
        Definition.load(_definition(externalEvaluationEnforcementSettings={"missingTokenAction": "deny"}), strict)
    assert refused.value.place == "externalEvaluationEnforcementSettings"


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"properties": None},
        {"properties": []},
        {"properties": "x"},
        {"properties": {}},
        {"policyRule": []},
        {"policyRule": {"if": TRUE}},
    ],
)
def test_what_is_no_definition(strict: Fields, document: Any) -> None:
    with pytest.raises(DefinitionRefused):
        Definition.load(document, strict, name="file.json")


def test_the_limits_are_azures(strict: Fields) -> None:
    """A rule Azure would refuse for its size is refused here, before anybody deploys it."""
    nested = "field('kind')"
    for _ in range(70):
        nested = f"toLower({nested})"
    with pytest.raises(DefinitionRefused, match="levels of nested functions"):
        Definition.load(_definition({"value": f"[{nested}]", "equals": "a"}), strict)
    many = {"anyOf": [TRUE] * 4097}
    with pytest.raises(DefinitionRefused, match="conditions in a rule"):
        Definition.load(_definition(many), strict)
    counts = {"anyOf": [{"count": {"value": [1]}, "equals": 1}] * 11}
    with pytest.raises(DefinitionRefused, match="counts of a value"):
        Definition.load(_definition(counts), strict)


def test_a_parameter_without_a_value_leaves_verdicts_open(strict: Fields) -> None:
    """A definition can be tried before it is assigned; what depends on the missing value is undecided, no more."""
    parameters = {"kinds": {"type": "Array"}}
    condition = {"allOf": [{"field": "kind", "exists": True}, {"field": "kind", "in": "[parameters('kinds')]"}]}
    definition = Definition.load(_definition(condition, parameters=parameters), strict)
    open_ = definition.bind({}, complete=False)
    assert open_.evaluate(EvaluatedResource({})).outcome is RuleOutcome.COMPLIANT
    result = open_.evaluate(EvaluatedResource({"kind": "OpenAI"}))
    assert (result.outcome, result.waits_for) == (RuleOutcome.UNDECIDED, ("parameters('kinds')",))
    with pytest.raises(ParameterRefused, match="no value is given"):
        definition.bind({})


def test_an_open_effect_is_undecided(strict: Fields) -> None:
    definition = Definition.load(
        _definition(then={"effect": "[parameters('effect')]"}, parameters={"effect": {"type": "String"}}), strict
    )
    policy = definition.bind({}, complete=False)
    assert isinstance(policy.effect, Unknown)
    result = policy.evaluate(EvaluatedResource({"kind": "OpenAI"}))
    assert (result.outcome, result.waits_for) == (RuleOutcome.UNDECIDED, ("parameters('effect')",))


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        ({"type": "Microsoft.CognitiveServices/accounts", "kind": "x"}, RuleOutcome.VIOLATION),
        ({"type": "Microsoft.CognitiveServices/accounts/deployments", "kind": "x"}, RuleOutcome.NOT_APPLICABLE),
        ({"type": "Microsoft.Resources/resourceGroups", "location": "westus", "kind": "x"}, RuleOutcome.NOT_APPLICABLE),
        ({"type": "Microsoft.Search/searchServices", "kind": "x"}, RuleOutcome.VIOLATION),
        ({"type": "Microsoft.Sql/servers/databases", "kind": "x"}, RuleOutcome.NOT_APPLICABLE),
        ({"type": "Microsoft.Sql/servers/databases", "kind": "x", "location": "westus"}, RuleOutcome.VIOLATION),
    ],
    ids=lambda each: each["type"] if isinstance(each, dict) else str(each),
)
def test_mode_indexed(strict: Fields, document: dict[str, Any], outcome: RuleOutcome) -> None:
    """Indexed leaves out what has no tags and location. A rule for deployments in mode Indexed never fires, and
    a team that believes itself protected must see that.
    """
    definition = Definition.load(
        _definition() | {"properties": _definition()["properties"] | {"mode": "Indexed"}}, strict
    )
    assert definition.bind({}).evaluate(EvaluatedResource(document)).outcome is outcome


def test_no_mode_is_indexed(strict: Fields) -> None:
    body = {name: value for name, value in _definition()["properties"].items() if name != "mode"}
    assert Definition.load(body, strict).mode == "Indexed"


def test_given_definitions_load(shared: Path) -> None:
    """Microsoft's built-in definitions for AI services, and a hundred others, are of the language evaluated here."""
    fields = Fields(Aliases())
    loaded = 0
    for folder in ("definitions", "other-definitions"):
        for path in sorted((shared / "azure-policy" / folder).glob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8-sig"))
            if "policyDefinitions" in document["properties"]:
                assert Initiative.load(document, name=path.name).members
            else:
                assert isinstance(Definition.load(document, fields, name=path.name).effects, frozenset)
            loaded += 1
    assert loaded == 130


def test_azures_own_definitions_load(shared: Path) -> None:
    """All of them, but those of modes whose rules are of another language: Gatekeeper's, and one that never got out."""
    fields = Fields(standard())
    loaded = 0
    refused: Counter[str] = Counter()
    for document in _built_ins(shared):
        if "policyDefinitions" in document["properties"]:
            assert Initiative.load(document).members
            loaded += 1
            continue
        try:
            Definition.load(document, fields)
            loaded += 1
        except DefinitionRefused as failure:
            refused[f"{failure.place}: {document['properties']['mode']}"] += 1
    assert refused == {
        "mode: Microsoft.Kubernetes.Data": 149,
        "mode: Microsoft.ContainerService.Data": 9,
        "mode: Microsoft.MachineLearningServices.Data": 6,
    }
    assert loaded == 5009 + 257 - 164


def _built_ins(shared: Path) -> Iterator[dict[str, Any]]:
    with tarfile.open(shared / "azure-policy" / "built-ins.tar.xz") as archive:
        for file in archive:
            text = archive.extractfile(file) if "/policy" in file.name and file.name.endswith(".json") else None
            if text is not None:
                yield json.loads(text.read().decode("utf-8-sig"))


def test_limits_for_authors_do_not_bind_azure(strict: Fields) -> None:
    """A built-in counts 115 members of a value."""
    counted = {"count": {"value": list(range(115)), "where": {"value": "[current()]", "equals": 3}}, "equals": 1}
    body = _definition(counted)["properties"]
    with pytest.raises(DefinitionRefused, match="115 members"):
        Definition.load(body, strict)
    assert Definition.load({**body, "policyType": "BuiltIn"}, strict).bind({})


def test_modify_of_what_can_not_be_modified() -> None:
    """Azure refuses it when it is written. Where no table says so it is taken, and told."""
    kind = "Microsoft.CognitiveServices/accounts"
    table = standard() | Aliases([Alias(f"{kind}/fixed", "properties.fixed", modifiable=False)])

    def definition(alias: str, **more: str) -> Definition:
        operations = [{"operation": "addOrReplace", "field": f"{kind}/{alias}", "value": True}]
        details = {"roleDefinitionIds": ["/r"], "operations": operations}
        rule = {"if": {"field": "type", "equals": kind}, "then": {"effect": "modify", "details": details}}
        return Definition.load({"mode": "All", "policyRule": rule, **more}, Fields(table))

    with pytest.raises(DefinitionRefused, match="modify can't change") as refused:
        definition("fixed")
    assert refused.value.place == "policyRule.then.details.operations[0].field"
    assert definition("fixed", policyType="BuiltIn")
    assert definition("disableLocalAuth").notes == ()
    assert "no table says" in definition("endpoint").notes[0]
    table = standard()
    assert len(definition("ofNextYear").notes) == 2, "neither the alias nor its modifying is known"


def test_effects_bind_as_their_parameter_says(strict: Fields) -> None:
    definition = own(strict).definition("test", "modelyard/keyless")
    assert definition.bind({}).effect is Effect.DENY
    assert definition.bind({"EFFECT": "Audit"}).effect is Effect.AUDIT, "names of parameters take no notice of case"
    assert definition.bind({}, effect="disabled").effect is Effect.DISABLED
