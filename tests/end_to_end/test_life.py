"""A stack over its life: each change is one `up`, touches what was changed and nothing else, and then there is peace.

One stack goes through all of it, for each run of the engine costs seconds. Changes that don't concern each other share
an `up`; what was updated in place is told from what was replaced by the engine's own counts.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml
from tests.end_to_end.conftest import ROOT

from modelyard.failures import ExitStatus

pytestmark = pytest.mark.engine

ACCESS, DEPLOYMENTS, ROLES = "modelyard:access", "modelyard:deployments", "modelyard:roleDefinitions"
MODEL = "gpt-5.6-terra@2026-07-09"


@dataclass
class Life:
    """One stack, whose file a test changes and declares again."""

    yard: Any
    config: dict[str, Any] = field(default_factory=dict)

    def up(self, *, expect: int = ExitStatus.DONE) -> Any:
        """Declare what the file says now, and prove nothing: that is another command."""
        file = self.yard.project / "stacks" / "Pulumi.life.yaml"
        file.write_text(yaml.safe_dump({"config": self.config}, sort_keys=False))
        words = (
            "--no-smoke",
            "--ignore-policies",
            "--ignore-quota",
            "--json",
        )  # what Azure refuses it has to refuse by itself
        return self.yard.modelyard("up", "life", *words, expect=expect).json

    def changed(self, *, expect: int = ExitStatus.DONE) -> tuple[dict[str, int], list[Any]]:
        """What an `up` did, by kind of change, and what was refused; then a second one, which must do nothing."""
        report = self.up(expect=expect)
        if expect == ExitStatus.DONE:
            assert not self.up()["data"]["changed"], "a second run changes nothing"
        return self.done(report), report["failures"]

    def done(self, report: Any) -> dict[str, int]:
        """How many resources were changed, by kind of change."""
        return {op: count for op, count in report["data"]["changes"].items() if op != "same"}

    def checked(self, *select: str, expect: int = ExitStatus.DONE) -> dict[tuple[str, str], str]:
        """The outcomes of checks, by id and what they ask."""
        words = [word for one in select for word in ("--select", one)]
        report = self.yard.modelyard("smoke", "life", "--json", *words, expect=expect).json
        return {(check["id"], check["subject"].split(":")[0]): check["outcome"] for check in report["checks"]}


@pytest.fixture
def life(yard: Any) -> Life:
    """Stack dev under another name, with a provisioned deployment that spills over to `chat`, and a role of its own."""
    config = yaml.safe_load((ROOT / "stacks" / "Pulumi.dev.yaml").read_text())["config"]
    config["modelyard:account"]["name"] = "contoso-ai-life"
    config["modelyard:policies"]["skus"]["parameters"]["skus"].append("GlobalProvisionedManaged")
    config[DEPLOYMENTS]["reserve"] = {
        "model": MODEL,
        "sku": "GlobalProvisionedManaged",
        "capacity": 15,
        "spilloverDeploymentName": "chat",
    }
    config[ROLES] = {"watcher": {"roleName": "Life watcher", "actions": ["Microsoft.CognitiveServices/accounts/read"]}}
    config[ACCESS]["watcher"] = {"principal": {"user": _object_id("outsider")}, "role": "watcher"}
    return Life(yard, config)


def test_a_life(life: Life) -> None:
    deployments, entries = life.config[DEPLOYMENTS], life.config["modelyard:blocklists"]["house-words"]["entries"]
    prompt = life.config["modelyard:contentFilters"]["strict"]["prompt"]
    done, _ = life.changed()
    assert set(done) == {"create"}
    assert life.checked("reserve", "filter.*")["spillover.routes", "reserve"] == "skipped", "it isn't full"

    # In place: the capacity of a deployment, a filter's threshold. New: somebody's role, and an entry. Azure knows
    # nothing of the keys of access: under another key it is the same role assignment, neither made nor deleted.
    life.config[ACCESS]["ci"] = life.config[ACCESS].pop("pipeline")
    # A role that is kept elsewhere is another one, of the same name, which no two may have: so the old one goes first,
    # and before it whoever has it.
    life.config[ROLES]["watcher"]["assignableScopes"] = ["subscription"]
    deployments["chat-mini"]["capacity"] = 150
    prompt["hate"]["severityThreshold"] = "Medium"
    life.config[ACCESS]["outsider"] = {
        "principal": {"user": _object_id("outsider")},
        "role": "Cognitive Services User",
    }
    entries["osprey"] = "Project Osprey"
    done, _ = life.changed()
    changes = {"update": 2, "create": 2, "replace": 2}
    assert done == changes, "a filter or a deployment that is replaced takes its calls down with it"
    proved = life.yard.modelyard(
        "smoke", "life", "--principal", "outsider", "--stranger", "reader", "--select", "access.*", "--json"
    ).json
    assert {check["outcome"] for check in proved["checks"]} == {"passed"}, "the new role works"

    # And back again, with two deployments less.
    deployments["chat-mini"]["capacity"] = 50
    del life.config[ACCESS]["outsider"], entries["osprey"], deployments["deepseek"], deployments["mistral-large"]
    done, _ = life.changed()
    assert done == {"update": 1, "delete": 4}
    assert set(life.checked("deployment.answers")) == {
        ("deployment.answers", name) for name in ("chat", "chat-bulk", "chat-mini", "embed", "reserve")
    }
    assert life.checked("access.*")["access.refuses-without-role", "outsider"] == "passed", "the role is gone"

    # A policy that what exists breaks already: it stays, what is new and breaks it is refused, and the rest goes on.
    life.config["modelyard:policies"]["global-only"] = {
        "definition": "team/allowed-deployment-skus",
        "parameters": {"skus": ["GlobalStandard", "GlobalProvisionedManaged"]},
        "effect": "Deny",
        "nonComplianceMessage": "Data zones are for another team.",
    }
    deployments["zoned"] = {"model": MODEL, "sku": "DataZoneStandard", "capacity": 10}
    deployments["spare"] = {"model": MODEL, "sku": "GlobalStandard", "capacity": 10}
    # In the same run: more capacity for a live deployment than there is quota, which `reserve` spills over to.
    capacity = deployments["chat"]["capacity"] = deployments["chat"].pop("rateLimit")["tokensPerMinute"] // 1000
    deployments["chat"]["capacity"] = 900_000
    report = life.up(expect=ExitStatus.REFUSED)
    assert life.done(report) == {"create": 2}, "the policy, and the deployment that it allows"
    told = report["data"]["outputs"]["deployments"]
    assert {name: told[name].get("mark") for name in ("chat", "reserve", "spare")} == {
        "chat": "not updated",
        "reserve": "not updated",
        "spare": None,
    }
    assert told["chat"]["capacity"] == capacity, "a refused update leaves what is deployed as it was, and told"
    assert report["data"]["missing"] == ["zoned"]
    by_name = {failure["where"].rpartition("::")[2]: failure for failure in report["failures"]}
    assert set(by_name) == {"zoned", "chat"}
    assert "InsufficientQuota" in by_name["chat"]["message"]
    refused = by_name["zoned"]
    assert "RequestDisallowedByPolicy" in refused["message"]
    assert "Data zones are for another team." in refused["message"]
    assert refused["remedy"]
    # In a later process too: what exists is asked, and what doesn't is told as not proved.
    answered = life.checked("deployment.answers", "deployment.keeps-limits", expect=ExitStatus.INCONCLUSIVE)
    for name in ("spare", "chat-bulk", "chat", "reserve"):
        assert answered["deployment.answers", name] == "passed"
    assert answered["deployment.keeps-limits", "chat"] == "passed", "by the limits that it has"
    assert answered["deployment.answers", "zoned"] == "inconclusive"
    del deployments["zoned"]
    deployments["chat"]["capacity"] = capacity
    assert life.changed() == ({}, []), "nothing of what was refused is left behind"

    life.yard.modelyard("destroy", "life", "--yes")
    held = life.yard.modelyard("sandbox", "status", "--json").json["data"]["resources"]
    assert set(held) <= {"Microsoft.Authorization/roleAssignments"}, "but for what the subscription came with"
    state = life.yard.pulumi("stack", "export", "--stack", "life").json
    assert not state["deployment"].get("resources")


def _object_id(name: str) -> str:
    from modelyard.sandbox import seed_data

    return seed_data.object_id(name)
