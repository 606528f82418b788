"""Finding an engine must be quick where one is, and say everything that was tried where none is."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.engine import discovery
from modelyard.engine.failures import EngineFailure

Fake = Callable[..., Path]


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    """An executable in a folder of its own that answers with a text."""

    def make(name: str, answer: str, *, folder: str = "bin", status: int = 0) -> Path:
        file = tmp_path / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\necho '{answer}'\nexit {status}\n")
        file.chmod(0o755)
        return file

    return make


def locate(tmp_path: Path, **more: object) -> discovery.Engine:
    # `false` as the interpreter: the installer must not reach for the network, and fails at once.
    return discovery.locate(
        cache=tmp_path / "cache",
        environment={"PATH": str(tmp_path / "bin")},
        python=Path("/bin/false"),
        **more,  # type: ignore[arg-type] # the table below passes what it wants
    )


def test_the_users_own_engine_wins(tmp_path, fake):
    binary = fake("pulumi", "v3.260.1")
    fake("pulumi", "", folder="cache/built-3.250.0")
    assert locate(tmp_path) == discovery.Engine(binary, "3.260.1", "path"), "who installed a CLI wants it used"


@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [
        ("v3.249.9", 0, "is 3.249.9, older than 3.250.0"),
        ("hello", 0, "does not say its version"),
        ("v3.260.0", 1, "does not say its version"),
    ],
)
def test_an_unfit_engine_on_path_is_passed_over_and_named(tmp_path, fake, answer, status, why):
    fake("pulumi", answer, status=status)
    with pytest.raises(EngineFailure, check=lambda failure: failure.code == "engine.not-found") as caught:
        locate(tmp_path)
    assert why in str(caught.value), "a user must learn why the CLI they have was not taken"


def test_the_newest_of_those_got_before_is_taken(tmp_path, fake):
    fake("pulumi", "", folder="cache/built-3.250.0")
    newer = fake("pulumi", "", folder="cache/installed-3.272.0/bin")
    fake("pulumi", "", folder="cache/installed-3.100.0/bin")
    assert locate(tmp_path) == discovery.Engine(newer, "3.272.0", "installed")


def test_half_made_folders_in_the_cache_are_not_engines(tmp_path, fake):
    (tmp_path / "cache" / "built-3.250.0").mkdir(parents=True)
    fake("pulumi", "", folder="cache/.build-x")
    with pytest.raises(EngineFailure, check=lambda failure: failure.code == "engine.not-found"):
        locate(tmp_path)


def test_a_built_engine_gets_a_language_host_whose_interpreter_exists(tmp_path, fake):
    binary = fake("pulumi", "", folder="cache/built-3.250.0")
    host = binary.parent / "pulumi-language-python"
    found = discovery.cached(tmp_path / "cache", Path(sys.executable))
    assert found == discovery.Engine(binary, "3.250.0", "built")
    assert sys.executable in host.read_text()
    discovery.cached(tmp_path / "cache", Path("/elsewhere/python"))
    assert sys.executable in host.read_text(), "another environment's command must not take a working host away"
    host.write_text(host.read_text().replace(sys.executable, "/gone/python"))
    discovery.cached(tmp_path / "cache", Path(sys.executable))
    assert sys.executable in host.read_text(), "the environment that built the engine may be deleted any day"


@pytest.mark.parametrize(
    ("go", "why"), [(None, "no Go on PATH"), ("go1.25.3", "older than go1.26"), ("what", "does not say its version")]
)
def test_where_nothing_works_everything_tried_is_told(tmp_path, fake, go, why):
    if go:
        fake("go", go)
    with pytest.raises(EngineFailure, check=lambda failure: failure.code == "engine.not-found") as caught:
        locate(tmp_path)
    text = str(caught.value)
    for part in ("none on PATH", "none in", "installer: ", why, "https://www.pulumi.com/docs/install/"):
        assert part in text


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.250.0", (3, 250, 0)), ("v3.251.0-alpha.1+x", (3, 251, 0)), ("3.9.0", (3, 9, 0)), ("", (0, 0, 0))],
)
def test_versions_compare_as_numbers(version, expected):
    assert discovery.numbers(version) == expected
