"""What Pulumi writes about the sandbox's secrets must not reach a committed file, and must not be lost either."""

from pathlib import Path

import pytest

from modelyard.config.project import Project
from modelyard.operations import stack_file

COMMITTED = """\
secretsprovider: azurekeyvault://contoso.vault.azure.net/keys/pulumi
encryptedkey: AAAA
config:
  azure-native:location: swedencentral
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: yard\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text(COMMITTED)
    return Project.find(tmp_path)


def test_a_real_secrets_provider_means_nothing_to_the_sandbox(project: Project, tmp_path: Path) -> None:
    kept = stack_file.copy(project, "dev", tmp_path / "home")
    assert kept.read_text() == "config:\n  azure-native:location: swedencentral\n"
    assert project.stack_file("dev").read_text() == COMMITTED


def test_what_pulumi_wrote_into_the_copy_outlives_a_change_of_the_file(project: Project, tmp_path: Path) -> None:
    kept = stack_file.copy(project, "dev", tmp_path / "home")
    kept.write_text(kept.read_text() + "encryptionsalt: v1:abc\n")
    project.stack_file("dev").write_text("config:\n  azure-native:location: uksouth\n")
    stack_file.copy(project, "dev", tmp_path / "home")
    assert kept.read_text() == "config:\n  azure-native:location: uksouth\nencryptionsalt: v1:abc\n"


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (["up", "--stack", "dev"], True),
        (["--color", "never", "preview", "-s", "dev", "--diff"], True),
        (["up", "--stack=dev"], True),
        (["up"], False),
        (["stack", "output", "--stack", "dev"], False),
        (["stack", "import", "--stack", "dev", "--file", "state.json"], False),
        (["config", "set", "modelyard:tags", "x", "--stack", "dev"], False),
        (["up", "--stack", "dev", "--config-file", "mine.yaml"], False),
    ],
    ids=str,
)
def test_only_operations_that_write_settings_work_on_the_copy(
    project: Project, tmp_path: Path, words: list[str], *, changed: bool
) -> None:
    instead = stack_file.instead(words, project.root, tmp_path / "home")
    assert ("--config-file" in instead and "mine.yaml" not in instead) is changed
    assert [word for word in instead if word in words] == words, "nothing that was said is lost"
