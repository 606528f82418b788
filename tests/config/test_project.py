"""Commands work from any folder of the repository, and say what is missing when there is none."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.failures import ProjectMissing, StackMissing
from modelyard.config.loader import load
from modelyard.config.project import Project
from modelyard.failures import ExitStatus, Failure

from .conftest import TODAY


def test_found_from_a_folder_below(tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("name: contoso\nruntime: python\nmain: infra\nstackConfigDir: stacks\n")
    (tmp_path / "infra/deep").mkdir(parents=True)
    project = Project.find(tmp_path / "infra/deep")
    assert project == Project(tmp_path, "contoso", tmp_path / "stacks", tmp_path / "infra")


def test_without_folders_everything_is_at_the_root(tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("name: contoso\nruntime: python\n")
    project = Project.find(tmp_path)
    assert project.stacks == tmp_path
    assert project.main == tmp_path


def told(failure: Failure, root: Path) -> str:
    return str(failure).replace(root.as_posix(), "<root>")


def test_failures_say_what_to_do(tmp_path: Path):
    with pytest.raises(ProjectMissing) as missing:
        Project.find(tmp_path)
    assert told(missing.value, tmp_path) == snapshot("""\
there is no Pulumi.yaml in this folder or above it [config.project-missing]
  where:   <root>
  allowed: a folder of a Modelyard repository
  do:      change into the repository, or name it with `start`\
""")
    (tmp_path / "Pulumi.yaml").write_text("runtime: python\n")
    with pytest.raises(Failure, check=lambda failure: failure.code == "config.project-unreadable") as unreadable:
        Project.find(tmp_path)
    assert told(unreadable.value, tmp_path) == snapshot("""\
Pulumi.yaml can't be read as a project file: it has no name [config.project-unreadable]
  where:   <root>/Pulumi.yaml
  allowed: a YAML map with at least `name` and `runtime`\
""")
    (tmp_path / "Pulumi.yaml").write_text("name: contoso\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    with pytest.raises(StackMissing) as no_stack:
        load(Project.find(tmp_path), "prod", calendar=Calendar.on(TODAY), market=Market.load())
    assert told(no_stack.value, tmp_path) == snapshot("""\
there is no stack prod: it has no file [config.stack-missing]
  where:   <root>/Pulumi.prod.yaml
  allowed: the stacks of this project: dev
  do:      name one of these stacks, or write the file\
""")
    assert {failure.value.status for failure in (missing, unreadable, no_stack)} == {ExitStatus.USAGE}


def test_broken_yaml_is_unreadable(tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("name: [\n")
    with pytest.raises(Failure, check=lambda failure: failure.code == "config.project-unreadable"):
        Project.find(tmp_path)
