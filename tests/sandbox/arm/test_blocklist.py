"""Blocklists hold what an organisation will not have said; nothing of them may get lost or be taken half."""

import pytest


@pytest.fixture
def account(pipeline) -> str:
    path: str = pipeline.account(pipeline.group())
    return path


@pytest.fixture
def words(pipeline, account) -> str:
    path = f"{account}/raiBlocklists/house-words"
    reply = pipeline("PUT", path, {"properties": {"description": "not in this house"}})
    assert reply.status_code == 201, reply.text
    return path


def item(pattern: object = "forbidden", **members: object) -> dict[str, object]:
    return {"properties": {"pattern": pattern, **members}}


def test_lists_and_entries_are_made_read_and_deleted(pipeline, account, words):
    entry = f"{words}/raiBlocklistItems/first"
    made = pipeline("PUT", entry, item())
    assert made.status_code == 201
    assert made.json()["properties"] == {"pattern": "forbidden", "isRegex": False}
    assert pipeline("PUT", entry, item("verboten", isRegex=True)).status_code == 200
    assert pipeline("GET", f"{words}/raiBlocklistItems").json()["value"] == [pipeline("GET", entry).json()]
    assert [one["name"] for one in pipeline("GET", f"{account}/raiBlocklists").json()["value"]] == ["house-words"]
    assert pipeline("DELETE", entry).status_code == 202
    pipeline.pass_time(1)
    assert pipeline("DELETE", entry).status_code == 204
    assert pipeline("DELETE", words).status_code == 202
    pipeline.pass_time(1)
    assert pipeline("GET", words).status_code == 404


def test_many_at_once(pipeline, words):
    rows = [{"name": f"entry-{at}", **item(f"word {at}")} for at in range(5)]
    added = pipeline("POST", f"{words}/addRaiBlocklistItems", rows)
    assert added.status_code == 200
    assert added.json()["name"] == "house-words", "the reply is the list"
    names = ["entry-0", "entry-3", "never-there"]
    assert pipeline("POST", f"{words}/deleteRaiBlocklistItems", names).status_code == 204
    left = pipeline("GET", f"{words}/raiBlocklistItems").json()["value"]
    assert [one["name"] for one in left] == ["entry-1", "entry-2", "entry-4"]


@pytest.mark.parametrize(
    "rows",
    [
        {"name": "one"},
        None,
        [{"name": "good", **item()}, {"properties": {"pattern": "nameless"}}],
        [{"name": "good", **item()}, "text"],
        [{"name": "good", **item()}, {"name": "bad", **item("")}],
        [{"name": "good", **item()}, {"name": "bad", **item("(", isRegex=True)}],
    ],
)
def test_all_of_them_or_none(pipeline, words, rows):
    assert pipeline("POST", f"{words}/addRaiBlocklistItems", rows).status_code == 400
    assert pipeline("GET", f"{words}/raiBlocklistItems").json()["value"] == []


@pytest.mark.parametrize(
    ("name", "wanted", "which"),
    [
        ("a", item(None), "bad-content"),
        ("a", item(7), "bad-content"),
        ("a", item("  "), "bad-content"),
        ("a", item("a", isRegex="yes"), "bad-content"),
        ("a", item("[a", isRegex=True), "bad-pattern"),
        ("a b", item(), "bad-name"),
        ("a", {}, "bad-content"),
    ],
)
def test_an_entry_that_cannot_be(pipeline, words, refused, name, wanted, which):
    refused(pipeline("PUT", f"{words}/raiBlocklistItems/{name}", wanted), which)


def test_brackets_are_only_text_where_they_are_no_expression(pipeline, words):
    assert pipeline("PUT", f"{words}/raiBlocklistItems/a", item("[a")).status_code == 201


def test_a_list_in_use_is_not_deleted(pipeline, account, words, refused):
    row = {"blocklistName": "House-Words", "blocking": True, "source": "Prompt"}
    reply = pipeline("PUT", f"{account}/raiPolicies/strict", {"properties": {"customBlocklists": [row]}})
    assert reply.status_code == 201, reply.text
    refused(pipeline("DELETE", words), "blocklist-in-use")
    pipeline("PUT", f"{account}/raiPolicies/strict", {"properties": {}})
    assert pipeline("DELETE", words).status_code == 202


def test_what_a_list_needs(pipeline, account, refused):
    refused(pipeline("PUT", f"{account}/raiBlocklists/a b", {"properties": {}}), "bad-name")
    refused(pipeline("PUT", f"{account}/raiBlocklists/a", {"properties": {"description": 7}}), "bad-content")
    orphan = f"{account}/raiBlocklists/none/raiBlocklistItems/a"
    refused(pipeline("PUT", orphan, item()), "parent-not-found")
    assert pipeline("POST", f"{account}/raiBlocklists/none/addRaiBlocklistItems", []).status_code == 404
