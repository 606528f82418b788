"""A model retires in many stack files at once: each is edited where it says so, and nothing is written unasked."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.drift.conftest import project_in

from modelyard import Failure, Project, operations
from modelyard.failures import ExitStatus
from modelyard.operations.context import OperationContext

FILE = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-{name}
    resourceGroup: rg-contoso
    network:
      publicNetworkAccess: Disabled
  modelyard:deployments:
    chat:  # people wait for it
      model: gpt-5.6-luna@2026-07-09  # until March
      sku: GlobalStandard
      capacity: 10
      tags: {{cost-centre: "0815"}}
    other: {{model: text-embedding-3-large@1, sku: GlobalStandard, capacity: 1}}
"""
OLD, NEW = "gpt-5.6-luna", "gpt-5.6-terra@2026-07-09"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_in(tmp_path / "team", dev=FILE.format(name="dev"), prod=FILE.format(name="prod"))


@pytest.fixture
def context(tmp_path: Path) -> OperationContext:
    return OperationContext(environment={"MODELYARD_STATE": str(tmp_path / "state")})


def consenting(context: OperationContext) -> OperationContext:
    return replace(context, confirm=lambda _: True)


def test_nothing_is_written_where_nobody_can_be_asked(project: Project, context: OperationContext) -> None:
    before = project.stack_file("dev").read_text()
    report = operations.bump_models(project, OLD, NEW, context, offline=True)
    assert (report.status, report.data["written"]) == (ExitStatus.DONE, False)
    assert [each["stack"] for each in report.data["edits"]] == ["dev", "prod"]
    assert "-      model: gpt-5.6-luna@2026-07-09  # until March" in report.text
    assert "+      model: gpt-5.6-terra@2026-07-09  # until March" in report.text
    assert project.stack_file("dev").read_text() == before


def test_the_stacks_that_are_named_are_edited_in_place(project: Project, context: OperationContext) -> None:
    report = operations.bump_models(
        project, f"{OLD}@2026-07-09", NEW, consenting(context), stacks=["dev"], offline=True
    )
    assert report.data["written"]
    expected = FILE.format(name="dev").replace("gpt-5.6-luna@2026-07-09", NEW)
    assert project.stack_file("dev").read_text() == expected
    assert project.stack_file("prod").read_text() == FILE.format(name="prod")


def test_beside_leaves_the_old_one_and_says_all_that_it_says(project: Project, context: OperationContext) -> None:
    operations.bump_models(project, OLD, NEW, consenting(context), stacks=["dev"], beside=True, offline=True)
    text = project.stack_file("dev").read_text()
    assert text.startswith(FILE.format(name="dev").rstrip("\n")), "the old one stays as it is"
    assert operations.check(project, "dev", context).status is ExitStatus.DONE
    assert "    chat-2026-07-09:\n" in text
    assert 'cost-centre: "0815"' in text.partition("chat-2026-07-09")[2]


def test_an_edit_that_makes_an_error_is_not_written(project: Project, context: OperationContext) -> None:
    report = operations.bump_models(project, OLD, "gpt-4@0613", consenting(context), offline=True)
    assert report.status is ExitStatus.FINDINGS
    assert not report.data["written"]
    assert all(each.position and each.position.file.startswith("stacks/") for each in report.findings)


@pytest.mark.parametrize(
    ("new", "more", "code"), [(OLD, {}, "cli.model-unreadable"), (NEW, {"gate": "x"}, "cli.gate-alone")]
)
def test_what_is_meant_must_be_said(
    project: Project, context: OperationContext, new: str, more: dict[str, str], code: str
) -> None:
    with pytest.raises(Failure) as failure:
        operations.bump_models(project, OLD, new, context, **more)  # type: ignore[arg-type]  # one keyword
    assert failure.value.code == code


def test_a_model_that_nobody_deploys_is_no_edit(project: Project, context: OperationContext) -> None:
    report = operations.bump_models(project, "gpt-4o", NEW, context)
    assert report.text == "no deployment of gpt-4o in 2 stacks"
