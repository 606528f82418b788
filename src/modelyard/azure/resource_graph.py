"""Azure Resource Graph: one question over many subscriptions, answered from Azure's copy of what ARM has.

The copy is minutes old at most times, and it leaves out what the caller may not read without a word: whoever asks has
to prove by other means that it may read a scope. Microsoft docs, resourcegraph/resources (A); a recorded reply has
`resultTruncated` as a string and tables where an old api-version was asked (B).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.azure.arm_client import ArmClient, Deadline
from modelyard.azure.failures import ArmFailure, ReplyUnreadable

PATH = "/providers/Microsoft.ResourceGraph/resources"
API_VERSION = "2024-04-01"
PAGE = 1000
"""Rows of a page, the most that Azure gives."""


def query(
    arm: ArmClient, text: str, *, subscriptions: Sequence[str] = (), groups: Sequence[str] = ()
) -> Iterator[ArmDocument]:
    """The rows, page after page. `subscriptions` are their bare ids, `groups` names of management groups.

    Raises AzureRefused where Resource Graph refuses the question, ReplyUnreadable, `provider.transport-failed` for an
    answer that was cut or never ends, and what `ArmClient.send` raises.
    """
    asked: dict[str, Any] = {"query": text, "options": {"resultFormat": "objectArray", "$top": PAGE}}
    asked |= {"subscriptions": list(subscriptions)} if subscriptions else {}
    asked |= {"managementGroups": list(groups)} if groups else {}
    seen = set[str]()
    while True:
        reply = arm.fetch("POST", PATH, Deadline(), api_version=API_VERSION, body=asked).body
        if not isinstance(reply, dict):
            raise ReplyUnreadable.of("azure.reply-unreadable", where=f"POST {PATH}", found="it is no object")
        yield from _rows(reply.get("data"))
        token = reply.get("$skipToken")
        if not token:
            if str(reply.get("resultTruncated")).lower() == "true":
                raise _unusable("Resource Graph cut its answer")
            return
        if token in seen:
            raise ArmFailure.of(
                "provider.transport-failed",
                problem="Resource Graph comes back to a page that it gave before",
                where=f"POST {PATH}",
            )
        seen.add(token)
        asked["options"] = {**asked["options"], "$skipToken": token}


def _unusable(problem: str) -> ArmFailure:
    return ArmFailure.of("provider.transport-failed", problem=problem, where=f"POST {PATH}")


def quoted(text: str) -> str:
    """A text as a literal of the query language."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _rows(data: Any) -> Iterator[dict[str, Any]]:
    """Rows as objects, also where a table came."""
    if isinstance(data, dict):
        names = [str(column["name"]) for column in data.get("columns") or ()]
        yield from (dict(zip(names, row, strict=True)) for row in data.get("rows") or ())
        return
    yield from (row for row in data or () if isinstance(row, dict))
