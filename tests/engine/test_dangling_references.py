"""A state that names what isn't in it can't be used at all: the CLI refuses every command on it with a Go traceback."""

from typing import Any

from modelyard.engine.exported_state import loose, tied

HERE, GONE = "urn:pulumi:dev::tried::t:i:T::here", "urn:pulumi:dev::tried::t:i:T::gone"


def state(**members: Any) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": [{"urn": HERE, **members}]}}


def test_references_to_what_is_gone_are_taken_out() -> None:
    broken = state(
        parent=GONE,
        deletedWith=GONE,
        dependencies=[GONE, HERE],
        propertyDependencies={"roleDefinitionId": [GONE], "scope": None},
        inputs={"said": GONE},
    )
    assert loose(broken) == (HERE,)
    assert tied(broken) == state(
        dependencies=[HERE], propertyDependencies={"roleDefinitionId": [], "scope": None}, inputs={"said": GONE}
    )
    assert broken["deployment"]["resources"][0]["parent"] == GONE, "the state that was read stays as it was"
    assert loose(tied(broken)) == ()


def test_a_state_that_holds_together_is_left_alone() -> None:
    sound = state(parent=HERE, dependencies=[HERE], propertyDependencies={"scope": [HERE]})
    assert loose(sound) == ()
    assert tied(sound) == sound


def test_a_stack_without_resources_holds_together() -> None:
    assert loose({"version": 3, "deployment": {"manifest": {}}}) == ()
