"""A build takes minutes: it must show that it lives, survive an interruption, and never run twice at once.

A script stands for `go` here; the real compiler builds the real engine when the suite's `engine` fixture needs one.
"""

import fcntl
import sys
import threading
from pathlib import Path

import psutil  # type: ignore[import-untyped] # brings no types
import pytest

from modelyard.engine import build
from modelyard.engine.failures import BuildFailed

GO = """#!/bin/sh
case "$1" in
build)
    echo $$ > "{folder}/pid"
    echo "GOFLAGS=$GOFLAGS GOWORK=$GOWORK GOTOOLCHAIN=$GOTOOLCHAIN" > "{folder}/flags"
    for i in $(seq 120); do echo "example.com/package$i" >&2; done
    {body}
    while [ "$1" != -o ]; do shift; done
    mkdir -p "$(dirname "$2")"; echo engine > "$2" ;;
list) echo "{folder}/sdk" ;;
esac
"""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def make_go(tmp_path: Path, body: str = "") -> Path:
    executor = tmp_path / "sdk" / "python" / "cmd" / "pulumi-language-python-exec"
    executor.parent.mkdir(parents=True, exist_ok=True)
    executor.write_text("# the official program runner\n")
    go = tmp_path / "go"
    go.write_text(GO.format(folder=tmp_path, body=body))
    go.chmod(0o755)
    return go


def run(go: Path, cache: Path, progress=lambda _: None) -> Path:
    environment = {"PATH": "/usr/bin:/bin", "GOFLAGS": "-mod=vendor", "GOWORK": "/somebody/go.work"}
    return build.build(go, cache, Path(sys.executable), environment, progress)


def test_a_built_engine_has_its_language_host_and_runner_beside_it(tmp_path, cache):
    lines: list[str] = []
    binary = run(make_go(tmp_path), cache, lines.append)
    assert binary == cache / "built-3.250.0" / "pulumi"
    assert sorted(file.name for file in binary.parent.iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
    ]
    assert "compiled 100 of 1649 packages at most" in lines, "minutes of silence look like a hang"
    assert (tmp_path / "flags").read_text().strip() == "GOFLAGS= GOWORK=off GOTOOLCHAIN=local", (
        "the user's own Go settings would make the build fail, or download a compiler"
    )


def test_a_second_build_finds_the_first_ones_result(tmp_path, cache):
    run(make_go(tmp_path), cache)
    (tmp_path / "pid").unlink()
    run(make_go(tmp_path), cache)
    assert not (tmp_path / "pid").exists(), "an engine that is there must not be built again"


def test_an_interrupted_build_leaves_nothing_and_ends_the_compiler(tmp_path, cache):
    def interrupt(line: str) -> None:
        if line.startswith("compiled"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(make_go(tmp_path, body="exec sleep 600"), cache, interrupt)
    assert [file.name for file in cache.iterdir()] == ["build.lock"], "half an engine would be taken for a whole one"
    pid = int((tmp_path / "pid").read_text())
    assert not psutil.pid_exists(pid), "a compiler left behind keeps both cores busy"
    assert run(make_go(tmp_path), cache).is_file(), "and the next try succeeds"


def test_what_a_killed_build_left_is_cleared_by_the_next(tmp_path, cache):
    (cache / ".build-abandoned").mkdir(parents=True)
    run(make_go(tmp_path), cache)
    assert not (cache / ".build-abandoned").exists()


def test_a_failed_build_says_the_compilers_last_words(tmp_path, cache):
    body = "echo 'go: example.com/x: dial tcp: lookup proxy: no such host' >&2; exit 1"
    with pytest.raises(BuildFailed) as caught:
        run(make_go(tmp_path, body=body), cache)
    assert "no such host" in str(caught.value)
    assert [file.name for file in cache.iterdir()] == ["build.lock"]


def test_two_commands_do_not_build_at_once(tmp_path, cache):
    cache.mkdir()
    lines: list[str] = []
    waiting = threading.Event()

    def progress(line: str) -> None:
        lines.append(line)
        waiting.set()

    go = make_go(tmp_path)
    with (cache / "build.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = threading.Thread(target=run, args=(go, cache, progress))
        second.start()
        assert waiting.wait(10)
        assert lines == ["another command is building the engine; waiting for it"]
        assert not (tmp_path / "pid").exists(), "while one builds, no other compiler may start"
    second.join(10)
    assert (cache / "built-3.250.0" / "pulumi").is_file()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("go: downloading github.com/pulumi/esc v0.25.0\n", "downloaded"),
        ("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi\n", "compiled"),
        ("gopkg.in/yaml.v3\n", "compiled"),
        ("go: module lookup disabled by GOPROXY=off\n", None),
        ("# github.com/pulumi/pulumi/pkg/v3/engine\n", None),
    ],
)
def test_what_the_compiler_reports(line, kind):
    assert build.what(line) == kind
