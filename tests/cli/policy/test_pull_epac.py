"""`policy pull --from-epac`: another team's repository is all that a preview needs; nobody signs in."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.failures import ExitStatus
from modelyard.policy.evaluation import policy_snapshot

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "epac"
KEPT = Path(".modelyard/policies/epac/tenant/microsoft.management/managementgroups/contoso.json")
ROOT = "/providers/Microsoft.Management/managementGroups/contoso"
Run = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: made\nruntime: python\n")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "policies"))


def test_an_environment_is_kept_as_what_azure_tells_is(modelyard: Run, project: Path, repository: Path) -> None:
    said = modelyard("policy", "pull", "--from-epac", str(repository), "--environment", "tenant",
                     "--management-group", "contoso-online", "--project", str(project))  # fmt: skip
    assert (said.status, said.err) == (ExitStatus.DONE, "")
    assert said.out.splitlines() == [
        f"{ROOT}: 2 assignments, 2 definitions, 1 initiative, 2 exemptions",
        f"kept in {KEPT}",
    ]
    (kept,) = policy_snapshot.read(project / policy_snapshot.FOLDER)
    assert kept.name.startswith(f"epac/tenant {ROOT}, ")
    assert kept.book.management_groups == (f"{ROOT}-online",)


def test_that_groups_are_assumed_is_told(modelyard: Run, project: Path, repository: Path) -> None:
    said = modelyard("policy", "pull", "--from-epac", str(repository), "--environment", "tenant",
                     "--project", str(project))  # fmt: skip
    assert said.status == ExitStatus.DONE
    assert "warning: all these management groups are taken to stand above your subscriptions" in said.out
    assert "found:   contoso, contoso-sandbox, contoso-online" in said.out


def test_nothing_is_kept_of_what_can_not_be_read_wholly(modelyard: Run, project: Path, repository: Path) -> None:
    assignments = repository / "Definitions/policyAssignments/ai.jsonc"
    assignments.write_text(assignments.read_text().replace('"DoNotEnforce"', '"Sometimes"'))
    words = ("policy", "pull", "--from-epac", str(repository), "--environment", "tenant", "--project", str(project))
    said = modelyard(*words)
    assert said.status == ExitStatus.FINDINGS
    assert "where:   Definitions/policyAssignments/ai.jsonc: $.children[0].enforcementMode" in said.err
    assert not (project / KEPT).exists()
    said = modelyard(*words, "--partial", "--json")
    assert said.status == ExitStatus.DONE
    assert [each["code"] for each in said.json["findings"]] == ["epac.refused", "epac.groups-assumed"]
    assert [each["name"] for each in json.loads((project / KEPT).read_text())["assignments"]] == ["ai-prod"]


def test_an_environment_is_named(modelyard: Run, project: Path, repository: Path) -> None:
    said = modelyard("policy", "pull", "--from-epac", str(repository), "--project", str(project))
    assert said.status == ExitStatus.USAGE
    assert "allowed: epac-dev, tenant" in said.err


def test_a_repository_is_named(modelyard: Run, project: Path) -> None:
    said = modelyard("policy", "pull", "--environment", "tenant", "--project", str(project))
    assert said.status == ExitStatus.USAGE
    assert "a repository of EPAC is needed with --environment" in said.err
    assert "do:      name it: --from-epac FOLDER" in said.err


def test_a_folder_that_is_not_there_is_named(modelyard: Run, project: Path, tmp_path: Path) -> None:
    for folder, what in (("nowhere", "there is no such folder"), ("project", "there is no global-settings.jsonc")):
        said = modelyard("policy", "pull", "--from-epac", str(tmp_path / folder), "--project", str(project))
        assert said.status == ExitStatus.USAGE
        assert what in said.err
        assert f"where:   {tmp_path / folder}" in said.err


def test_an_effect_in_the_wrong_case_is_told_when_pulled(modelyard: Run, project: Path, repository: Path) -> None:
    """Azure regards case in allowed values, so it would refuse the assignment; nobody waits for an audit to know."""
    definition = repository / "Definitions/policyDefinitions/effect.jsonc"
    effect = {"type": "String", "allowedValues": ["Audit", "Deny"], "defaultValue": "Audit"}
    rule = {"if": {"field": "type", "equals": "x/y"}, "then": {"effect": "[parameters('effect')]"}}
    body = {"displayName": "Effect", "mode": "All", "parameters": {"effect": effect}, "policyRule": rule}
    definition.write_text(json.dumps({"name": "with-effect", "properties": body}))
    node = {
        "nodeName": "/effect/",
        "assignment": {"name": "with-effect", "displayName": "With effect"},
        "definitionEntry": {"policyName": "with-effect"},
        "scope": {"tenant": [ROOT]},
    }
    words = ("policy", "pull", "--from-epac", str(repository), "--environment", "tenant", "--project", str(project))
    for written, told in (("deny", ["policy.parameter-refused"]), ("Deny", [])):
        (repository / "Definitions/policyAssignments/effect.jsonc").write_text(
            json.dumps(node | {"parameters": {"effect": written}})
        )
        said = modelyard(*words, "--management-group", "contoso", "--json")
        assert said.status == ExitStatus.DONE
        found = [each for each in said.json["findings"] if each["code"].startswith("policy.")]
        assert [each["code"] for each in found] == told
        assert all((each["severity"], each["allowed"]) == ("warning", "Audit, Deny") for each in found)
