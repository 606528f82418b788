"""One question over many subscriptions: a page that is lost, or a cut that nobody sees, would be a false inventory."""

import json
from typing import Any

import httpx2
import pytest

from modelyard.azure.arm_client import ArmClient
from modelyard.azure.failures import ArmFailure, AzureRefused, ReplyUnreadable
from modelyard.azure.resource_graph import PAGE, query, quoted


def asked(*replies: Any) -> tuple[list[dict[str, Any]], Any]:
    """The bodies that were sent, and a function that asks."""
    sent: list[dict[str, Any]] = []
    answers = iter(replies)

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content))
        return httpx2.Response(200, json=next(answers))

    def ask(**named: Any) -> list[dict[str, Any]]:
        with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
            return list(query(ArmClient(client, lambda _: "token"), "resources", **named))

    return sent, ask


def test_pages_are_followed_by_their_token() -> None:
    sent, ask = asked({"data": [{"id": 1}], "$skipToken": "next"}, {"data": [{"id": 2}], "resultTruncated": "false"})
    assert ask(subscriptions=["s"]) == [{"id": 1}, {"id": 2}]
    assert [each["options"].get("$skipToken") for each in sent] == [None, "next"]
    assert sent[0] == {
        "query": "resources",
        "subscriptions": ["s"],
        "options": {"resultFormat": "objectArray", "$top": PAGE},
    }


def test_a_table_is_read_as_well() -> None:
    """captured-2026-11.md row 83: an old api-version answers with columns and rows, and a truth value as a text."""
    reply = {
        "totalRecords": 1,
        "count": 1,
        "data": {"columns": [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}], "rows": [["a", 1]]},
        "facets": [],
        "resultTruncated": "false",
    }
    assert asked(reply)[1](groups=["g"]) == [{"id": "a", "n": 1}]


@pytest.mark.parametrize(
    ("replies", "failure"),
    [
        ([{"data": [], "resultTruncated": "true"}], ArmFailure),
        ([{"data": [], "$skipToken": "a"}, {"data": [], "$skipToken": "a"}], ArmFailure),
        ([["no object"]], ReplyUnreadable),
    ],
)
def test_an_answer_that_was_cut_is_a_failure(replies: list[Any], failure: type[Exception]) -> None:
    with pytest.raises(failure):
        asked(*replies)[1]()


def test_a_refusal_is_azures() -> None:
    refused = httpx2.Response(403, json={"error": {"code": "AuthorizationFailed", "message": "no"}})
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: refused)) as client, pytest.raises(AzureRefused):
        list(query(ArmClient(client, lambda _: "token"), "resources"))


def test_a_text_is_quoted() -> None:
    assert quoted("it's a \\") == "'it\\'s a \\\\'"
