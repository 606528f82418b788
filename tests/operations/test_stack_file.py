"""What Pulumi writes about the sandbox's secrets must not reach a committed file, and must not be lost either."""

import re
from pathlib import Path

import pytest

from modelyard.config.project import Project
from modelyard.operations import stack_file
from modelyard.sandbox.state_dir import Home

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
    kept = stack_file.copy(project, "dev", tmp_path / "home").file
    assert kept.read_text() == "config:\n  azure-native:location: swedencentral\n"
    assert project.stack_file("dev").read_text() == COMMITTED


def test_what_pulumi_wrote_into_the_copy_outlives_a_change_of_the_file(project: Project, tmp_path: Path) -> None:
    kept = stack_file.copy(project, "dev", tmp_path / "home").file
    kept.write_text(kept.read_text() + "encryptionsalt: v1:abc\n")
    project.stack_file("dev").write_text("config:\n  azure-native:location: uksouth\n")
    stack_file.copy(project, "dev", tmp_path / "home")
    assert kept.read_text() == "config:\n  azure-native:location: uksouth\nencryptionsalt: v1:abc\n"


SECRETS = """\
config:
  azure-native:location: swedencentral
  modelyard:account:
    connections:
      search:
        credentials:
          key:
            secure: {secret}
      other: {{credentials: {{key: {{secure: "{secret}"}}}}}}
"""
FOREIGN = "v1:AAAAAAAAAAA=:v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stack_file, "ITERATIONS", 10)  # a million takes a second
    home = Home(tmp_path / "home")
    home.make()
    home.passphrase.write_text("a passphrase of the sandbox")
    return home.path


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(f"encryptionsalt: {FOREIGN}\n", id="another passphrase"),
        pytest.param("encryptionsalt: v1:nonsense\n", id="no salt"),
        pytest.param("secretsprovider: azurekeyvault://x/keys/y\nencryptedkey: AAAA\n", id="a real provider"),
        pytest.param("", id="no settings"),
    ],
)
def test_secrets_that_the_sandbox_can_not_open_have_stand_ins(project: Project, home: Path, settings: str) -> None:
    """Else no stack for Azure that has credentials could be rehearsed."""
    project.stack_file("dev").write_text(SECRETS.format(secret="v1:abc:def") + settings)
    made = stack_file.copy(project, "dev", home)
    assert made.stand_ins == 2
    assert "2 secrets of Pulumi.dev.yaml can't be opened" in made.told
    written = made.file.read_text()
    assert "v1:abc:def" not in written
    assert settings.strip() not in written or not settings
    salt = re.findall(r"^encryptionsalt: (v1:[^:]+):(v1:.+)$", written, re.MULTILINE)
    assert len(salt) == 1
    first, second = re.findall(r"secure: \"?([^\"}\n]+)", written)
    key = stack_file._key(salt[0][0], home)
    assert stack_file._decrypted(salt[0][1], key) == b"pulumi"
    assert stack_file._decrypted(first, key) == stack_file._decrypted(second, key) == stack_file.STAND_IN.encode()
    assert stack_file.copy(project, "dev", home).file.read_text() == written, "the same at the next run"


def test_secrets_under_the_sandboxs_own_passphrase_are_themselves(project: Project, home: Path) -> None:
    """`pulumi config set --secret` in the sandbox made their salt, which isn't that of the copy."""
    stack_file.copy(project, "dev", home).file.write_text(f"encryptionsalt: {FOREIGN}\n")
    salt = "v1:c2FsdHNhbHQ="
    key = stack_file._key(salt, home)
    committed = SECRETS.format(secret=stack_file._encrypted(b"a key", key))
    committed += f"encryptionsalt: {salt}:{stack_file._encrypted(b'pulumi', key)}\n"
    project.stack_file("dev").write_text(committed)
    made = stack_file.copy(project, "dev", home)
    assert made.stand_ins == 0
    assert made.told == ""
    assert made.file.read_text() == committed


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
    instead, _ = stack_file.instead(words, project.root, tmp_path / "home")
    assert ("--config-file" in instead and "mine.yaml" not in instead) is changed
    assert [word for word in instead if word in words] == words, "nothing that was said is lost"
