"""Whoever reads a verdict believes that Azure would give the same; where that isn't sure, the pull says so."""

from typing import Any

from modelyard.audit.unevaluated_policies import findings
from modelyard.policy.evaluation.policy_documents import Rulebook

DEFINITION = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
SET = "/providers/Microsoft.Authorization/policySetDefinitions/guard"


def document(id_: str, **properties: Any) -> dict[str, Any]:
    kind = id_.rpartition("/providers/")[2].rpartition("/")[0]
    return {"id": id_, "name": id_.rpartition("/")[2], "type": kind, "properties": properties}


def assignment(name: str, version: str, definition: str = DEFINITION) -> dict[str, Any]:
    id_ = f"/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/{name}"
    return document(id_, policyDefinitionId=definition, definitionVersion=version)


def test_what_holds_on_to_another_version_is_told_with_who_does() -> None:
    """A built-in's next major version may deny what the one in force lets through."""
    member = {"policyDefinitionId": DEFINITION, "policyDefinitionReferenceId": "keys", "definitionVersion": "1.*.*"}
    book = Rulebook.of(
        [
            document(DEFINITION, version="2.1.0", policyRule={}),
            document(SET, version="1.0.0", policyDefinitions=[member]),
            assignment("old", "1.*.*"),
            assignment("new", "2.*.*"),
            assignment("set", "1.*.*", SET),
            assignment("unpinned", ""),
        ],
        "azure",
    )
    (found,) = findings(book, ())
    assert (found.code, found.found) == ("policy.version-pinned", DEFINITION)
    assert found.message == (
        "old, guard (keys) uses version 1.*.* of this definition, but Azure shows 2.1.0, so the policy isn't evaluated"
    )


def test_what_is_not_shown_is_told() -> None:
    (found,) = findings(Rulebook(), (DEFINITION,))
    assert (found.code, found.found) == ("policy.definition-not-shown", DEFINITION)
