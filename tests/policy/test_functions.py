"""Template functions, each against what ARM's documentation says of it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from modelyard.policy.documents.definition import Definition
from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.language.compilation import Compilation
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed
from modelyard.policy.language.value_compiler import FUNCTIONS, template

NOW = datetime(2026, 11, 23, 8, 5, 9, 123456, tzinfo=UTC)
RESOURCE = EvaluatedResource(
    {"name": "contoso", "tags": {"team": "platform"}, "list": ["b", "a"], "properties": {"model": {"name": "gpt-4o"}}},
    EvaluationContext(
        now=NOW, resource_group={"name": "rg", "tags": {"Team": "x"}}, subscription={"id": "/subscriptions/s"}
    ),
)
PARAMETERS = {"list": ["a", "b", "c"], "object": {"One": 1, "two": {"three": 3}}, "text": "abc"}

Evaluate = Callable[[str], Any]
PYTHON = re.compile(r"\b(str|int|dict|list|NoneType|bool|tuple|Decimal|codec|Errno)\b(?!\()")


@pytest.fixture
def evaluate(fields: Fields) -> Evaluate:
    def value(expression: str) -> Any:
        return template(expression, Compilation("test", PARAMETERS, fields), "value").get(RESOURCE)

    return value


MACHINE = (
    "/subscriptions/31e9f9a0-9fd2-4294-a0a3-0101246d9700/resourceGroups/rg-modm201-20230913120256"
    "/providers/Microsoft.Compute/virtualMachines/bobjacmodm201"
)


VALUES: list[tuple[str, Any]] = [
    # strings
    ("concat('a', 1, true())", "a1True"),
    ("concat(parameters('list'), createArray('d'))", ["a", "b", "c", "d"]),
    ("toUpper('straße')", "STRASSE"),
    ("trim('  x ')", "x"),
    ("startsWith('GPT-4o', 'gpt')", True),
    ("endsWith('gpt-4o', 'O')", True),
    ("indexOf('abcABC', 'C')", 2),
    ("lastIndexOf('abcABC', 'c')", 5),
    ("indexOf('abc', 'x')", -1),
    ("split('a,b;c', createArray(',', ';'))", ["a", "b", "c"]),
    ("join(createArray('a', 'b'), '-')", "a-b"),
    ("substring('abcdef', 2)", "cdef"),
    ("substring('abcdef', 2, 3)", "cde"),
    ("padLeft(7, 3, '0')", "007"),
    ("padLeft('1000', 3, '0')", "1000"),
    ("replace('a-b-c', '-', '')", "abc"),
    ("format('{0}-{1}', 'a', 2)", "a-2"),
    ("format('{{{0}}}', 'a')", "{a}"),
    ("uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000', 'resource-id')", "cwvxuqg24sifi"),
    (f"uniqueString('{MACHINE}')", "yvjxno3je5on2"),
    ("guid('a', 'b')", "2d796349-8c7e-55ec-9624-54ece82ed031"),
    ("base64('ü')", "w7w="),
    ("base64ToString('w7w=')", "ü"),
    ("base64ToJson(base64('{\"a\": 1}'))", {"a": 1}),
    ("dataUri('Hello')", "data:text/plain;charset=utf8;base64,SGVsbG8="),
    ("dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')", "Hello, World!"),
    ("dataUriToString('data:text/plain,a%20b')", "a b"),
    ("uriComponent('a b/c')", "a%20b%2Fc"),
    ("uriComponentToString('a%20b')", "a b"),
    ("uri('https://a.example/x/', 'y')", "https://a.example/x/y"),
    # conversions
    ("string(createArray('a', 1))", '["a",1]'),
    ("string(false)", "False"),
    ("int('7')", 7),
    ("int('7.9')", 7),
    ("int(-7.9)", -7),
    ("float('1.5')", 1.5),
    ("bool('True')", True),
    ("bool(0)", False),
    ("json('{\"a\": [1, null]}').a", [1, None]),
    # arrays
    ("array('a')", ["a"]),
    ("length(parameters('object'))", 2),
    ("empty(null())", True),
    ("empty(parameters('list'))", False),
    ("first('abc')", "a"),
    ("first(createArray())", None),
    ("last(parameters('list'))", "c"),
    ("take(parameters('list'), 2)", ["a", "b"]),
    ("take('abc', 9)", "abc"),
    ("skip('abc', 1)", "bc"),
    ("skip(parameters('list'), -1)", ["a", "b", "c"]),
    ("range(5, 3)", [5, 6, 7]),
    ("flatten(createArray(createArray(1), createArray(2, 3)))", [1, 2, 3]),
    ("contains(parameters('list'), 'B')", False),
    ("contains(parameters('object'), 'ONE')", True),
    ("contains('OneTwo', 'two')", False),
    ("contains('1 and 2', 2)", True),
    ("indexFromEnd(parameters('list'), 1)", "c"),
    ("tryIndexFromEnd(parameters('list'), 9)", None),
    ("parameters('list')[1]", "b"),
    # objects
    ("createObject('a', 1, 'b', createArray())", {"a": 1, "b": []}),
    ("union(createArray(1, 2), createArray(2, 3))", [1, 2, 3]),
    ("union(json('{\"a\": {\"b\": 1}}'), json('{\"a\": {\"c\": 2}}'))", {"a": {"b": 1, "c": 2}}),
    ("intersection(parameters('list'), createArray('c', 'a'))", ["a", "c"]),
    ("intersection(parameters('object'), createObject('One', 1, 'x', 2))", {"One": 1}),
    ("shallowMerge(createArray(createObject('a', 1), createObject('a', 2)))", {"a": 2}),
    ("items(parameters('object'))[0].key", "One"),
    ("objectKeys(parameters('object'))", ["One", "two"]),
    ("parameters('object').TWO.three", 3),
    ("tryGet(parameters('object'), 'two', 'three')", 3),
    ("tryGet(parameters('object'), 'none', 'three')", None),
    ("tryGet(parameters('list'), 7)", None),
    # numbers
    ("add(1, 2)", 3),
    ("sub(1, 2)", -1),
    ("mul(2, 2.5)", 5.0),
    ("div(-7, 2)", -3),
    ("mod(-7, 2)", -1),
    ("min(createArray(3, 1, 2))", 1),
    ("max(3, 1)", 3),
    # logic
    ("equals('a', 'A')", False),
    ("equals(1, true)", False),
    ("greater('2025-06-01-preview', '2025-06-01')", True),
    ("lessOrEquals(2, 2)", True),
    ("greaterOrEquals(1, 2)", False),
    ("false()", False),
    ("less(1, '2')", True),
    ("not(equals(1, 2))", True),
    ("and(true, true, false)", False),
    ("or(false, true)", True),
    ("if(true, 'yes', div(1, 0))", "yes"),
    ("coalesce(null(), tryGet(parameters('object'), 'none'), 'x')", "x"),
    # dates
    ("addDays('2026-11-23T00:00:00Z', 9)", "2026-12-02T00:00:00.0000000Z"),
    ("addDays('2026-11-23T01:30:00.1234567+02:00', 0)", "2026-11-22T23:30:00.1234560Z"),
    ("utcNow()", "2026-11-23T08:05:09.1234560Z"),
    ("utcNow('dd.MM.yyyy HH:mm')", "23.11.2026 08:05"),
    ("utcNow('d MMM yy h:m:s tt \\'x\\' fff')", "23 Nov 26 8:5:9 AM x 123"),
    ("utcNow('u')", "2026-11-23 08:05:09Z"),
    # addresses
    ("ipRangeContains('10.0.0.0/8', '10.1.0.0/16')", True),
    ("ipRangeContains('10.0.0.1-10.0.0.9', '10.0.0.5-10.0.0.10')", False),
    ("ipRangeContains('2001:db8::/32', '2001:db8::1')", True),
    ("cidrSubnet('10.0.0.0/16', 24, 1)", "10.0.1.0/24"),
    ("cidrHost('10.0.0.0/24', 1)", "10.0.0.2"),
    ("parseCidr('10.0.0.0/30').lastUsable", "10.0.0.2"),
    # surroundings
    ("field('name')", "contoso"),
    ("field('kind')", ""),
    ("field('list[*]')", ["b", "a"]),
    ("field(concat('tags[', 'team', ']'))", "platform"),
    ("field(('name'))", "contoso"),
    ("resourceGroup().tags['team']", "x"),
    ("RESOURCEGROUP().Name", "rg"),
    ("subscription().id", "/subscriptions/s"),
    ("subscription().tags['none']", ""),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES, ids=[row[0] for row in VALUES])
def test_values(evaluate: Evaluate, expression: str, expected: Any) -> None:
    found = evaluate(f"[{expression}]".replace("\\'", "''"))
    assert found == expected
    assert type(found) is type(expected)


FAILURES = [
    "substring('ab', 0, 3)",
    "substring('ab', -1, 1)",
    "padLeft(true, 3)",
    "padLeft('a', 3, 'xy')",
    "padLeft('a', 999999999)",
    "format('{1}', 1)",
    "int('seven')",
    "int(true)",
    "bool('yes')",
    "bool(createArray())",
    "float('x')",
    "json('{')",
    "base64ToString('%')",
    "length(1)",
    "first(1)",
    "contains(1, 1)",
    "concat(createArray(1), 'a')",
    "toLower(1)",
    "take('a', 'b')",
    "range(1, 20000)",
    "indexFromEnd(createArray(1), 2)",
    "createObject('a')",
    "union(createArray(1), createObject('a', 1))",
    "parameters('list')[9]",
    "parameters('object').none",
    "parameters('text').none",
    "div(1, 0)",
    "add(9223372036854775807, 1)",
    "sub(-9223372036854775808, 1)",
    "mul(4294967296, 4294967296)",
    "div(-9223372036854775808, -1)",
    "mul(1e200, 1e200)",
    "add(mul(9223372036854775807, 2), 0)",
    "int('99999999999999999999')",
    "int('1e400')",
    "take('a', 1e30)",
    "join(range(0, 10000), padLeft('a', 100000))",
    "format('{0}{0}', padLeft('a', 100000))",
    "replace(padLeft('a', 100000, 'a'), 'a', 'ab')",
    f"concat({', '.join(['range(0, 10000)'] * 14)})",
    "string(createArray(padLeft('a', 100000), padLeft('a', 100000)))",
    "addDays('0001-01-01T00:00:00+14:00', 1)",
    "addDays('9999-12-31T23:59:59-14:00', 1)",
    "addDays('9999-12-31T00:00:00Z', 1)",
    "uri('http://[', 'a')",
    "json('1e999')",
    "json('NaN')",
    "mod(1, 0)",
    "add('1', 2)",
    "add(true, 2)",
    "max(createArray())",
    "int(float('1e999'))",
    "if('true', 1, 2)",
    "and(true, 'x')",
    "not('x')",
    "less(true, 1)",
    "addDays('tomorrow', 1)",
    "addDays('2026-11-23T00:00:00Z', 9999999)",
    "ipRangeContains('10.0.0.0/8', '::1')",
    "ipRangeContains('10.0.0.9-10.0.0.1', '10.0.0.1')",
    "ipRangeContains('here', '10.0.0.1')",
    "cidrSubnet('10.0.0.0/16', 24, 256)",
    "cidrSubnet('10.0.0.0/16', 8, 0)",
    "cidrHost('10.0.0.0/30', 9)",
    "parseCidr('x')",
]


@pytest.mark.parametrize("expression", FAILURES)
def test_failures(evaluate: Evaluate, expression: str) -> None:
    """What stops Azure's evaluation stops this one, with a reason, and only when it is asked for."""
    with pytest.raises(EvaluationFailed) as failed:
        evaluate(f"[{expression}]")
    assert failed.value.args[0]
    assert not PYTHON.search(str(failed.value)), "Python's names for types are no words of ARM"


def test_many_members_are_found_at_once(evaluate: Evaluate) -> None:
    """Each of 10,000 compared with each of 10,000 would take minutes."""
    assert len(evaluate("[union(range(0, 10000), range(5000, 10000))]")) == 15000
    assert len(evaluate("[intersection(range(0, 10000), range(5000, 10000))]")) == 5000
    assert evaluate("[union(createArray(1, true(), createArray(1)), createArray(1, createArray(1)))]") == [1, True, [1]]


@pytest.mark.parametrize(
    "expression",
    [
        f"add({'9' * 5000}, 1)",
        "add(9223372036854775808, 1)",
        "add(1e999, 1)",
        "(" * 5000 + "1" + ")" * 5000,
        "field('kind')" + ".a" * 5000,
        "field('kind')" + "[0]" * 5000,
        "not(" * 5000 + "true" + ")" * 5000,
    ],
    ids=["digits", "more than 64 bits", "no double", "brackets", "members", "indices", "calls"],
)
def test_expressions_that_are_refused_for_their_size(strict: Fields, expression: str) -> None:
    rule = {"if": {"value": f"[{expression}]", "equals": 1}, "then": {"effect": "audit"}}
    with pytest.raises(DefinitionRefused):
        Definition.load({"mode": "All", "policyRule": rule}, strict)


def test_expressions_inside_arrays_and_objects(fields: Fields) -> None:
    """Details of effects hold whole objects with expressions in them."""
    written = {"a": ["[toUpper('x')]", "[[x]", 1], "b": {"c": "[field('name')]"}}
    found = template(written, Compilation("test", {}, fields), "value")
    assert found.get(RESOURCE) == {"a": ["X", "[x]", 1], "b": {"c": "contoso"}}
    assert not found.constant


def test_every_function_has_a_row() -> None:
    """One that no row asks would be anybody's guess."""
    asked = " ".join([*(row[0] for row in VALUES), *FAILURES]).lower()
    assert [name for name in FUNCTIONS if f"{name}(" not in asked] == []
