"""The SDK's installer knows no time limit and writes in place; ours must do neither harm."""

from pathlib import Path

import pytest

from modelyard.engine.discovery import install
from modelyard.engine.failures import InstallFailed

# Called as: python -P -c SCRIPT FOLDER
INSTALLS = 'mkdir -p "$4/bin"; echo engine > "$4/bin/pulumi"; echo 3.272.0'
FAILS = 'mkdir -p "$4/bin"; echo half > "$4/bin/pulumi"; echo "URLError: no route to host" >&2; exit 1'
HANGS = "exec sleep 600"


def run(tmp_path: Path, body: str, seconds: float = 30.0):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{body}\n")
    python.chmod(0o755)
    return install(tmp_path / "cache", python, {"PATH": "/usr/bin:/bin"}, lambda _: None, seconds)


def test_a_whole_installation_is_put_in_its_place(tmp_path):
    binary, version = run(tmp_path, INSTALLS)
    assert (binary.read_text().strip(), version) == ("engine", "3.272.0")
    assert [folder.name for folder in (tmp_path / "cache").iterdir()] == ["installed-3.272.0"]


@pytest.mark.parametrize(("body", "seconds", "why"), [(FAILS, 30.0, "no route to host"), (HANGS, 0.1, "no answer")])
def test_a_failed_installation_leaves_nothing_and_says_why(tmp_path, body, seconds, why):
    with pytest.raises(InstallFailed, match=why):
        run(tmp_path, body, seconds)
    assert list((tmp_path / "cache").iterdir()) == [], "a half-written engine would be found by the next command"
