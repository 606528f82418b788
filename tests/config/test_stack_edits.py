"""A stack file is people's work: an edit changes the value that it is about, and no comment, quote or blank line."""

import pytest
import yaml

from modelyard.config import stack_edits

TEXT = """\
# Ours.
config:
  azure-native:location: swedencentral

  modelyard:deployments:
    chat:   # people wait for it
      model: gpt@1
      capacity: 10  # thousands

    # jobs
    bulk: {model: "gpt@1", capacity: 5}   # flow
    empty: {}
    nothing:
  # the end of deployments
  modelyard:tags: {owner: us}
"""


def read(text: str, *path: str) -> object:
    found = yaml.safe_load(text)["config"]
    for part in path:
        found = found[part]
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("deployments", "chat", "capacity"), 7),
        (("deployments", "chat", "sku"), "Standard"),
        (("deployments", "chat", "tags"), {"a": "b: c"}),
        (("deployments", "bulk", "capacity"), 7),
        (("deployments", "bulk", "tags", "cost-centre"), "0815"),
        (("deployments", "empty", "model"), "gpt@2"),
        (("deployments", "nothing", "model"), "gpt@2"),
        (("deployments", "new"), {"model": "gpt@2", "capacity": 1}),
        (("account", "network", "publicNetworkAccess"), "Enabled"),
        (("tags", "owner"), None),
        (("tags",), {}),
    ],
)
def test_a_value_is_set_and_the_rest_stays(path: tuple[str, ...], value: object) -> None:
    text = stack_edits.with_value(TEXT, path, value)
    full = (f"modelyard:{path[0]}", *path[1:])
    assert read(text, *full) == value
    assert stack_edits.has(text, path)
    for comment in ("# Ours.", "# people wait for it", "# thousands", "# jobs", "# flow", "# the end of deployments"):
        assert comment in text
    kept = [line for line in TEXT.splitlines() if line in text.splitlines()]
    assert len(kept) >= len(TEXT.splitlines()) - 1, "one line is changed at most"


@pytest.mark.parametrize("path", [("deployments", "chat", "capacity"), ("deployments", "bulk"), ("tags", "owner")])
def test_a_key_is_taken_out_and_the_rest_stays(path: tuple[str, ...]) -> None:
    text = stack_edits.without(TEXT, path)
    assert not stack_edits.has(text, path)
    expected = yaml.safe_load(TEXT)
    above = expected["config"]
    for part in (f"modelyard:{path[0]}", *path[1:-1]):
        above = above[part]
    del above[path[-1]]
    assert yaml.safe_load(text) == expected
    assert stack_edits.without(text, path) == text


def test_what_is_added_can_be_taken_out_again() -> None:
    path = ("deployments", "new")
    assert stack_edits.without(stack_edits.with_value(TEXT, path, {"model": "gpt@2"}), path) == TEXT


def test_a_list_in_the_way_is_no_map() -> None:
    with pytest.raises(stack_edits.EditImpossible):
        stack_edits.with_value("config: []\n", ("tags", "a"), "b")
