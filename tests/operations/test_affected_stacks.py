"""A pipeline previews the stacks that a change affects: one too few would be merged unseen."""

import subprocess
from pathlib import Path

import pytest

from modelyard import Failure, OperationContext, Project, operations

CONTEXT = OperationContext(environment={})
STACK = "config:\n  modelyard:extends: [{}]\n"


def git(folder: Path, *words: str) -> None:
    name = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Stacks a and b on layers: a extends one, which extends base; b extends nothing."""
    content = {
        "Pulumi.yaml": "name: team\nruntime: python\nmain: infra\nstackConfigDir: stacks\n",
        "infra/__main__.py": "",
        "README.md": "",
        "policies/azure/own.json": "{}",
        "stacks/Pulumi.a.yaml": STACK.format("one"),
        "stacks/Pulumi.b.yaml": "config: {}\n",
        "stacks/layers/one.yaml": STACK.format("base"),
        "stacks/layers/base.yaml": STACK.format("one"),
        "stacks/layers/unused.yaml": "config: {}\n",
    }
    for path, text in content.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "before")
    return Project.find(tmp_path)


@pytest.mark.parametrize(
    ("path", "stacks"),
    [
        ("stacks/Pulumi.a.yaml", ["a"]),
        ("stacks/Pulumi.c.yaml", ["c"]),
        ("stacks/layers/one.yaml", ["a"]),
        ("stacks/layers/base.yaml", ["a"]),
        ("stacks/layers/unused.yaml", []),
        ("Pulumi.yaml", ["a", "b"]),
        ("infra/__main__.py", ["a", "b"]),
        ("requirements.txt", ["a", "b"]),
        ("policies/azure/own.json", ["a", "b"]),
        (".modelyard/policies/azure.json", ["a", "b"]),
        ("README.md", []),
    ],
)
def test_a_change_affects_what_is_made_from_it(project: Project, path: str, stacks: list[str]) -> None:
    file = project.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text() if file.exists() else ""
    file.write_text(f"{before}# changed\n")
    data = operations.affected(project, CONTEXT, since="HEAD").data
    assert data["stacks"] == stacks
    assert all(reasons == [path] for reasons in data["because"].values())
    git(project.root, "add", ".")
    git(project.root, "commit", "-qm", "after")
    assert operations.affected(project, CONTEXT, since="HEAD").data["stacks"] == []
    assert operations.affected(project, CONTEXT, since="HEAD~1").data == data


def test_a_layer_that_is_no_longer_extended_affects_its_stack(project: Project) -> None:
    """A deleted layer, and a stack that stopped to extend it: both change what the stack is."""
    (project.stacks / "layers" / "base.yaml").unlink()
    assert operations.affected(project, CONTEXT, since="HEAD").data["stacks"] == ["a"]


def test_a_stack_whose_file_is_gone_is_named(project: Project) -> None:
    """What is deployed of it stays, and nothing would preview it."""
    (project.stacks / "Pulumi.a.yaml").unlink()
    report = operations.affected(project, CONTEXT, since="HEAD")
    assert (report.data["stacks"], report.data["gone"]) == ([], ["a"])
    assert "modelyard destroy a" in report.text


def test_a_commit_that_is_none_is_refused(project: Project) -> None:
    with pytest.raises(Failure) as failure:
        operations.affected(project, CONTEXT, since="nowhere")
    assert failure.value.code == "audit.git-refused"
