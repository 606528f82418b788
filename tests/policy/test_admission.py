"""What becomes of a request: changed, let through or denied, and what is told of it beforehand."""

from typing import Any

import pytest
from tests.policy.contoso import ACCOUNT, CONTEXT, NOW, admit, an_account, an_assignment

from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition_registry import Library, load
from modelyard.policy.evaluation import admission
from modelyard.policy.evaluation.compliance import Assigned, ComplianceState
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN


def test_a_change_prevents_a_deny(library: Library) -> None:
    """Azure changes first: the same request is denied without the modify, and let through with it."""
    keys_on = an_account(disableLocalAuth=False)
    assert admit(library, keys_on, an_assignment()).denied
    fixed = an_assignment(definition="modelyard/keys-off", name="keys-off")
    admitted = admit(library, keys_on, an_assignment(), fixed)
    assert not admitted.denied
    assert admitted.document["properties"] == {"disableLocalAuth": True}
    assert [change.field.path for change in admitted.changed if change.field] == ["properties.disableLocalAuth"]
    assert keys_on.document["properties"] == {"disableLocalAuth": False}


def test_do_not_enforce_changes_and_denies_nothing(library: Library) -> None:
    keys_on = an_account(disableLocalAuth=False)
    admitted = admit(
        library,
        keys_on,
        an_assignment(enforcementMode="DoNotEnforce"),
        an_assignment(definition="modelyard/keys-off", name="keys-off", enforcementMode="donotenforce"),
    )
    assert not admitted.denied
    assert admitted.document is keys_on.document
    assert [each.state for each in admitted.results] == [ComplianceState.NON_COMPLIANT, ComplianceState.NON_COMPLIANT]


def test_what_is_undecided_is_neither_denied_nor_passed_over(library: Library) -> None:
    admitted = admit(library, an_account(disableLocalAuth=UNKNOWN), an_assignment())
    assert not admitted.denied
    assert [each.waits_for for each in admitted.undecided] == [("properties.disableLocalAuth",)]


def _modify(name: str, value: str, conflict: str) -> dict[str, Any]:
    rule = {
        "if": {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"},
        "then": {
            "effect": "modify",
            "details": {
                "conflictEffect": conflict,
                "roleDefinitionIds": [
                    "/providers/Microsoft.Authorization/roleDefinitions/25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
                ],
                "operations": [{"operation": "addOrReplace", "field": "tags['owner']", "value": value}],
            },
        },
    }
    return {"name": name, "properties": {"mode": "Indexed", "policyRule": rule}}


@pytest.mark.parametrize(
    ("conflicts", "owner", "denied"),
    [
        (("audit", "audit"), None, 0),
        (("deny", "audit"), "one", 0),
        (("deny", "deny"), None, 2),
    ],
)
def test_two_that_modify_one_field(strict: Fields, conflicts: tuple[str, str], owner: str | None, denied: int) -> None:
    """The one that denies on conflict wins, two of those stop the request, and without one nothing is changed."""
    names = ("one", "two")
    library = load(((name, _modify(name, name, each)) for name, each in zip(names, conflicts, strict=True)), strict)
    admitted = admit(library, an_account(), *(an_assignment(definition=name, name=name) for name in names))
    assert admitted.document.get("tags", {}).get("owner") == owner
    assert len(admitted.denied) == denied


def test_what_is_told_of_a_write_beforehand(library: Library) -> None:
    """A denial that another policy's change prevents isn't one; who makes the change is told, as the request stands."""
    keys_on = an_account(disableLocalAuth=False)
    fixed = an_assignment(definition="modelyard/keys-off", name="keys-off")

    def told(*assignments: dict[str, Any]) -> list[tuple[str, ComplianceState, bool]]:
        assigned = Assigned(map(Assignment.load, assignments), library)
        found = admission.foreseen(assigned, keys_on, NOW)
        return [(each.bound.assignment.name, each.state, each.stops) for each in found]

    assert told(an_assignment()) == [("keyless", ComplianceState.NON_COMPLIANT, True)]
    assert told(an_assignment(), fixed) == [
        ("keyless", ComplianceState.COMPLIANT, False),
        ("keys-off", ComplianceState.NON_COMPLIANT, False),
    ]
    unenforced = [{**each, "properties": each["properties"] | {"enforcementMode": "DoNotEnforce"}} for each in (fixed,)]
    assert told(an_assignment(), *unenforced)[0] == ("keyless", ComplianceState.NON_COMPLIANT, True)


def test_a_conflict_that_denies_is_told_of_a_write_beforehand(strict: Fields) -> None:
    """Its effect is modify, and yet the request is refused: as a mere difference it would be overlooked."""
    rows = [(name, _modify(name, name, "deny")) for name in ("one", "two")]
    assigned = Assigned([Assignment.load(an_assignment(definition=name, name=name)) for name, _ in rows],
                        load(iter(rows), strict))  # fmt: skip
    assert [each.stops for each in admission.foreseen(assigned, an_account(), NOW)] == [True, True]


def test_a_failed_evaluation_denies(strict: Fields) -> None:
    rule = {"if": {"value": "[substring(field('name'), 0, 99)]", "equals": "a"}, "then": {"effect": "audit"}}
    library = load([("odd", {"name": "odd", "properties": {"mode": "All", "policyRule": rule}})], strict)
    (denied,) = admit(library, an_account(), an_assignment(definition="odd")).denied
    assert denied.state is ComplianceState.ERROR
    assert denied.result is not None
    assert "substring" in denied.result.reason


def test_deletion(strict: Fields) -> None:
    """denyAction stops a delete, and that of the whole group unless it says otherwise; it does nothing to a write."""

    def rule(mode: str, **details: Any) -> dict[str, Any]:
        then = {"effect": "denyAction", "details": {"actionNames": ["delete"], **details}}
        return {
            "properties": {"mode": mode, "policyRule": {"if": {"field": "kind", "equals": "AIServices"}, "then": then}}
        }

    for mode, details, group_stopped in (
        ("Indexed", {}, True),
        ("Indexed", {"cascadeBehaviors": {"resourceGroup": "allow"}}, False),
        ("All", {}, False),
    ):
        assigned = Assigned(
            [Assignment.load(an_assignment(definition="keep"))], load([("keep", rule(mode, **details))], strict)
        )
        assert len(admission.delete(assigned, an_account(), NOW).denied) == 1
        assert bool(admission.delete(assigned, an_account(), NOW, with_group=True).denied) is group_stopped
        (told,) = admission.foreseen_delete(assigned, an_account(), NOW)
        assert (told.state, told.stops) == (ComplianceState.NON_COMPLIANT, True), "protected is one that nobody deletes"
        unsure = EvaluatedResource({**an_account().document, "kind": UNKNOWN}, CONTEXT)
        (told,) = admission.foreseen_delete(assigned, unsure, NOW)
        assert (told.state, told.stops, told.waits_for) == (ComplianceState.UNDECIDED, False, ("kind",))
        written = admission.write(assigned, an_account(), NOW)
        assert (written.denied, [each.state for each in written.results]) == ((), [ComplianceState.PROTECTED])


@pytest.mark.parametrize("kind", ["Microsoft.Authorization/locks", "Microsoft.Authorization/policyAssignments"])
def test_what_could_lock_everybody_out_can_be_deleted(strict: Fields, kind: str) -> None:
    then = {"effect": "denyAction", "details": {"actionNames": ["delete"]}}
    rule = {"mode": "All", "policyRule": {"if": {"field": "type", "exists": True}, "then": then}}
    assigned = Assigned([Assignment.load(an_assignment(definition="keep"))], load([("keep", rule)], strict))
    mine = EvaluatedResource({"id": f"{ACCOUNT}/providers/{kind}/mine", "name": "mine", "type": kind}, CONTEXT)
    assert not admission.delete(assigned, mine, NOW).denied
    assert admission.delete(assigned, an_account(), NOW).denied
