"""Merging decides what is deployed, so it follows laws that a reader can rely on without trying it out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.config.layers import bare, merge

LEAVES = st.one_of(st.none(), st.integers(0, 3), st.tuples(st.integers(0, 3)))
KEYS = st.sampled_from("abc")
TREES = st.dictionaries(KEYS, st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3)), max_size=3)


def leaves(tree: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found |= leaves(value, (*path, key))
        elif value is not None:
            found[*path, key] = value
    return found


@given(TREES)
def test_a_layer_over_itself_changes_nothing(tree):
    assert bare(merge(tree, tree)) == bare(tree)


@given(TREES)
def test_an_empty_layer_changes_nothing(tree):
    assert bare(merge({}, tree)) == bare(merge(tree, {})) == bare(tree)


@given(TREES, TREES)
def test_the_later_one_wins(below, above):
    merged = leaves(bare(merge(below, above)))
    for path, value in leaves(above).items():
        assert merged[path] == value


@given(TREES, TREES)
def test_nothing_is_invented(below, above):
    either = {*leaves(below).items(), *leaves(above).items()}
    assert set(leaves(bare(merge(below, above))).items()) <= either


@given(TREES, TREES, TREES)
def test_it_does_not_matter_which_two_are_merged_first(a, b, c):
    """Layers build on layers; without this law the order of reading would show in what is deployed."""
    assert bare(merge(merge(a, b), c)) == bare(merge(a, merge(b, c)))


@given(TREES, TREES)
def test_merging_leaves_its_parts_alone(below, above):
    before = repr((below, above))
    merge(below, above)
    assert repr((below, above)) == before


@pytest.mark.parametrize(
    ("below", "above", "merged"),
    [
        ({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}, {"a": {"x": 1, "y": 3}}),
        ({"a": (1, 2)}, {"a": (3,)}, {"a": (3,)}),
        ({"a": {"x": 1}}, {"a": None}, {}),
        ({"a": {"x": 1}}, {"a": {"x": None}}, {"a": {}}),
        ({"a": 1}, {"a": {"x": 1}}, {"a": {"x": 1}}),
    ],
)
def test_merged(below, above, merged):
    assert bare(merge(below, above)) == merged


STACK = """
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:extends: [one, two]
  modelyard:account:
    name: contoso-ai
    resourceGroup: rg
    network:
      publicNetworkAccess: Disabled
"""


def test_layers_apply_in_order_and_each_once(stack):
    """`one` and `two` share `base`; if it applied again with `two`, it would undo what `one` says."""
    loaded = stack(
        STACK,
        base="config: {modelyard:tags: {a: base, b: base, c: base}}",
        one="config: {modelyard:extends: [base], modelyard:tags: {b: one, c: one}}",
        two="config: {modelyard:extends: [base], modelyard:tags: {c: two}}",
    )
    assert loaded.stack.tags == {"a": "base", "b": "one", "c": "two"}
    assert [loaded.origin(f"tags.{key}") for key in "abcd"] == [
        "stacks/layers/base.yaml",
        "stacks/layers/one.yaml",
        "stacks/layers/two.yaml",
        "default",
    ]


def test_a_null_removes_what_a_layer_has_set(stack):
    loaded = stack(
        STACK + "  modelyard:tags: {a: null}\n",
        one="config: {modelyard:tags: {a: '1', b: '2'}}",
        two="config: {}",
    )
    assert loaded.stack.tags == {"b": "2"}


def test_what_a_null_hides_has_no_origin(stack):
    loaded = stack(STACK + "  modelyard:tags: null\n", one="config: {modelyard:tags: {a: '1'}}", two="config: {}")
    assert loaded.stack.tags == {}
    assert loaded.origin("tags.a") == "default"


def test_findings_in_a_layer_name_the_layer(stack):
    loaded = stack(STACK, one="config:\n  modelyard:tags:\n    a: 1.10\n", two="config: {}")
    (finding,) = loaded.findings
    assert str(finding.position) == "stacks/layers/one.yaml:3:8"


def test_a_layer_that_cannot_be_read_is_told_of_once(stack):
    loaded = stack(STACK, one="config: [", two="config: {modelyard:extends: [one]}")
    assert [finding.code for finding in loaded.findings] == ["config.yaml-syntax"]


@pytest.mark.parametrize("name", ["../Pulumi.dev", "/etc/passwd", "a/b", "One", ""])
def test_a_layer_lies_in_its_folder(stack, name):
    """A name is a name: it never leads out of stacks/layers."""
    loaded = stack(STACK.replace("[one, two]", f'["{name}"]'), one="config: {}")
    assert "config.layer-missing" in [finding.code for finding in loaded.findings]
