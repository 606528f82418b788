"""The part of Resource Graph's language that the sandbox has must mean what it means in Azure; the rest is refused."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.sandbox.graph_query import run, table
from modelyard.sandbox.graph_tokens import LONGEST, Unsupported

ROWS: list[dict[str, Any]] = [
    {
        "id": "/a",
        "name": "Chat",
        "kind": "AIServices",
        "properties": {"n": 3, "model": {"name": "gpt-5.6"}},
        "tags": {},
    },
    {"id": "/b", "name": "embed", "kind": "OpenAI", "properties": {"n": 10}, "tags": {"cost-center": "42"}},
    {"id": "/c", "name": "bulk chat", "kind": "", "properties": {"on": True}, "tags": None},
]


def ids(text: str) -> list[str]:
    return [row["id"] for row in run(f"resources | {text}", ROWS)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("where name == 'chat'", []),
        ("where name == 'Chat'", ["/a"]),
        ("where name =~ 'chat'", ["/a"]),
        ("where name != 'Chat'", ["/b", "/c"]),
        ("where name !~ 'CHAT'", ["/b", "/c"]),
        ("where name in ('chat', 'embed')", ["/b"]),
        ("where name in~ ('chat', 'embed')", ["/a", "/b"]),
        ("where name !in~ ('chat', 'embed')", ["/c"]),
        ("where name has 'CHAT'", ["/a", "/c"]),
        ("where name has 'cha'", []),
        ("where name !has 'chat'", ["/b"]),
        ("where name contains 'HA'", ["/a", "/c"]),
        ("where name startswith 'b' and name endswith 'T'", ["/c"]),
        ("where kind =~ 'openai' or name == 'Chat'", ["/a", "/b"]),
        ("where not(kind == 'OpenAI') and (name has 'bulk' or name has 'chat')", ["/a", "/c"]),
        ("where properties.model.name =~ 'GPT-5.6'", ["/a"]),
        ("where tags['cost-center'] == '42'", ["/b"]),
        ("where tostring(tags['cost-center']) == 42", ["/b"]),
        ("where properties.n > 3", ["/b"]),
        ("where properties.n >= 3", ["/a", "/b"]),
        ("where isnotempty(kind)", ["/a", "/b"]),
        ("where isempty(properties.model)", ["/b", "/c"]),
        ("where properties.on == true", ["/c"]),
        ("where properties.on", ["/c"]),
        ("where id in ('/a') // a comment\n| where name has \"chat\"", ["/a"]),
        ("order by properties.n desc", ["/b", "/a", "/c"]),
        ("sort by name asc | take 1", ["/a"]),
        ("top 1 by properties.n", ["/b"]),
        ("limit 2", ["/a", "/b"]),
    ],
)
def test_what_is_kept_and_in_which_order(text: str, found: list[str]) -> None:
    assert ids(text) == found


def test_columns() -> None:
    text = "where id == '/a' | extend model = tostring(properties.model.name) | project model, n = properties.n"
    assert run(f"resources | {text}", ROWS) == [{"model": "gpt-5.6", "n": 3}]
    assert run("resources | project properties.model.name | take 1", ROWS) == [{"properties_model_name": "gpt-5.6"}]
    assert run("resources | project id, name | project-away name | take 1", ROWS) == [{"id": "/a"}]
    assert run("resources | distinct kind | count", ROWS) == [{"Count": 3}]


def test_counts() -> None:
    assert run("resources | summarize count()", ROWS) == [{"count_": 3}]
    found = run("resources | summarize many = count() by kind | order by kind asc", ROWS)
    assert found == [{"kind": "", "many": 1}, {"kind": "AIServices", "many": 1}, {"kind": "OpenAI", "many": 1}]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("resources | mv-expand tags", "mv-expand"),
        ("resources | join kind=inner (resources) on id", "join"),
        ("resources | summarize max(id)", "max"),
        ("resources | where name matches regex 'a'", "matches"),
        ("resources | extend a = strcat(name, 'b')", "strcat"),
        ("resources | where", "ends in the middle"),
        ("resources | take many", "whole number"),
        ("resources where", "|"),
        ("resources | where name == ;", ";"),
        (f"resources | where {'(' * 200}", "brackets"),
        ("resources | where id == '" + "a" * LONGEST + "'", str(LONGEST)),
    ],
)
def test_what_is_not_known_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(Unsupported, match=r".") as refused:
        run(text, ROWS)
    assert named in str(refused.value)


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(Unsupported, match="advisorresources"):
        table("AdvisorResources | take 1", ("resources",))
    with pytest.raises(Unsupported):
        table("", ("resources",))


@given(st.text(alphabet="resoucwhn |=~'()[].,\\\"0123andtakeby\n", max_size=60))
def test_no_query_raises_anything_else(text: str) -> None:
    with contextlib.suppress(Unsupported):
        run(f"resources | {text}", ROWS)
