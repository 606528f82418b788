"""A renamed key deletes a deployment that people call, and would take away access that nobody meant to take away."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from modelyard.arm.pulumi_sentinels import UNKNOWN
from modelyard.engine.events import Started
from modelyard.engine.renames import Renamed, finding, renamed, renames, shown
from modelyard.engine.result import ResourceStep, Result

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
ITEM = "azure-native:cognitiveservices:RaiBlocklistItem"
ROLE = "azure-native:authorization:RoleAssignment"
FIRST, SECOND = "22222222-2222-2222-2222-222222222222", "33333333-3333-3333-3333-333333333333"


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::tried::modelyard:index:Yard${token}::{name}"


def deployment(name: str, capacity: int = 1) -> dict[str, Any]:
    sku = {"name": "GlobalStandard", "capacity": capacity}
    return {"resourceGroupName": "rg", "accountName": "contoso", "deploymentName": name, "sku": sku}


def role(guid: str) -> dict[str, Any]:
    return {"scope": ACCOUNT, "roleAssignmentName": guid, "principalId": "x"}


def role_id(guid: str) -> str:
    return f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/{guid}"


def comes(token: str, name: str, inputs: dict[str, Any], op: str = "create") -> Started:
    return Started(urn(token, name), op, preview=True, inputs=inputs, custom=True)


def goes(token: str, name: str, inputs: dict[str, Any], id: str = "", op: str = "delete") -> Started:  # noqa: A002 - ARM's
    return Started(urn(token, name), op, preview=True, inputs=inputs, custom=True, id=id)


def test_a_deployment_with_another_key_is_a_rename() -> None:
    found = renames(
        [comes(DEPLOYMENT, "chat-v2", deployment("chat-v2")), goes(DEPLOYMENT, "chat", deployment("chat"))],
        SUBSCRIPTION,
    )
    assert found == (Renamed(urn(DEPLOYMENT, "chat"), urn(DEPLOYMENT, "chat-v2")),)
    told = finding(found[0])
    assert told.code == "engine.key-renamed"
    assert "the Deployment chat will be deleted" in told.message
    assert "put the key chat back" in told.remedy


def test_another_deployment_is_no_rename() -> None:
    steps = [comes(DEPLOYMENT, "new", deployment("new", 2)), goes(DEPLOYMENT, "chat", deployment("chat", 1))]
    assert renames(steps, SUBSCRIPTION) == ()


def test_each_that_goes_is_the_twin_of_one_at_most() -> None:
    steps = [
        comes(DEPLOYMENT, "a", deployment("a")),
        comes(DEPLOYMENT, "b", deployment("b")),
        goes(DEPLOYMENT, "chat", deployment("chat")),
    ]
    assert [each.new for each in renames(steps, SUBSCRIPTION)] == [urn(DEPLOYMENT, "a")]


def test_entries_follow_their_blocklist() -> None:
    """Whoever renames a list reads of the list, and not of each of its thousand entries."""
    old = {"raiBlocklistName": "words", "raiBlocklistItemName": "falcon", "properties": {"pattern": "Falcon"}}
    new = {**old, "raiBlocklistName": "house-words"}
    assert renames([comes(ITEM, "house-words/falcon", new), goes(ITEM, "words/falcon", old)], SUBSCRIPTION) == ()


def test_access_under_another_key_stays_the_same_in_azure() -> None:
    steps = [comes(ROLE, "team", role(FIRST)), goes(ROLE, "app-team", role(FIRST), role_id(FIRST).upper())]
    (found,) = renames(steps, SUBSCRIPTION)
    assert (found.old, found.new, found.kept) == (urn(ROLE, "app-team"), urn(ROLE, "team"), role_id(FIRST))
    told = finding(found)
    assert told.code == "engine.key-moved"
    assert "pulumi state rename" in told.remedy, "who runs plain Pulumi has to do it alone"


def test_access_that_changes_places_stays() -> None:
    """Two entries swap their principals: each would be created where the other one still is."""
    steps = [
        comes(ROLE, "a", role(SECOND), "create-replacement"),
        goes(ROLE, "a", role(FIRST), role_id(FIRST), "replace"),
        comes(ROLE, "b", role(FIRST), "create-replacement"),
        goes(ROLE, "b", role(SECOND), role_id(SECOND), "replace"),
    ]
    assert {(each.old, each.new) for each in renames(steps, SUBSCRIPTION)} == {
        (urn(ROLE, "a"), urn(ROLE, "b")),
        (urn(ROLE, "b"), urn(ROLE, "a")),
    }


def test_a_replacement_in_its_own_place_is_no_rename() -> None:
    steps = [
        comes(ROLE, "a", role(FIRST), "create-replacement"),
        goes(ROLE, "a", role(FIRST), role_id(FIRST), "replace"),
    ]
    assert renames(steps, SUBSCRIPTION) == ()


def test_what_is_not_known_yet_is_in_nobodys_place() -> None:
    steps = [comes(ROLE, "a", role(UNKNOWN)), goes(ROLE, "b", role(FIRST), role_id(FIRST))]
    assert not [each for each in renames(steps, SUBSCRIPTION) if each.kept]


def test_the_state_names_it_anew_wherever_it_is_named() -> None:
    old, new, other = urn(ROLE, "a"), urn(ROLE, "b"), urn(DEPLOYMENT, "chat")
    state: dict[str, Any] = {
        "version": 3,
        "deployment": {
            "manifest": {},
            "resources": [
                {"urn": old, "inputs": {"said": old}},
                {
                    "urn": other,
                    "parent": old,
                    "deletedWith": old,
                    "dependencies": [old, other],
                    "propertyDependencies": {"properties": [old], "sku": None},
                },
            ],
        },
    }
    first, second = renamed(state, {old: new})["deployment"]["resources"]
    assert first == {"urn": new, "inputs": {"said": old}}, "what a resource holds isn't touched"
    assert second == {
        "urn": other,
        "parent": new,
        "deletedWith": new,
        "dependencies": [new, other],
        "propertyDependencies": {"properties": [new], "sku": None},
    }
    assert state["deployment"]["resources"][0]["urn"] == old, "the state that was read stays as it was"


@given(st.permutations(["a", "b", "c", "d"]))
def test_no_two_resources_get_one_name(order: list[str]) -> None:
    urns = {urn(ROLE, old): urn(ROLE, new) for old, new in zip("abcd", order, strict=True)}
    state = {"deployment": {"resources": [{"urn": each} for each in urns]}}
    assert {each["urn"] for each in renamed(state, urns)["deployment"]["resources"]} == set(urns)


def preview(*steps: tuple[str, str], **changes: int) -> Result:
    """The result of a preview with these steps: URN and op."""
    return Result(
        operation="preview",
        changes=changes,
        steps=tuple(ResourceStep(urn, op, "done") for urn, op in steps),
        diagnostics=(),
        violations=(),
        failures=(),
        outputs={},
        exit_status=0,
        seconds=0.0,
    )


def test_an_entry_with_another_key_is_shown_as_a_rename() -> None:
    """Not as a delete and a create: whoever reads that fears for the access of a team."""
    old, new = urn(ROLE, "team"), urn(ROLE, "app-team")
    steps = [
        comes(ROLE, "app-team", {**role(FIRST), "description": "app-team"}),
        goes(ROLE, "team", {**role(FIRST), "description": "team"}, role_id(FIRST)),
    ]
    found = renames(steps, SUBSCRIPTION)
    assert [each.document for each in found] == [
        {
            "type": ROLE,
            "from": "team",
            "to": "app-team",
            "id": role_id(FIRST),
            "kept": True,
            "changes": ["description"],
        }
    ]
    told = shown(preview((new, "create"), (old, "delete"), create=3, delete=1, same=4), found)
    assert told.changes == {"create": 2, "rename": 1, "same": 4}
    assert [(step.urn, step.op, step.diff) for step in told.steps] == [(new, "rename", ("description",))]


def test_two_that_change_places_are_two_renames() -> None:
    first, second = urn(ROLE, "a"), urn(ROLE, "b")
    steps = [
        goes(ROLE, "a", role(FIRST), role_id(FIRST), "delete-replaced"),
        comes(ROLE, "a", role(SECOND), "create-replacement"),
        goes(ROLE, "b", role(SECOND), role_id(SECOND), "delete-replaced"),
        comes(ROLE, "b", role(FIRST), "create-replacement"),
    ]
    ops = ("delete-replaced", "replace", "create-replacement")
    result = preview(*((each, op) for each in (first, second) for op in ops), replace=2, same=1)
    told = shown(result, renames(steps, SUBSCRIPTION))
    assert told.changes == {"rename": 2, "same": 1}
    assert {(step.urn, step.op) for step in told.steps} == {(first, "rename"), (second, "rename")}


def test_a_deployment_that_really_goes_is_shown_as_it_is() -> None:
    result = preview((urn(DEPLOYMENT, "new"), "create"), (urn(DEPLOYMENT, "old"), "delete"), create=1, delete=1)
    twins = (Renamed(urn(DEPLOYMENT, "old"), urn(DEPLOYMENT, "new")),)
    assert shown(result, twins) == result
