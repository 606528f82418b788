"""A project that `init` begins is right from its first minute, and what a team writes in it is never overwritten."""

import json
import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from modelyard import ExitStatus, Failure, OperationContext, Project, operations
from modelyard.cli.app import app
from modelyard.operations import team_project
from modelyard.policy.testing import runner

ROOT = Path(__file__).parents[2]
CONTEXT = OperationContext(environment={})
COMMIT = f"git+https://git.example.com/tools/modelyard@{'0a' * 20}"
WHEEL = f"https://files.example.com/modelyard-0.1.0-py3-none-any.whl#sha256={'0a' * 32}"


def begun(folder: Path, **answers: Any) -> Project:
    operations.init(folder, CONTEXT, **{"install": COMMIT, "name": "contoso-ai", **answers})
    return Project.find(folder)


def content(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_its_stack_has_nothing_to_correct_and_its_policies_pass(tmp_path: Path) -> None:
    project = begun(tmp_path)
    context = OperationContext(environment={"MODELYARD_STATE": str(tmp_path / "state")})
    report = operations.check(project, "dev", context)
    assert (report.findings, report.status) == ((), ExitStatus.DONE)
    cases = list(runner.check(project.definitions / "tests" / "allowed-models.yaml"))
    assert cases
    assert all(case.passed for case in cases)


def test_its_programs_are_this_repositorys(tmp_path: Path) -> None:
    """Two copies of a program would drift apart."""
    begun(tmp_path)
    for path in ("infra/__main__.py", "policies/__main__.py", "policies/PulumiPolicy.yaml"):
        assert (tmp_path / path).read_text() == (ROOT / path).read_text()


@pytest.mark.parametrize("again", [{}, {"name": "other"}, {"install": None}])
def test_a_second_init_changes_nothing(tmp_path: Path, again: dict[str, Any]) -> None:
    begun(tmp_path)
    before = content(tmp_path)
    report = operations.init(tmp_path, CONTEXT, **again)
    assert (report.data["written"], content(tmp_path)) == ([], before)


def test_files_that_are_there_are_left(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours\n")
    report = operations.init(tmp_path, CONTEXT, install=WHEEL, name="contoso-ai")
    assert report.data["left"] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "ours\n"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"install": None}, "init.install-unpinned"),
        ({"install": "modelyard"}, "init.install-unpinned"),
        ({"install": WHEEL.partition("#")[0]}, "init.install-unpinned"),
        ({"install": "git+https://git.example.com/tools/modelyard@main"}, "init.install-unpinned"),
        ({"install": f"{COMMIT}\nother"}, "init.install-unpinned"),
        ({"name": "Contoso"}, "init.name-unusable"),
        ({"name": "../up"}, "init.name-unusable"),
        ({"location": "Sweden Central"}, "init.location-unusable"),
        ({"backend": "azblob://state?storage_account=contoso&sas=secret"}, "init.backend-unusable"),
        ({"backend": "https://example.com"}, "init.backend-unusable"),
    ],
)
def test_a_wrong_answer_writes_nothing(tmp_path: Path, answers: dict[str, Any], code: str) -> None:
    with pytest.raises(Failure) as failure:
        begun(tmp_path, **answers)
    assert failure.value.code == code
    assert content(tmp_path) == {}


def test_the_backend_stands_in_the_project(tmp_path: Path) -> None:
    begun(tmp_path, backend="azblob://state?storage_account=contoso")
    assert "backend:\n  url: azblob://state?storage_account=contoso\n" in (tmp_path / "Pulumi.yaml").read_text()


def test_an_upgrade_renews_what_is_modelyards_and_leaves_the_teams(tmp_path: Path) -> None:
    """A stack file that followed a newer template would change what is deployed."""
    project = begun(tmp_path)
    (tmp_path / ".gitignore").write_text("ours\n")
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text("ours\n")
    report = operations.upgrade(project, CONTEXT, install=WHEEL)
    assert report.data == {
        "folder": str(project.root),
        "written": ["requirements.txt", ".modelyard/project.json"],
        "left": [".gitignore"],
    }
    assert WHEEL in (tmp_path / "requirements.txt").read_text()
    assert (tmp_path / ".gitignore").read_text() == "ours\n"
    before = content(tmp_path)
    assert operations.upgrade(project, CONTEXT).data["written"] == []
    assert content(tmp_path) == before


def workflow(folder: Path) -> Any:
    return yaml.safe_load((folder / team_project.WORKFLOW).read_text())


def test_its_workflow_is_one_by_githubs_schema(tmp_path: Path) -> None:
    begun(tmp_path)
    pytest.importorskip("check_jsonschema", reason="it brings GitHub's schema: install requirements.lock")
    vendored = files("check_jsonschema") / "builtin_schemas" / "vendor" / "github-workflows.json"
    document = json.loads(json.dumps(workflow(tmp_path)).replace('"true": {"pull_request"', '"on": {"pull_request"'))
    errors = Draft7Validator(json.loads(vendored.read_text())).iter_errors(document)
    assert [f"{each.json_path}: {each.message[:200]}" for each in errors] == []


def test_no_text_of_a_pull_request_becomes_a_command_of_its_workflow(tmp_path: Path) -> None:
    """GitHub puts an expression into a script before a shell reads it; a variable stays a value."""
    begun(tmp_path)
    jobs = workflow(tmp_path)["jobs"]
    assert [step["run"] for job in jobs.values() for step in job["steps"] if "${{" in step.get("run", "")] == []
    write = {name for name, job in jobs.items() if "write" in job.get("permissions", {}).values()}
    assert write == {"preview", "comment", "plan", "up", "drift"}
    assert {name for name, job in jobs.items() if "environment" in job} == {"up"}, "what writes to Azure is approved"


def test_its_commands_are_commands(tmp_path: Path) -> None:
    begun(tmp_path)
    scripts = [step.get("run", "") for job in workflow(tmp_path)["jobs"].values() for step in job["steps"]]
    lines = [line for script in scripts for line in re.findall(r"\.venv/bin/modelyard ([^|>;\n)]+)", script)]
    assert len(lines) == 8
    for line in lines:
        words = shlex.split(line.replace("$stacks", "one two"))
        app(words).parse_args(words, exit_on_error=False, print_error=False)


def test_a_pipeline_that_differs_is_found_and_rendered_anew(tmp_path: Path) -> None:
    project = begun(tmp_path)
    file = tmp_path / team_project.WORKFLOW
    rendered = file.read_text()
    assert operations.render_pipeline(project, CONTEXT, check=True).data["written"] == []
    file.write_text("ours\n")
    with pytest.raises(Failure, match="isn't as it would be rendered"):
        operations.render_pipeline(project, CONTEXT, check=True)
    assert operations.render_pipeline(project, CONTEXT).data["written"] == [team_project.WORKFLOW]
    assert file.read_text() == rendered


def test_an_upgrade_of_a_project_without_a_record_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: contoso-ai\nruntime: python\n")
    with pytest.raises(Failure) as failure:
        operations.upgrade(Project.find(tmp_path), CONTEXT)
    assert failure.value.code == "init.not-begun"


def test_the_action_and_the_hooks_are_of_commands_that_there_are() -> None:
    pytest.importorskip("check_jsonschema", reason="it brings GitHub's schema: install requirements.lock")
    vendored = files("check_jsonschema") / "builtin_schemas" / "vendor" / "github-actions.json"
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert list(Draft7Validator(json.loads(vendored.read_text())).iter_errors(action)) == []
    assert [step["run"] for step in action["runs"]["steps"] if "${{" in step.get("run", "")] == []
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        words = shlex.split(hook["entry"])[1:]
        app(words).parse_args(words, exit_on_error=False, print_error=False)
        assert re.search(hook["files"], "policies/azure/own.json")
