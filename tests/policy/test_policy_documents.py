"""Policies at work, from documents of several sources: what can't be used is told, and takes nothing else with it."""

from typing import Any

import pytest

from modelyard.policy.documents import definition_registry
from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.failures import AssignmentRefused
from modelyard.policy.language.aliases import Aliases
from modelyard.policy.language.fields import Fields

PROVIDER = "/subscriptions/s/providers/Microsoft.Authorization"
RULE = {"if": {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}, "then": {"effect": "audit"}}


def document(kind: str, name: str, **properties: Any) -> dict[str, Any]:
    type_ = f"Microsoft.Authorization/{kind}"
    return {"id": f"{PROVIDER}/{kind}/{name}", "name": name, "type": type_, "properties": properties}


def initiative(*members: str) -> dict[str, Any]:
    rows = [{"policyDefinitionReferenceId": each, "policyDefinitionId": f"{PROVIDER}/policyDefinitions/{each}"}
            for each in members]  # fmt: skip
    return document("policySetDefinitions", "set", policyDefinitions=rows)


SET = f"{PROVIDER}/policySetDefinitions/set"
ASSIGNED = document("policyAssignments", "all", policyDefinitionId=SET)


def test_a_member_that_can_not_be_used_takes_no_other_with_it() -> None:
    """An initiative of two hundred, such as Azure's own for security, must not be lost for one of them."""
    fields = Fields(Aliases({}))
    documents = [
        document("policyDefinitions", "good", mode="All", policyRule=RULE),
        document("policyDefinitions", "odd", mode="All", policyRule={**RULE, "then": {"effect": "implode"}}),
        initiative("good", "odd", "missing"),
        ASSIGNED,
    ]
    assigned, refused = Rulebook.of(documents, "here").put_to_work(definition_registry.Library(), fields)
    assert [each.reference for each in assigned.bound] == ["good"]
    assert [each.where.partition(": ")[0] for each in refused] == ["odd", "set"], (
        "the odd one as such and not again as a member, and the member that nobody has"
    )


def test_a_namesake_at_another_scope_is_another_definition() -> None:
    """Platform teams and stacks call things alike; a verdict by the wrong rule is worse than none."""
    fields = Fields(Aliases({}))
    mine = document("policyDefinitions", "house", mode="All", policyRule=RULE)
    name = "providers/Microsoft.Authorization/policyDefinitions/house"
    theirs = f"/providers/Microsoft.Management/managementGroups/m/{name}"
    assigned = document("policyAssignments", "all", policyDefinitionId=theirs)
    for id_, bound, refused in (
        (f"/subscriptions/another/{name}", 0, [f"all: {theirs}"]),
        (f"/{name}", 1, []),
        (theirs, 1, []),
    ):
        found, failures = Rulebook.of([mine | {"id": id_}, assigned], "here").put_to_work(
            definition_registry.Library(), fields
        )
        assert (len(found.bound), [each.where for each in failures]) == (bound, refused)


def test_whoever_wants_all_of_an_initiative_is_told_of_the_first_that_is_missing() -> None:
    """Azure itself takes no initiative whose members it doesn't know."""
    entries = definition_registry.load([("set", initiative("missing"))], Fields(Aliases({})))
    with pytest.raises(AssignmentRefused, match="there is no such definition at hand"):
        Assignment.load(ASSIGNED).bind(entries)
