"""No definition and no resource raises anything that isn't ours, nor takes all time and memory: whoever audits a
repository reads what others wrote.
"""

import contextlib
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.exemption import Exemption
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.policy import Policy, RuleOutcome, RuleResult
from modelyard.policy.effects.apply import apply
from modelyard.policy.failures import DefinitionRefused, PolicyFailure
from modelyard.policy.language.aliases import standard
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.operators import like
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN, EvaluationFailed
from modelyard.policy.testing.loader import read

FIELDS = Fields(standard())
OWN = [
    json.loads(each.read_text(encoding="utf-8"))
    for each in sorted((resources.files("modelyard.policy") / "definitions").iterdir(), key=lambda each: each.name)
    if each.name.endswith(".json")
]


def _gather(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _gather(inner)


PIECES = [piece for document in OWN for piece in _gather(document["properties"]["policyRule"])]
WORDS = st.sampled_from(
    ["", "[*]", "accounts/[*]", "Microsoft.CognitiveServices/accounts/[*]", "tags[]", "tags['", "Microsoft.X/", "a.b",
     "[concat('tags[', parameters('none'), ']')]", "[field('Microsoft.CognitiveServices/accounts/sku.name')]",
     "[add(9223372036854775807, 1)]", "[int('1e999')]", "[current()]", "[field('tags')]", "[length(field('tags'))]",
     "[split(field('name'), field('name'))]", "[first(field('name'))]", "[addDays(field('name'), 1)]", "9" * 400,
     "[json(field('name'))]", "[join(field('tags'), ',')]", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00",
     "[format('{9999999999}', 1)]", "[format('{²}', 1)]", "\ud800", "[base64('\ud800')]", "1e999", "(", "*a*a*a*b",
     "Microsoft.CognitiveServices/accounts/networkAcls.ipRules[*].value", "Microsoft.Compute/imagePublisher"]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**400), st.floats(allow_nan=False, allow_infinity=False), WORDS,
    st.text(max_size=8),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(
        ["allOf", "anyOf", "not", "field", "value", "count", "where", "name", "equals", "in", "like", "less", "exists",
         "contains", "containsKey", "match", "effect", "details", "operations", "operation", "type", "if", "then",
         "existenceCondition", "roleDefinitionIds", "defaultValue", "allowedValues", "schema", "pattern", "$ref"]
    ),
    st.text(max_size=5),
)  # fmt: skip
JSON = st.recursive(
    st.one_of(SCALARS, st.sampled_from(PIECES)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """One of our own definitions with something else in one place."""
    document = json.loads(json.dumps(draw(st.sampled_from(OWN))))
    holder: Any = document
    for _ in range(draw(st.integers(0, 8))):
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            break
        key = draw(st.sampled_from(keys))
        if not isinstance(holder[key], dict | list) or draw(st.booleans()):
            holder[key] = draw(JSON)
            return document
        holder = holder[key]
    if isinstance(holder, dict):
        holder[draw(NAMES)] = draw(JSON)
    return document


DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["Microsoft.CognitiveServices/accounts", "Microsoft.CognitiveServices/accounts/deployments", 5, UNKNOWN]
        ),
        "name": SCALARS,
        "id": SCALARS,
        "kind": JSON,
        "sku": JSON,
        "tags": JSON,
        "identity": JSON,
        "location": JSON,
        "properties": st.one_of(JSON, st.just(UNKNOWN), st.fixed_dictionaries({"model": JSON, "networkAcls": JSON})),
    },
)


def _asked(result: RuleResult) -> None:
    """Everything that reports ask of a result."""
    list(result.explain().lines())
    result.explain().document()
    list(result.decided_by.lines())
    if (related := result.related) is not None:
        list(related.lines())
    with contextlib.suppress(EvaluationFailed):
        apply(result.resource, result.changes)


def _bound(document: Any) -> Policy | None:
    try:
        return Definition.load(document, FIELDS, name="fuzzed").bind({}, complete=False)
    except PolicyFailure:
        return None


@given(mutants(), DOCUMENTS)
def test_no_definition_raises_what_is_not_ours(document: Any, resource: dict[str, Any]) -> None:
    policy = _bound(document)
    if policy is not None:
        _asked(policy.evaluate(EvaluatedResource(resource)))


@given(JSON, DOCUMENTS)
def test_no_rule_raises_what_is_not_ours(condition: Any, resource: dict[str, Any]) -> None:
    policy = _bound({"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}})
    if policy is not None:
        _asked(policy.evaluate(EvaluatedResource(resource)))


@given(st.sampled_from(OWN), DOCUMENTS)
def test_no_resource_raises_what_is_not_ours(document: Any, resource: dict[str, Any]) -> None:
    _asked(Definition.load(document, FIELDS).bind({}, complete=False).evaluate(EvaluatedResource(resource)))


@given(JSON)
def test_no_document_raises_what_is_not_ours(document: Any) -> None:
    for load in (Assignment.load, Exemption.load, Initiative.load):
        for each in (document, {"name": "x", "properties": document}):
            with contextlib.suppress(PolicyFailure):
                load(each)


def _deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "condition",
    [
        {"value": "[string(field('properties.deep'))]", "equals": "a"},
        {"value": "[contains(createArray(1), field('properties.deep'))]", "equals": True},
        {"value": "[field('properties.deep')]", "equals": "[field('properties.deep')]"},
        {"value": "[union(field('properties.deep'), createArray(1))]", "equals": "a"},
    ],
    ids=lambda condition: str(condition["value"]),
)
def test_a_resource_without_bottom_is_a_failed_evaluation(condition: dict[str, Any]) -> None:
    """Azure takes a failed evaluation for a deny; a traceback would take the audit with it."""
    definition = Definition.load(
        {"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}}, Fields(standard(), raw=True)
    )
    result = definition.bind({}).evaluate(EvaluatedResource({"properties": {"deep": _deep(20000)}}))
    assert result.outcome in {RuleOutcome.FAILED, RuleOutcome.COMPLIANT}
    if result.outcome is RuleOutcome.FAILED:
        assert "nested too deeply" in result.reason or "128" in result.reason or "131072" in result.reason


def test_like_takes_no_longer_than_its_text() -> None:
    """A pattern whose stars are tried in every combination takes minutes, for one resource."""
    assert not like("*a*a*a*a*c")("a" * 256)
    assert not like("*".join(["", *"abcdefghij" * 20, "!"]))("abcdefghij" * 5000)
    assert like("*a?c*")("xxabcxx")
    assert not like("a*a")("a"), "the end is not the beginning"
    assert like("a*b*c")("a-b-b-c")
    assert not like("a*bc*c")("abc")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"pattern": "("}}},
        {"type": "object", "$ref": "#"},
        {"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}},
    ],
)
def test_a_schema_that_leads_nowhere_is_refused(schema: dict[str, Any]) -> None:
    rule = {"if": {"field": "kind", "equals": "x"}, "then": {"effect": "audit"}}
    with pytest.raises(PolicyFailure):
        Definition.load(
            {
                "mode": "All",
                "parameters": {"p": {"type": "Object", "schema": schema, "defaultValue": {"a": "x"}}},
                "policyRule": rule,
            },
            FIELDS,
        )


def test_an_unknown_inside_a_count_is_explained() -> None:
    """Members nobody has seen are no members to explain."""
    filters = "Microsoft.CognitiveServices/accounts/raiPolicies/contentFilters[*]"
    inner = {"count": {"field": filters, "where": {"field": f"{filters}.name", "equals": "a"}}, "greater": 0}
    rule = {"count": {"value": ["x", "y"], "name": "each", "where": inner}, "equals": 2}
    definition = Definition.load({"mode": "All", "policyRule": {"if": rule, "then": {"effect": "audit"}}}, FIELDS)
    document = {
        "type": "Microsoft.CognitiveServices/accounts/raiPolicies", "properties": {"contentFilters": UNKNOWN},
    }  # fmt: skip
    _asked(definition.bind({}).evaluate(EvaluatedResource(document)))


def test_names_that_differ_in_case_are_one() -> None:
    rule = {"if": {"field": "kind", "equals": "x"}, "then": {"effect": "audit"}}
    parameter = {"type": "String", "defaultValue": "a"}
    for document in (
        {"mode": "All", "parameters": {"p": parameter, "P": parameter}, "policyRule": rule},
        {"properties": {"mode": "All", "Mode": "Indexed", "policyRule": rule}},
        {"mode": "All", "policyRule": {**rule, "IF": rule["if"]}},
        {"mode": "All", "policyRule": {"if": rule["if"], "then": {"effect": "audit", "Effect": "deny"}}},
        {"mode": "All", "policyRule": {"if": {"field": "kind", "equals": "x", "Equals": "y"}, "then": rule["then"]}},
    ):
        with pytest.raises(DefinitionRefused):
            Definition.load(document, FIELDS)
    definition = Definition.load({"mode": "All", "parameters": {"p": parameter}, "policyRule": rule}, FIELDS)
    with pytest.raises(PolicyFailure, match="given twice"):
        definition.bind({"p": "a", "P": "b"})


def test_a_file_of_cases_with_a_number_that_nobody_reads(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(f"cases: [{{note: big, resource: {{n: {'1' * 5000}}}}}]", encoding="utf-8")
    with pytest.raises(PolicyFailure, match="more digits than are read"):
        read(file)


def test_a_change_of_the_whole_resource_can_not_be_made() -> None:
    """Cases may write `[[*]` for a field, which is `[*]`; a resource is no array."""
    fields = Fields(standard(), raw=True)
    then = {"effect": "append", "details": [{"field": "[[*]", "value": 1}]}
    rule = {"if": {"field": "kind", "exists": False}, "then": then}
    resource = EvaluatedResource({"properties": {}})
    changes = Definition.load({"mode": "All", "policyRule": rule}, fields).bind({}).changes_for(resource)
    assert len(apply(resource, changes).conflicts) == 1
