"""Files are read as they were at a commit, whatever stands in the work tree; nothing in it is touched."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from modelyard.audit.failures import GitRefused
from modelyard.audit.revision import Revision

Git = Callable[..., str]


def everything(paths: Sequence[str]) -> Sequence[str]:
    return paths


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A repository with one commit, tagged `first`."""

    def run(*words: str) -> str:
        who = ["-c", "user.name=Tess", "-c", "user.email=tess@contoso.example", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", "-C", str(tmp_path), *who, *words], capture_output=True, check=True)
        return done.stdout.decode().strip()

    run("init", "-q", "-b", "main")
    (tmp_path / "policies" / "deep").mkdir(parents=True)
    (tmp_path / "policies" / "a.json").write_text("{}\n")
    (tmp_path / "policies" / "deep" / "ü b.json").write_bytes(b"\xff\n\nlast")
    (tmp_path / "policies" / "link.json").symlink_to("a.json")
    (tmp_path / "other").write_text("")
    run("add", "-A")
    run("commit", "-qm", "first")
    run("tag", "first")
    return run


def test_contents_are_those_of_the_commit(git: Git, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    (folder / "a.json").write_text("changed")
    found = Revision.find(folder, "first").files(folder, everything)
    assert found == {"a.json": b"{}\n", "deep/ü b.json": b"\xff\n\nlast"}, "a link is no file of its own"
    assert (folder / "a.json").read_text() == "changed"
    assert git("status", "--short") == "M policies/a.json"


def test_only_what_is_wanted_is_read(git: Git, tmp_path: Path) -> None:
    revision = Revision.find(tmp_path, "main")
    assert revision.files(tmp_path, lambda paths: [path for path in paths if path == "other"]) == {"other": b""}
    assert revision.files(tmp_path, lambda _paths: []) == {}


def test_a_folder_that_was_not_there_has_no_files(git: Git, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert Revision.find(tmp_path, "HEAD").files(tmp_path / "new", everything) == {}


def test_three_dots_are_where_the_work_left(git: Git, tmp_path: Path) -> None:
    """What others merged meanwhile is no impact of this change."""
    git("checkout", "-qb", "work")
    git("commit", "-qm", "work", "--allow-empty")
    git("checkout", "-q", "main")
    (tmp_path / "other").write_text("of others")
    git("commit", "-qam", "others")
    git("checkout", "-q", "work")
    assert Revision.find(tmp_path, "main...").commit == git("rev-parse", "first")
    assert Revision.find(tmp_path, "main").commit == git("rev-parse", "main")


def test_what_git_does_not_know_is_told(git: Git, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(GitRefused, match="there is no commit 'nowhere'") as told:
        Revision.find(tmp_path, "nowhere")
    assert told.value.remedy == "see that it is here: `git fetch origin nowhere`"
    with pytest.raises(GitRefused, match="not a git repository") as told:
        Revision.find(tmp_path_factory.mktemp("elsewhere"), "main")
    assert "run it in the work tree" in told.value.remedy
    with pytest.raises(GitRefused, match="there is no commit 'origin/next") as told:
        Revision.find(tmp_path, "origin/next...")
    assert told.value.remedy == "see that it is here: `git fetch origin next`"


def test_a_clone_that_is_too_shallow_says_so(git: Git, tmp_path: Path) -> None:
    """Pipelines fetch one commit; that `main` isn't there would be a riddle where it is."""
    git("checkout", "-q", "--orphan", "apart")
    git("commit", "-qm", "apart")
    with pytest.raises(GitRefused, match="too shallow") as told:
        Revision.find(tmp_path, "main...")
    assert "git fetch --unshallow" in told.value.remedy
