"""Whatever stands where a file is expected, a command says what it is and ends; no traceback, and no waiting."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.failures import ExitStatus

LONG = "s" * 300


def folder(file: Path) -> None:
    file.mkdir()


def pipe(file: Path) -> None:
    os.mkfifo(file)


def dangling(file: Path) -> None:
    file.symlink_to("nowhere")


def deep(file: Path) -> None:
    file.write_text("[" * 50_000)


def not_text(file: Path) -> None:
    file.write_bytes(b"\xff\x00\xfe")


def listed(file: Path) -> None:
    file.write_text("config:\n  - a\n")


def keyed(file: Path) -> None:
    file.write_text("config:\n  modelyard:target: sandbox\n  modelyard:deployments:\n    ? {a: b}\n    : c\n")


def selectors(file: Path) -> None:
    """Keys that belong elsewhere: to any entry of a list, and to a map that they stand in already."""
    file.write_text("""\
config:
  modelyard:target: sandbox
  modelyard:policies:
    house:
      definition: modelyard/approved-models
      in: [swedencentral]
      resourceSelectors:
        - name: a
          in: [swedencentral]
          selectors:
            - kind: resourceLocation
              resourceSelectors: [x]
""")


MAKE = (folder, pipe, dangling, deep, not_text, listed, keyed, selectors)
READS = {
    "--state": ("audit", "--state", "FILE"),
    "--policies": ("audit", "dev", "--policies", "FILE"),
    "--baseline": ("audit", "dev", "--baseline", "FILE"),
    "test": ("policy", "test", "FILE"),
    "explain": ("policy", "explain", "FILE", "FILE"),
}


@pytest.mark.parametrize("json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("make", MAKE, ids=lambda make: make.__name__)
def test_a_stack_file_that_is_none(
    modelyard: Callable[..., Any], example: Path, make: Callable[[Path], None], json: bool
) -> None:
    make(example / "stacks" / "Pulumi.odd.yaml")
    said = modelyard("check", "odd", *(["--json"] if json else []))
    assert said.status in {ExitStatus.FINDINGS, ExitStatus.USAGE}
    if json:
        assert said.json["failures"] or said.json["findings"]


@pytest.mark.parametrize("make", MAKE[:5], ids=lambda make: make.__name__)
@pytest.mark.parametrize("words", READS.values(), ids=READS)
def test_another_file_that_is_none(
    modelyard: Callable[..., Any], tmp_path: Path, make: Callable[[Path], None], words: tuple[str, ...]
) -> None:
    make(tmp_path / "it.json")
    said = modelyard(*(str(tmp_path / "it.json") if word == "FILE" else word for word in words))
    assert said.status in {ExitStatus.FINDINGS, ExitStatus.USAGE}
    assert "it.json" in said.out + said.err


@pytest.mark.parametrize("stack", [LONG, "a\x1b[31mb", "..", "a/../../x", "é" * 200])
def test_a_stack_s_name_that_no_file_has(modelyard: Callable[..., Any], stack: str) -> None:
    said = modelyard("check", stack)
    assert said.status == ExitStatus.USAGE
    assert "config.stack-missing" in said.out + said.err
    assert "\x1b" not in said.out + said.err


@pytest.mark.parametrize("name", ["../../x", "a/b", ".."])
def test_a_project_s_name_is_no_path(modelyard: Callable[..., Any], example: Path, name: str) -> None:
    """The sandbox keeps a copy of the stack file in a folder that is named after the project."""
    (example / "Pulumi.yaml").write_text(f'name: "{name}"\nruntime: python\n')
    said = modelyard("check", "dev")
    assert said.status == ExitStatus.USAGE
    assert "config.project-unreadable" in said.out + said.err


@pytest.mark.parametrize("lines", ["-5", "99999999999999999999"])
def test_a_number_of_lines_that_is_none(modelyard: Callable[..., Any], lines: str) -> None:
    assert modelyard("sandbox", "logs", "-n", lines).status == ExitStatus.USAGE


def test_a_home_that_cannot_be_made(modelyard: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of /proc can't be made; nor can one below a file."""
    monkeypatch.setenv("MODELYARD_STATE", "/proc/x")
    said = modelyard("sandbox", "start")
    assert said.status == ExitStatus.SANDBOX
    assert "sandbox.folder-not-writable" in said.out + said.err


def test_a_report_is_not_written_into_a_pipe_that_nobody_reads(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    pipe(tmp_path / "report.xml")
    said = modelyard("check", "dev", "--junit", str(tmp_path / "report.xml"))
    assert said.status == ExitStatus.USAGE
    assert "cli.file-unwritable" in said.out + said.err


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("check", "dev"),
        ("check", "dev", "--json"),
        ("policy", "list", "dev"),
        ("audit", "dev", "--verbose"),
        ("sandbox", "status"),
        ("sandbox", "faults", "--help"),
        ("doctor",),
        ("check", "no-such-stack-é"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=str)
def test_a_terminal_with_few_characters(
    example: Path, tmp_path: Path, words: tuple[str, ...], environment: dict[str, str]
) -> None:
    """In a container there is often no locale; a mark that can't be shown must not hide what is wrong."""
    places = {"MODELYARD_CACHE": str(tmp_path / "cache"), "MODELYARD_STATE": str(tmp_path / "state")}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-m", "modelyard.cli", *words],
        cwd=example,
        env={**inherited, **places, **environment, "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode in set(ExitStatus)
    if "PYTHONIOENCODING" in environment:
        assert done.stdout.isascii()
        assert done.stderr.isascii()
