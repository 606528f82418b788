"""What Pulumi resolved is joined to the file leaf by leaf: secrets get their values, and nothing else may differ."""

import json

import pytest

from modelyard.config.document import Document, read
from modelyard.config.finding_collector import Collector
from modelyard.config.pulumi_values import join
from modelyard.config.secret import Secret

FILE = b"""
config:
  azure-native:location: swedencentral
  azure-native:subscriptionId:
    secure: AAA
  other:thing: 1
  modelyard:tags:
    owner: team
    pin:
      secure: BBB
  modelyard:list:
    - {a: 1, b: true, c: "1", d: null}
"""
VALUES: dict[str, object] = {
    "azure-native:location": "swedencentral",
    "azure-native:subscriptionId": "5a9db0c5-0000-4000-8000-000000000001",
    "other:thing": "2",
    "modelyard:tags": '{"owner": "team", "pin": "1234"}',
    "modelyard:list": [{"a": 1, "b": True, "c": "1", "d": None}],
}


def joined(values: dict[str, object]) -> tuple[Document, list[str]]:
    collector = Collector()
    document = read(FILE, "file.yaml", collector)
    assert document is not None
    join(document, values, collector)
    return document, [finding.path for finding in collector.findings(document.position)]


def test_secrets_are_decrypted_where_they_stand_and_nothing_else_changes():
    """One encrypted leaf makes the whole key secret for Pulumi; here only that leaf is."""
    document, differing = joined(VALUES)
    assert differing == []
    pin = document.tree["tags"]["pin"]
    assert isinstance(pin, Secret)
    assert pin.reveal() == "1234"
    assert document.tree["tags"]["owner"].text == "team"
    assert document.foreign["azure-native:subscriptionId"].known


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("azure-native:location", "westeurope", "azure-native:location"),
        ("modelyard:tags", '{"owner": "other", "pin": "1234"}', "tags.owner"),
        ("modelyard:tags", '{"owner": "team", "pin": "1234", "new": "x"}', "tags.new"),
        ("modelyard:tags", '{"pin": "1234"}', "tags.owner"),
        ("modelyard:tags", "not JSON", "tags"),
        ("modelyard:list", [{"a": 2, "b": True, "c": "1", "d": None}], "list[0].a"),
        ("modelyard:list", [{"a": 1, "b": False, "c": "1", "d": None}], "list[0].b"),
        ("modelyard:list", [{"a": 1, "b": True, "c": "1", "d": "x"}], "list[0].d"),
        ("modelyard:list", [], "list"),
        ("modelyard:new", "x", "new"),
    ],
)
def test_a_value_passed_from_outside_is_never_a_silent_choice(key, value, path):
    _, differing = joined({**VALUES, key: value})
    assert differing == [path]


def test_another_namespace_is_not_ours_to_judge():
    _, differing = joined({**VALUES, "other:thing": "3", "another:thing": "4"})
    assert differing == []


def test_no_resolved_value_is_shown():
    """The value that differs may be a secret of somebody's."""
    collector = Collector()
    document = read(FILE, "file.yaml", collector)
    assert document is not None
    join(document, {**VALUES, "modelyard:tags": json.dumps({"owner": "hunter2", "pin": "hunter3"})}, collector)
    assert "hunter" not in repr(collector.findings(document.position))
    assert "hunter" not in repr(document)


def test_a_value_that_pulumi_rewrote_is_no_second_finding():
    """That a date should be quoted is told already; its timestamp isn't somebody's override."""
    collector = Collector()
    document = read(b"config:\n  modelyard:t:\n    v: 2024-11-20\n    n: 1.10\n", "file.yaml", collector)
    assert document is not None
    join(document, {"modelyard:t": {"v": "2024-11-20T00:00:00Z", "n": 1.1}}, collector)
    assert collector.findings(document.position) == ()
