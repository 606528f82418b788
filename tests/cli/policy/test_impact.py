"""`policy impact`: whoever changes policies sees what the change does to everybody's stacks, before it is merged."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.failures import ExitStatus

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLE = ROOT / "tests" / "examples" / "epac"
SHEET = Path("Definitions/policyAssignments/ai-guardrails.csv")
Run = Callable[..., Any]
STATE = {
    "version": 3,
    "deployment": {
        "resources": [
            {
                "urn": f"urn:pulumi:x::y::azure-native:cognitiveservices:Deployment::{name}",
                "type": "azure-native:cognitiveservices:Deployment",
                "custom": True,
                "id": "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-ours/providers"
                f"/Microsoft.CognitiveServices/accounts/ours/deployments/{name}",
                "inputs": {},
                "outputs": {"name": name, "sku": {"name": sku, "capacity": 1}, "properties": {}},
            }
            for name, sku in (("near", "Standard"), ("far", "GlobalStandard"), ("zone", "DataZoneStandard"))
        ]
    },
}


AGE = "Azure's built-in policies are those of 2026-04-29, "
AZURE = "target: azure, according to the stacks; nothing was asked there\n"


def commit(folder: Path) -> None:
    who = ["-c", "user.name=Tess", "-c", "user.email=tess@contoso.example", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-qm", "as it is"]):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of EPAC, and beside it the export of a stack with three deployments."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "export.json").write_text(json.dumps(STATE))
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "policies"))
    commit(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project in a repository of its own."""
    folder = tmp_path / "project"
    for name in ("stacks", "policies"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    commit(folder)
    return folder


@pytest.fixture
def impact(modelyard: Run, repository: Path) -> Run:
    """The command on the repository and the export."""

    def run(*words: str, base: str = "main", environment: str = "tenant") -> Any:
        return modelyard("policy", "impact", "--base", base, "--from-epac", str(repository),
                         "--environment", environment, "--management-group", "contoso-online",
                         "--stacks", str(repository.parent / "stacks"), *words)  # fmt: skip

    return run


def test_no_change_is_no_impact(impact: Run) -> None:
    said = impact()
    assert (said.status, said.err) == (ExitStatus.DONE, "")
    assert said.out.startswith(AZURE + f"no policy differs; 3 resources in 1 stack evaluated\n{AGE}"), (
        "and how old they are"
    )


def test_what_would_be_stopped_is_counted_named_and_fails(impact: Run, repository: Path) -> None:
    replaced(repository / SHEET, '""GlobalBatch""', '""DataZoneStandard""')
    said = impact()
    assert said.status == ExitStatus.FINDINGS
    assert "ai-prod (AI: production) would stop 1 deployment in 1 stack\n  export (azure): zone\n" in said.out
    assert "zone is denied by 'Model deployments have none of these SKUs'" in said.out
    assert "far is denied" not in said.out, "what was stopped before is nothing new"
    assert said.out.splitlines()[-3] == "1 policy differs; 3 resources in 1 stack evaluated"


def test_what_would_be_free_again_is_told_and_does_not_fail(impact: Run, repository: Path) -> None:
    replaced(repository / SHEET, '[""GlobalStandard"", ""GlobalBatch""]', '[""GlobalBatch""]')
    said = impact()
    assert said.status == ExitStatus.DONE
    assert said.out.splitlines()[1:3] == [
        "ai-prod (AI: production) would free 1 deployment in 1 stack",
        "  export (azure): far",
    ]


@pytest.mark.parametrize(("fail_on", "status"), [("error", ExitStatus.DONE), ("warning", ExitStatus.FINDINGS)])
def test_the_exit_status_follows_the_weight(impact: Run, repository: Path, fail_on: str, status: ExitStatus) -> None:
    replaced(repository / SHEET, 'Deny,"{""skus"": [""GlobalStandard"", ""GlobalBatch""]}"',
             'Audit,"{""skus"": [""Standard""]}"')  # fmt: skip
    said = impact("--fail-on", fail_on, "--json")
    assert said.status == status
    changes = {each["change"]: [one["name"] for one in each["of"]] for each in said.json["data"]["impact"]}
    assert changes == {"audited": ["near"], "freed": ["far"]}


def test_an_exemption_that_goes_is_an_impact(impact: Run, repository: Path) -> None:
    exemption = repository / "Definitions/policyExemptions/tenant/ai.jsonc"
    replaced(exemption, "rg-translation", "rg-ours")
    said = impact("--json")
    assert said.status == ExitStatus.DONE
    (line,) = said.json["data"]["impact"]
    assert (line["change"], [each["name"] for each in line["of"]]) == ("freed", ["far"])


def test_what_the_change_broke_is_an_error_and_what_was_broken_a_warning(impact: Run, repository: Path) -> None:
    assignments = repository / "Definitions/policyAssignments/ai.jsonc"
    replaced(assignments, '"DoNotEnforce"', '"Sometimes"')
    said = impact("--json")
    assert said.status == ExitStatus.FINDINGS
    assert [(each["severity"], each["path"]) for each in said.json["findings"]] == [
        ("error", "Definitions/policyAssignments/ai.jsonc: $.children[0].enforcementMode")
    ]
    commit(repository)
    said = impact("--json")
    assert said.status == ExitStatus.DONE
    assert [each["severity"] for each in said.json["findings"]] == ["warning"]


def test_a_repository_that_begins_is_all_new(impact: Run, repository: Path) -> None:
    """The change that brings the policies is the one whose impact everybody wants to know."""
    settings = repository / "Definitions/global-settings.jsonc"
    replaced(settings, '"tenant"', '"live"')
    (repository / "Definitions/policyExemptions/tenant").rename(repository / "Definitions/policyExemptions/live")
    replaced(repository / "Definitions/policyAssignments/ai.jsonc", '{ "tenant": [', '{ "live": [')
    said = impact(environment="live")
    assert said.status == ExitStatus.FINDINGS
    assert "warning: environment 'live' wasn't there at main, so that all of it counts as new" in said.out
    assert "ai-prod (AI: production) would stop 1 deployment in 1 stack" in said.out


def test_an_environment_that_is_nowhere_is_refused(impact: Run, modelyard: Run, repository: Path) -> None:
    assert "allowed: epac-dev, tenant" in impact(environment="tennant").err
    said = modelyard("policy", "impact", "--base", "main", "--environment", "tenant", "--project", str(repository))
    assert said.status == ExitStatus.USAGE
    assert "a repository of EPAC is needed with --environment" in said.err


def test_that_no_stack_is_reached_is_told(modelyard: Run, repository: Path) -> None:
    """Silence would look like harmlessness."""
    said = modelyard("policy", "impact", "--base", "main", "--from-epac", str(repository), "--environment", "tenant",
                     "--management-group", "elsewhere", "--stacks", str(repository.parent / "stacks"))  # fmt: skip
    assert said.status == ExitStatus.DONE
    assert "[audit.nothing-reached]" in said.out


def test_the_policies_of_a_project_are_compared_on_its_stacks(modelyard: Run, project: Path) -> None:
    replaced(project / "stacks/Pulumi.dev.yaml", "          - GlobalStandard\n", "")
    replaced(project / "policies/azure/allowed-models.json", '"defaultValue": "Deny"', '"defaultValue": "Audit"')
    said = modelyard("policy", "impact", "--base", "main", "--project", str(project))
    assert said.status == ExitStatus.FINDINGS
    assert "skus (Deployments use allowed SKUs) would stop 5 deployments in 1 stack" in said.out
    assert "2 policies differ" in said.out
    status = subprocess.run(["git", "status", "--short"], cwd=project, capture_output=True, check=True)
    assert len(status.stdout.splitlines()) == 2, "the work tree is left alone"


def test_a_change_of_deployments_is_no_impact_of_policies(modelyard: Run, project: Path) -> None:
    replaced(project / "stacks/Pulumi.dev.yaml", "      sku: DataZoneStandard\n", "      sku: Standard\n")
    said = modelyard("policy", "impact", "--base", "main", "--project", str(project))
    assert "would stop" not in said.out + said.err


def test_a_stack_that_can_not_be_looked_at_fails(modelyard: Run, project: Path) -> None:
    replaced(project / "stacks/Pulumi.dev.yaml", "team/allowed-deployment-skus", "team/gone")
    said = modelyard("policy", "impact", "--base", "main", "--project", str(project))
    assert said.status == ExitStatus.FINDINGS
    assert "error: stack dev isn't evaluated, because its file has errors [audit.stack-left-out]" in said.out


@pytest.fixture
def twins(project: Path) -> Path:
    """The project with a second stack that uses the same definitions, committed."""
    text = (project / "stacks/Pulumi.dev.yaml").read_text()
    (project / "stacks/Pulumi.prod.yaml").write_text(text.replace("contoso-ai-dev", "contoso-ai-prod"))
    commit(project)
    return project


def test_a_definition_that_every_stack_assigns_is_one_line(modelyard: Run, twins: Path) -> None:
    replaced(twins / "policies/azure/allowed-deployment-skus.json", "[parameters('skus')]", "[createArray('Standard')]")
    said = modelyard("policy", "impact", "--base", "main", "--project", str(twins))
    assert said.status == ExitStatus.FINDINGS
    assert (
        "skus (Deployments use allowed SKUs, 2 assignments) would stop 12 deployments in 2 stacks\n"
        "  dev (sandbox): chat, chat-bulk, chat-mini, deepseek, embed, and 1 more\n"
        "  prod (sandbox): chat, chat-bulk, chat-mini, deepseek, embed, and 1 more\n"
    ) in said.out


def test_a_definition_that_is_gone_is_one_finding_and_no_harmless_change(modelyard: Run, twins: Path) -> None:
    """Nothing is known of the stacks that use it: neither that nothing comes of it, nor that their policies go."""
    (twins / "policies/azure/allowed-deployment-skus.json").unlink()
    said = modelyard("policy", "impact", "--base", "main", "--project", str(twins))
    assert said.status == ExitStatus.FINDINGS
    assert "error: 2 stacks aren't evaluated, because their files have the same error: dev, prod" in said.out
    assert "nothing comes of it" not in said.out
    looked = said.out.splitlines()[-2]
    assert looked.startswith("no policy that can be read differs; ")
    assert looked.endswith(" in 1 stack evaluated, 2 stacks left out")
    again = modelyard("policy", "impact", "--base", "main", "--project", str(twins), "--json")
    assert again.json["data"]["leftOut"] == ["dev", "prod"]


def test_each_stack_says_its_target(modelyard: Run, twins: Path) -> None:
    """A change that stops nothing but rehearsals is not one that stops production."""
    stack = twins / "stacks/Pulumi.prod.yaml"
    replaced(stack, "modelyard:target: sandbox", "modelyard:target: azure")
    commit(twins)
    replaced(twins / "policies/azure/allowed-deployment-skus.json", "[parameters('skus')]", "[createArray('Standard')]")
    said = modelyard("policy", "impact", "--base", "main", "--project", str(twins))
    assert "  dev (sandbox): chat," in said.out
    assert "  prod (azure): chat," in said.out
    found = modelyard("policy", "impact", "--base", "main", "--project", str(twins), "--json").json
    assert found["data"]["targets"] == {"dev": "sandbox", "keys": "sandbox", "prod": "azure"}
    alone = modelyard("policy", "impact", "--base", "main", "--project", str(twins), "--stacks", "prod", "--json").json
    assert (found["target"], alone["target"]) == ("", "azure")


def test_what_is_wrong_with_a_teams_definition_is_told_once(modelyard: Run, twins: Path) -> None:
    replaced(twins / "policies/azure/allowed-deployment-skus.json", '"notIn"', '"notInn"')
    said = modelyard("policy", "impact", "--base", "main", "--project", str(twins), "--json")
    assert said.status == ExitStatus.FINDINGS
    (one,) = [each for each in said.json["findings"] if each["severity"] == "error"]
    assert one["code"] == "policy.definition-refused"
    assert one["path"].startswith("dev-allowed-deployment-skus, prod-allowed-deployment-skus: policyRule.if")


def test_a_stack_that_was_broken_brings_no_policies(modelyard: Run, project: Path) -> None:
    """Mended now, its policies would all look new, though they are in force for long."""
    stack = project / "stacks/Pulumi.dev.yaml"
    text = stack.read_text()
    stack.write_text(text.replace("team/allowed-deployment-skus", "team/gone"))
    commit(project)
    stack.write_text(text)
    said = modelyard("policy", "impact", "--base", "main", "--project", str(project))
    assert said.status == ExitStatus.DONE
    assert "warning: stack dev at main isn't evaluated, because its file has errors" in said.out
    assert "no policy differs" in said.out


def test_stacks_are_named_where_there_is_no_project(modelyard: Run, repository: Path) -> None:
    said = modelyard("policy", "impact", "--base", "main", "--from-epac", str(repository), "--environment", "tenant",
                     "--project", str(repository))  # fmt: skip
    assert said.status == ExitStatus.USAGE
    assert "[cli.no-stacks]" in said.err
