"""The list of changes is what people say yes to, so its lines and its counts must agree."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from inline_snapshot import snapshot

from modelyard.engine.events import Failed, Finished
from modelyard.engine.result import EventSummary, Result
from modelyard.failures import ExitStatus
from modelyard.operations.changes import finished, planned, state_only, steps, summary
from modelyard.report import json as as_json
from modelyard.report import junit
from modelyard.report.change import Change
from modelyard.report.result import Report

PREFIX = "urn:pulumi:dev::modelyard::"
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
GROUP = "modelyard:index:Deployments"


def event(kind: str, op: str, name: str, type_: str = DEPLOYMENT, *, planning: bool = False, **more: Any) -> Any:
    there = {"custom": type_ == DEPLOYMENT, "inputs": {"sku": {"capacity": 100}}, "id": f"/{name}"}
    old = None if op == "create" else there
    new = None if op in {"delete", "delete-replaced"} else {**there, "inputs": {"sku": {"capacity": 150}}}
    details = {"sku.capacity": {"diffKind": "update-replace" if "replace" in op else "update"}}
    metadata: dict[str, Any] = {"op": op, "urn": f"{PREFIX}{type_}::{name}", "type": type_, "old": old, "new": new}
    if op not in {"create", "delete", "delete-replaced", "same"}:
        metadata["detailedDiff"] = details
    return {kind: {"metadata": metadata, "planning": planning, **more}}


def run(operation: str, *told: tuple[str, str, str], counts: dict[str, int], failing: tuple[str, ...] = ()) -> Result:
    import json

    ahead = operation == "preview"
    account = EventSummary(lambda: 1.0)
    for op, name, type_ in told:
        account.read(json.dumps(event("resourcePreEvent", op, name, type_, planning=ahead)))
        end = "resOpFailedEvent" if name in failing else "resOutputsEvent"
        account.read(json.dumps(event(end, op, name, type_, planning=ahead)))
    account.read(json.dumps({"summaryEvent": {"resourceChanges": counts, "isPreview": ahead}}))
    return account.result(operation, 1 if failing else 0, "no" if failing else "", Path("/project"), 0)


PLAN = (
    ("same", "modelyard-dev", "pulumi:pulumi:Stack"),
    ("create", "deployments", GROUP),
    ("create", "new", DEPLOYMENT),
    ("update", "chat", DEPLOYMENT),
    ("delete-replaced", "other", DEPLOYMENT),
    ("replace", "other", DEPLOYMENT),
    ("create-replacement", "other", DEPLOYMENT),
    ("delete", "gone", DEPLOYMENT),
    ("same", "kept", DEPLOYMENT),
)
COUNTS = {"same": 2, "create": 2, "update": 1, "replace": 1, "delete": 1}


def test_lines_and_counts_agree() -> None:
    """The stack and its components are no resources: they were counted and had no line."""
    result = run("preview", *PLAN, counts=COUNTS)
    assert planned(result) == snapshot("""\
  + Deployment           new                                create
  ~ Deployment           chat                               update
                           sku.capacity: 100 → 150
  ± Deployment           other                              replace
                           sku.capacity: 100 → 150 (makes another resource)
  - Deployment           gone                               delete
1 to create, 1 to delete, 1 to replace, 1 to update, 1 unchanged\
""")
    lines = [line for line in planned(result).splitlines()[:-1] if line[2] in "+~±-"]
    assert len(lines) == sum(count for op, count in result.changes.items() if op != "same")


def test_a_component_alone_is_no_change_and_still_has_to_be_made() -> None:
    result = run(
        "preview", ("create", "deployments", GROUP), ("same", "kept", DEPLOYMENT), counts={"create": 1, "same": 1}
    )
    assert (result.changes, result.changed, result.settled) == ({"same": 1}, False, False)


def test_nothing_to_change_says_what_was_compared() -> None:
    """It is no word about Azure: the state is what was compared, unless Azure was read first."""
    result = run("preview", ("same", "kept", DEPLOYMENT), counts={"same": 1})
    assert summary(result) == (
        "nothing to change: stack file and Pulumi state agree on 1 resource; "
        "Azure itself wasn't compared (`modelyard drift`, or --refresh)"
    )
    assert summary(result, refreshed=True) == "nothing to change: 1 resource in Azure as the stack file says"


def test_a_change_says_that_it_was_computed_from_the_state() -> None:
    """Whoever reads 1 to update must not take the rest for what is in Azure; a first run compares with nothing."""
    result = run("preview", ("update", "chat", DEPLOYMENT), counts={"update": 1, "same": 1})
    (line,) = state_only(result)
    assert "compared with the Pulumi state" in line
    assert "`modelyard drift`" in line
    assert state_only(result, refreshed=True) == ()
    assert state_only(run("preview", ("create", "chat", DEPLOYMENT), counts={"create": 1})) == ()


def test_what_others_changed_has_a_line_of_its_own() -> None:
    told = (("refresh", "kept", DEPLOYMENT), ("refresh", "chat", DEPLOYMENT), ("update", "chat", DEPLOYMENT))
    result = run("preview", *told, counts={"update": 1, "same": 1})
    assert "! Deployment           kept                               changed in Azure" in planned(result)
    assert summary(result) == "1 to update, 2 changed in Azure by others, 1 unchanged"


def test_a_failed_change_is_counted_as_such() -> None:
    result = run("up", *PLAN[2:4], counts={"create": 1}, failing=("chat",))
    assert summary(result) == "1 created, 1 failed"
    assert [step.outcome for step in steps(result)] == ["passed", "failed"]


def test_a_replacement_is_one_step_that_ended_as_its_worst_part() -> None:
    result = run("up", *PLAN[4:7], counts={}, failing=("other",))
    (step,) = steps(result)
    assert (step.op, step.outcome, step.name) == ("replace", "failed", "replace Deployment other")


def test_progress_tells_each_resource_once() -> None:
    def line(op: str, name: str, type_: str = DEPLOYMENT, *, custom: bool = True) -> str:
        return finished(Finished(f"{PREFIX}{type_}::{name}", op, 1.0, custom=custom))

    assert [op for op, name, type_ in PLAN if line(op, name, type_, custom=type_ == DEPLOYMENT)] == [
        "create",
        "update",
        "create-replacement",
        "delete",
    ]
    assert "replace failed" in finished(Failed(f"{PREFIX}{DEPLOYMENT}::x", "delete-replaced", 1.0, custom=True))


def test_machines_get_the_same() -> None:
    report = Report(command="preview", stack="dev", steps=steps(run("preview", *PLAN, counts=COUNTS)))
    assert report.status is ExitStatus.DONE
    told = {step["name"]: step for step in as_json.document(report)["steps"]}
    assert told["update Deployment chat"]["changes"] == [
        {"path": "sku.capacity", "old": 100, "new": 150, "replaces": False}
    ]
    assert told["replace Deployment other"]["changes"][0]["replaces"]
    assert "sku.capacity: 100 → 150" in junit.write(report)


def test_a_long_list_of_members_is_cut_where_a_person_reads_it() -> None:
    """A new catalog changes hundreds of dates in one parameter, and the change that matters must not scroll away."""
    told = run("preview", ("update", "chat", DEPLOYMENT), counts={"update": 1})
    changes = tuple(Change(f"dates.{number}", "2027-01-01", "2028-01-01") for number in range(25))
    result = replace(told, steps=(replace(told.steps[0], changes=changes),))
    lines = planned(result).splitlines()
    assert len([line for line in lines if "dates." in line]) == 20
    assert any("… and 5 more members" in line for line in lines)
    assert len(steps(result)[0].changes) == 25, "machines get all of them"
