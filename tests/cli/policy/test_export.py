"""`policy export --to-epac`: a stack's policies as the files that a platform team keeps."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelyard.epac import reader, repository_files
from modelyard.failures import ExitStatus

ROOT = Path(__file__).parent.parent.parent.parent
SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
Run = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project, deployed to a subscription that it names."""
    made = tmp_path / "project"
    for name in ("stacks", "policies"):
        shutil.copytree(ROOT / name, made / name)
    shutil.copy(ROOT / "Pulumi.yaml", made)
    for stack in ("dev", "keys"):
        file = made / f"stacks/Pulumi.{stack}.yaml"
        location = "  azure-native:location: swedencentral\n"
        assert location in file.read_text()
        file.write_text(
            file.read_text().replace(location, f'{location}  azure-native:subscriptionId: "{SUBSCRIPTION}"\n')
        )
    return made


@pytest.fixture
def export(modelyard: Run, project: Path, tmp_path: Path) -> Run:
    def run(*words: str) -> Any:
        return modelyard("policy", "export", *words, "--to-epac", str(tmp_path / "out"), "--project", str(project))

    return run


def snapshot(place: Path) -> dict[str, str]:
    return {file.relative_to(place).as_posix(): file.read_text() for file in place.rglob("*") if file.is_file()}


def test_a_stack_begins_a_repository_and_a_second_run_changes_nothing(export: Run, tmp_path: Path) -> None:
    said = export("dev")
    assert said.status == ExitStatus.DONE
    assert "  + policyAssignments/rg-contoso-ai-dev/keyless.jsonc\n" in said.out
    assert "[epac.tenant-unknown]" in said.out, "what isn't known is said, not made up"
    before = snapshot(tmp_path / "out")
    again = export("dev", "--json")
    assert (again.json["data"]["written"], again.json["data"]["removed"]) == ([], [])
    assert again.json["data"]["unchanged"] == len(before) - 1, "all but the settings"
    assert snapshot(tmp_path / "out") == before


def test_what_is_written_can_be_read(export: Run, tmp_path: Path) -> None:
    export("dev")
    found = reader.read(repository_files.files(tmp_path / "out"), "tenant", "out")
    assert (found.refused, found.passed_over) == ((), ())
    assert {each["name"] for each in found.rulebook.assignments.values()} == {
        "keyless", "models", "skus", "content-filters"
    }  # fmt: skip


def test_files_follow_the_stack(export: Run, project: Path, tmp_path: Path) -> None:
    export("dev")
    file = project / "stacks/Pulumi.dev.yaml"
    head, _, rest = file.read_text().partition("    skus:\n      definition: team/allowed-deployment-skus\n")
    file.write_text(head + rest.partition("          - DataZoneStandard\n")[2])
    said = export("dev", "--json")
    assert sorted(said.json["data"]["removed"]) == [
        "policyAssignments/rg-contoso-ai-dev/skus.jsonc",
        "policyDefinitions/Cognitive-Services/dev-allowed-deployment-skus.jsonc",
    ]
    assert said.json["data"]["written"] == []
    assert "policyAssignments/rg-contoso-ai-dev/skus.jsonc" not in snapshot(tmp_path / "out")


def test_files_of_others_are_left_alone_unless_somebody_insists(export: Run, tmp_path: Path) -> None:
    export("dev")
    file = tmp_path / "out/policyAssignments/rg-contoso-ai-dev/keyless.jsonc"
    theirs = file.read_text().partition("\n")[2].replace('"Deny"', '"Audit"')
    file.write_text(theirs)
    said = export("dev")
    assert said.status == ExitStatus.FINDINGS
    assert "[epac.occupied]" in said.err
    assert file.read_text() == theirs
    assert export("dev", "--force").status == ExitStatus.DONE
    assert '"Deny"' in file.read_text()


def test_definitions_go_to_the_root_scope_of_a_repository_that_is_there(export: Run, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/examples/epac", tmp_path / "out")
    before = snapshot(tmp_path / "out")
    said = export("dev", "--environment", "tenant")
    assert (said.status, said.err) == (ExitStatus.DONE, "")
    assert "[epac.definitions-moved]" in said.out
    after = snapshot(tmp_path / "out")
    assert {path: after[path] for path in before} == before
    assert "Definitions/policyAssignments/rg-contoso-ai-dev/skus.jsonc" in after


def test_an_environment_is_said_where_there_are_several(export: Run, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/examples/epac", tmp_path / "out")
    said = export("dev")
    assert said.status == ExitStatus.USAGE
    assert "allowed: epac-dev, tenant" in said.err


def test_what_was_pulled_is_written_where_no_stack_is_named(modelyard: Run, export: Run, project: Path) -> None:
    said = export()
    assert said.status == ExitStatus.USAGE
    assert "[cli.nothing-pulled]" in said.err
    modelyard("policy", "pull", "--from-epac", str(ROOT / "tests/examples/epac"), "--environment", "tenant",
              "--project", str(project))  # fmt: skip
    said = export("--json")
    assert said.json["data"]["rootScope"] == "/providers/Microsoft.Management/managementGroups/contoso"
    assert "policyExemptions/tenant/rg-translation/translation-until-may-ai-prod.jsonc" in said.json["data"]["written"]


def test_a_stack_without_policies_begins_no_repository(export: Run, tmp_path: Path) -> None:
    said = export("keys")
    assert said.status == ExitStatus.USAGE
    assert "[epac.no-root-scope]" in said.err
    assert "modelyard:policies" in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("begun", [False, True], ids=["a new repository", "one that was begun"])
def test_a_stack_without_a_known_subscription_is_not_exported_to_a_made_up_one(
    modelyard: Run, export: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    """Assignments in a subscription that doesn't exist would pass for the stack's own."""
    if begun:
        assert export("dev").status == ExitStatus.DONE
    before = snapshot(tmp_path / "out")
    for name in ("AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name, raising=False)
    said = modelyard("policy", "export", "dev", "--to-epac", str(tmp_path / "out"))
    assert said.status == ExitStatus.USAGE
    assert "[cli.subscription-unknown]" in said.err
    assert "azure-native:subscriptionId" in said.err
    assert "AZURE_SUBSCRIPTION_ID" in said.err
    assert snapshot(tmp_path / "out") == before


def test_selectors_overrides_and_identities_are_written_as_epac_has_them(
    export: Run, project: Path, tmp_path: Path
) -> None:
    """EPAC has a place for each; one left out would have its policy rule more, or deny what was only reported."""
    mender = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/m"
    )
    wave = [{"name": "north", "selectors": [{"kind": "resourceLocation", "in": ["swedencentral"]}]}]
    own = [{"value": "Audit", "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["keyless"]}]}]
    file = project / "stacks/Pulumi.dev.yaml"
    written = yaml.safe_load(file.read_text())
    written["config"]["modelyard:policies"]["baseline"] = {
        "definition": "modelyard/foundry-baseline",
        "parameters": {"approvedModels": ["OpenAI/*"]},
        "resourceSelectors": wave,
        "overrides": own,
    }
    written["config"]["modelyard:policies"]["keys-off"] = {
        "definition": "builtin/modify-disable-local-auth",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [mender]},
    }
    written["config"]["modelyard:exemptions"] = {
        "later": {"policy": "baseline", "category": "Mitigated", "resourceSelectors": wave}
    }
    file.write_text(yaml.safe_dump(written, sort_keys=False))
    said = export("dev")
    assert said.status == ExitStatus.DONE, said.err
    found = reader.read(repository_files.files(tmp_path / "out"), "tenant", "out")
    assert (found.refused, found.passed_over) == ((), ())
    by_name = {each["name"]: each for each in found.rulebook.assignments.values()}
    assigned = by_name["baseline"]
    assert assigned["properties"]["resourceSelectors"] == wave
    assert assigned["properties"]["overrides"] == [{"kind": "policyEffect", **own[0]}]
    assert by_name["keys-off"]["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {mender: {}}}
    (exempted,) = found.rulebook.exemptions.values()
    assert exempted["properties"]["resourceSelectors"] == wave
