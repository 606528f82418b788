"""A repository of EPAC on disk is read wherever it lies, and however its files were saved."""

import json
import os
from pathlib import Path

import pytest

from modelyard.epac import repository_files
from modelyard.epac.failures import EpacRefused, NoEnvironment
from modelyard.epac.reader import read

SETTINGS = json.dumps({"pacEnvironments": [{"pacSelector": "tenant", "deploymentRootScope": "/subscriptions/x"}]})


def test_the_folder_of_the_definitions_or_one_above_it_is_named(tmp_path: Path) -> None:
    definitions = tmp_path / "Definitions"
    (definitions / "policyAssignments").mkdir(parents=True)
    (definitions / "global-settings.jsonc").write_text(SETTINGS)
    (definitions / "policyAssignments" / "a.json").write_text("{}")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "global-settings.jsonc").write_text("not one")
    (tmp_path / "package.json").write_text("{}")
    assert set(repository_files.files(tmp_path)) == {
        "Definitions/global-settings.jsonc",
        "Definitions/policyAssignments/a.json",
    }
    assert set(repository_files.files(definitions)) == {"global-settings.jsonc", "policyAssignments/a.json"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_of_windows_powershell_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "global-settings.jsonc").write_text(SETTINGS, encoding=encoding)
    assert read(repository_files.files(tmp_path), "tenant", "made").environment.root_scope == "/subscriptions/x"


def test_what_is_no_text_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "global-settings.jsonc").write_bytes(b"\xff\xff\xff")
    with pytest.raises(EpacRefused, match=r"global-settings.jsonc: \$"):
        repository_files.files(tmp_path)


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoEnvironment, match="there is no global-settings"):
        repository_files.files(tmp_path)


def test_an_environment_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "global-settings.jsonc").write_text(SETTINGS)
    with pytest.raises(NoEnvironment) as told:
        read(repository_files.files(tmp_path), "prod", "made")
    assert told.value.allowed == "tenant"


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    """A repository of another team's must not show what else is on this machine."""
    definitions = tmp_path / "repository" / "Definitions"
    definitions.mkdir(parents=True)
    (tmp_path / "secret.jsonc").write_text('{"pacOwnerId": "secret"}')
    (definitions / "global-settings.jsonc").symlink_to(tmp_path / "secret.jsonc")
    with pytest.raises(EpacRefused, match="leads out of the folder"):
        repository_files.files(tmp_path / "repository")


def test_a_pipe_in_the_repository_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "Definitions").mkdir()
    os.mkfifo(tmp_path / "Definitions" / "global-settings.jsonc")
    with pytest.raises(EpacRefused, match="a named pipe"):
        repository_files.files(tmp_path)
