"""Laws that hold for every rule and every document; each one is a promise an audit stands on."""

from typing import Any

from hypothesis import example, given, reject
from hypothesis import strategies as st

from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.policy import RuleOutcome
from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.language.aliases import Aliases
from modelyard.policy.language.explanation import Explanation
from modelyard.policy.language.expressions import Expression, FunctionCall, Literal, MemberAccess, parse
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.nodes import Node
from modelyard.policy.language.operators import like, match
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN, EvaluationFailed, Unknown, find, located
from modelyard.policy.language.value_order import equal, order

FIELDS = Fields(Aliases(), raw=True)
WORDS = st.sampled_from(
    ["a", "A", "ab", "aB", "b", "Straße", "STRASSE", "1", "true", "", "x-1", "2026-01-01T00:00:00Z"]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 3), WORDS)
MEMBERS = st.fixed_dictionaries({}, optional={"p": SCALARS, "q": SCALARS})
NAMES = ["kind", "s", "n", "list", "objects", "inner"]

DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "kind": SCALARS,
        "properties": st.fixed_dictionaries(
            {},
            optional={
                "s": SCALARS,
                "n": st.one_of(st.integers(-2, 3), st.none()),
                "list": st.lists(SCALARS, max_size=3),
                "objects": st.lists(MEMBERS, max_size=3),
                "inner": MEMBERS,
            },
        ),
    },
)

PLAIN = ["kind", "properties.s", "properties.n", "properties.inner", "properties.inner.p", "properties.list",
         "properties.list[*]", "properties.objects[*].p", "properties.objects[*]"]  # fmt: skip
INSIDE = [*PLAIN, "properties.objects[*].q"]
EXPRESSIONS = ["[field('properties.s')]", "[concat(field('kind'), '-', field('properties.s'))]",
               "[length(field('properties.list'))]", "[contains(field('properties.list'), 'a')]",
               "[if(equals(field('kind'), 'a'), field('properties.s'), 'none')]",
               "[and(equals(field('kind'), 'a'), equals(field('properties.s'), 'b'))]",
               "[substring(field('properties.s'), 0, 1)]", "[first(field('properties.list'))]",
               "[add(field('properties.n'), 1)]", "[empty(field('properties.inner.p'))]"]  # fmt: skip

OPERATORS = st.one_of(
    st.tuples(st.sampled_from(["equals", "notEquals"]), SCALARS),
    st.tuples(st.sampled_from(["in", "notIn"]), st.lists(SCALARS, max_size=3)),
    st.tuples(st.sampled_from(["like", "notLike"]), st.sampled_from(["a*", "*b", "*", "a", "x-?", "*s*"])),
    st.tuples(st.sampled_from(["contains", "notContains"]), WORDS),
    st.tuples(st.sampled_from(["containsKey", "notContainsKey"]), st.sampled_from(["p", "Q"])),
    st.tuples(st.just("exists"), st.booleans()),
    st.tuples(
        st.sampled_from(["greater", "less", "greaterOrEquals", "lessOrEquals"]), st.one_of(st.integers(-1, 2), WORDS)
    ),
)  # fmt: skip


def _leaf(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    subject = st.one_of(
        st.sampled_from(names).map(lambda name: ("field", name)),
        st.sampled_from(EXPRESSIONS).map(lambda text: ("value", text)),
    )
    return st.tuples(subject, OPERATORS).map(lambda pair: {pair[0][0]: pair[0][1], pair[1][0]: pair[1][1]})


def _count(where: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda where, operator, target: {"count": {"field": "properties.objects[*]", "where": where}, operator: target},
        where,
        st.sampled_from(["equals", "notEquals", "greater", "less", "greaterOrEquals"]),
        st.integers(0, 3),
    )


def _combined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.lists(inner, max_size=3).map(lambda each: {"allOf": each}),
        st.lists(inner, max_size=3).map(lambda each: {"anyOf": each}),
        inner.map(lambda each: {"not": each}),
    )


WHERE = st.recursive(_leaf(INSIDE), _combined, max_leaves=3)
CONDITIONS = st.recursive(st.one_of(_leaf(PLAIN), _count(WHERE)), _combined, max_leaves=6)


def outcome(condition: dict[str, Any], document: dict[str, Any]) -> RuleOutcome:
    """How a bare condition comes out. One with more counts than Azure takes is passed over."""
    rule = {"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}}
    try:
        policy = Definition.load(rule, FIELDS, open_parameters=True).bind({})
    except DefinitionRefused:
        reject()
    return policy.evaluate(EvaluatedResource(document)).outcome


@st.composite
def half_known(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document, and the same with some places hidden."""
    whole = draw(DOCUMENTS)
    return whole, _hidden(draw, whole)


def _hidden(draw: st.DrawFn, value: Any, depth: int = 0) -> Any:
    if depth and draw(st.integers(0, 4)) == 0:
        return UNKNOWN
    if isinstance(value, dict):
        return {name: _hidden(draw, each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_hidden(draw, each, depth + 1) for each in value]
    return value


FAILS_ON_A_MEMBER = {
    "anyOf": [
        {
            "count": {
                "field": "properties.objects[*]",
                "where": {"value": "[substring(field('properties.s'), 0, 1)]", "equals": "a"},
            },
            "equals": 0,
        },
        {"field": "kind", "exists": False},
    ]
}


@example(FAILS_ON_A_MEMBER, ({"properties": {"objects": [{}]}}, {"properties": UNKNOWN}))
@given(CONDITIONS, half_known())
def test_what_is_decided_stays_decided(
    condition: dict[str, Any], documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """A result given at preview never turns into its opposite when the values become known."""
    whole, hidden = documents
    early = outcome(condition, hidden)
    if early is not RuleOutcome.UNDECIDED:
        assert outcome(condition, whole) is early


@given(CONDITIONS, half_known())
def test_an_explanation_says_what_each_condition_comes_out_as(
    condition: dict[str, Any], documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """What a result leaves no choice about isn't asked again; the tree must be the same as if it were."""
    try:
        definition = Definition.load({"policyRule": {"if": condition, "then": {"effect": "audit"}}}, FIELDS, name="x")
    except DefinitionRefused:
        reject()
    for document in documents:
        result = definition.bind({}).evaluate(EvaluatedResource(document))
        assert _asked(result.policy.node, result.resource, result.explain())
        decided, whole = result.decided_by, result.explain()
        assert decided.document() == whole.decisive().document(), "nothing else than what can't decide is left out"


def _asked(node: Node, resource: EvaluatedResource, told: Explanation) -> bool:
    """Whether every condition, asked by itself, comes out as it was told; those inside a count have to be in one."""
    if told.error or told.result is None or isinstance(told.result, Unknown):
        return True
    inside = zip(node.children, told.children, strict=True) if node.kind != "count" else ()
    return node.test(resource) is told.result and all(_asked(child, resource, each) for child, each in inside)


@given(CONDITIONS, DOCUMENTS)
def test_what_is_known_is_decided(condition: dict[str, Any], document: dict[str, Any]) -> None:
    """With everything known nothing is undecided."""
    assert outcome(condition, document) is not RuleOutcome.UNDECIDED


@given(CONDITIONS, half_known())
def test_an_undecided_verdict_says_what_it_waits_for(
    condition: dict[str, Any], documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """Each place it names is one that is hidden, as a reader finds it in the document."""
    rule = {"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}}
    try:
        policy = Definition.load(rule, FIELDS, open_parameters=True).bind({})
    except DefinitionRefused:
        reject()
    result = policy.evaluate(EvaluatedResource(documents[1]))
    if result.outcome is RuleOutcome.UNDECIDED:
        hidden = _places(located(documents[1]))
        assert result.waits_for
        assert set(result.waits_for) <= hidden


def _places(value: Any) -> set[str]:
    if isinstance(value, Unknown):
        return set(value.waits_for)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {place for each in inner for place in _places(each)}


@given(st.lists(CONDITIONS, max_size=3), half_known())
def test_de_morgan(conditions: list[dict[str, Any]], documents: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Not all is one that is not, and not any is all that are not; with unknowns and with failures."""
    denied = [{"not": each} for each in conditions]
    for document in documents:
        assert outcome({"not": {"allOf": conditions}}, document) is outcome({"anyOf": denied}, document)
        assert outcome({"not": {"anyOf": conditions}}, document) is outcome({"allOf": denied}, document)


@given(CONDITIONS, half_known())
def test_double_negation(condition: dict[str, Any], documents: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for document in documents:
        assert outcome({"not": {"not": condition}}, document) is outcome(condition, document)


PAIRS = [("equals", "notEquals"), ("like", "notLike"), ("in", "notIn"), ("contains", "notContains"),
         ("containsKey", "notContainsKey"), ("match", "notMatch"),
         ("matchInsensitively", "notMatchInsensitively")]  # fmt: skip


@given(st.sampled_from(PAIRS), WORDS, half_known())
def test_each_not_is_the_opposite(
    pair: tuple[str, str], target: str, documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """Of one value; on the members of an array both mean every member."""
    wanted: Any = [target] if pair[0] == "in" else target
    for document in documents:
        positive = outcome({"not": {"field": "properties.s", pair[0]: wanted}}, document)
        assert positive is outcome({"field": "properties.s", pair[1]: wanted}, document)


@given(OPERATORS, DOCUMENTS)
def test_a_condition_on_members_holds_when_none_breaks_it(operator: tuple[str, Any], document: dict[str, Any]) -> None:
    """The implicit allOf is the count of members that break the condition being zero."""
    name, target = operator
    each = {"field": "properties.objects[*].p", name: target}
    counted = {"count": {"field": "properties.objects[*]", "where": {"not": each}}, "equals": 0}
    early, late = outcome(each, document), outcome(counted, document)
    if RuleOutcome.FAILED in (early, late):
        assert late is RuleOutcome.FAILED, (
            "a count looks at every member, a condition stops at the first that breaks it"
        )
    else:
        assert early is late


@given(WHERE, DOCUMENTS)
def test_members_that_do_and_members_that_do_not_are_all(where: dict[str, Any], document: dict[str, Any]) -> None:
    for size in range(4):
        both = outcome({"count": {"field": "properties.objects[*]"}, "equals": size}, document)
        for part in range(size + 1):
            yes = outcome({"count": {"field": "properties.objects[*]", "where": where}, "equals": part}, document)
            rest = {"count": {"field": "properties.objects[*]", "where": {"not": where}}, "equals": size - part}
            if both is RuleOutcome.VIOLATION and yes is RuleOutcome.VIOLATION:
                assert outcome(rest, document) is RuleOutcome.VIOLATION


def _other_case(value: Any) -> Any:
    if isinstance(value, str):
        return value.swapcase()
    if isinstance(value, dict):
        return {name.swapcase(): _other_case(each) for name, each in value.items()}
    return [_other_case(each) for each in value] if isinstance(value, list) else value


@given(st.sampled_from(PLAIN), OPERATORS, DOCUMENTS)
def test_case_makes_no_difference(name: str, operator: tuple[str, Any], document: dict[str, Any]) -> None:
    """Neither of names nor of values; only match, and template functions that say so, mind it."""
    condition = {"field": name, operator[0]: operator[1]}
    assert outcome(condition, document) is outcome(condition, _other_case(document))
    assert outcome(condition, document) is outcome({"FIELD": name.upper(), operator[0].upper(): operator[1]}, document)


TEXT = st.text(st.sampled_from("aAbßSs1*?.#-[]()\\n "), max_size=6)
LITERAL = st.text(st.sampled_from("aAbßSs1.#-[]()\\n "), max_size=6)


@given(LITERAL, TEXT)
def test_like_without_wildcards_is_equality(pattern: str, text: str) -> None:
    assert like(pattern)(text) is (equal(pattern, text) is True)


@given(LITERAL, TEXT, TEXT)
def test_like_with_a_star(pattern: str, before: str, after: str) -> None:
    assert like(pattern + "*")(pattern + after)
    assert like("*" + pattern)(before + pattern)
    assert like("*" + pattern + "*")(before + pattern + after)
    assert like("*")(before)


@given(TEXT, TEXT)
def test_match_minds_case_and_nothing_else(pattern: str, text: str) -> None:
    """What matches matches insensitively; and a pattern of literals matches itself."""
    if match(pattern, insensitively=False)(text):
        assert match(pattern, insensitively=True)(text)
    literal = "".join(each for each in pattern if each not in "#?.")
    assert match(literal, insensitively=False)(literal)
    assert match("." * len(text), insensitively=False)(text)


JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.fixed_dictionaries({}, optional={"p": inner, "q": inner})),
)


@given(JSON, JSON)
def test_equality_is_symmetric_and_reflexive(left: Any, right: Any) -> None:
    assert equal(left, left) is True
    assert equal(left, right) is equal(right, left)


@given(SCALARS, SCALARS)
def test_order_is_antisymmetric(left: Any, right: Any) -> None:
    """And what fails one way fails the other."""
    try:
        forward: int | None = order(left, right)
    except EvaluationFailed:
        forward = None
    try:
        backward: int | None = order(right, left)
    except EvaluationFailed:
        backward = None
    assert (forward is None) == (backward is None)
    if forward is not None and backward is not None:
        assert forward == -backward


TREES: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(st.booleans(), st.none(), st.integers(-99, 99), st.text("ab'[](),. ", max_size=5)).map(Literal),
    lambda inner: st.one_of(
        st.builds(FunctionCall, st.sampled_from(["concat", "field"]), st.lists(inner, max_size=3).map(tuple)),
        st.builds(MemberAccess, st.builds(FunctionCall, st.just("f"), st.just(())), inner),
    ),
    max_leaves=8,
)


def _written(tree: Expression) -> str:
    if isinstance(tree, Literal):
        if isinstance(tree.value, str):
            return "'" + tree.value.replace("'", "''") + "'"
        words = {True: "true", False: "false", None: "null"}
        return words[tree.value] if tree.value is None or isinstance(tree.value, bool) else str(tree.value)
    if isinstance(tree, FunctionCall):
        return f"{tree.name}({', '.join(map(_written, tree.arguments))})"
    return f"{_written(tree.target)}[{_written(tree.name)}]"


@given(TREES)
def test_an_expression_reads_back_as_it_was_written(tree: Expression) -> None:
    assert parse(f"[{_written(tree)}]") == tree


@given(half_known())
def test_unknowns_are_found_and_located(documents: tuple[dict[str, Any], dict[str, Any]]) -> None:
    whole, hidden = documents
    assert find(whole) is None
    assert (find(hidden) is None) == (not _places(located(hidden)))
