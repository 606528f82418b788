"""One server for a folder, found again by every command, and never mistaken for somebody else's process."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types of its own
import pytest

from modelyard.failures import Failure
from modelyard.sandbox import control_client, process
from modelyard.sandbox.failures import DamagedState
from modelyard.sandbox.state_dir import Home


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "sandbox"
    process.stop(tmp_path / "sandbox")


def kill(pid: int) -> None:
    """Kill the server as nobody should, and wait until the kernel has buried it."""
    server = psutil.Process(pid)
    server.kill()
    server.wait(timeout=10)


def test_a_life_of_the_server(folder: Path):
    assert process.status(folder) is None
    assert process.stop(folder) is False
    with pytest.raises(
        Failure, match="modelyard sandbox start", check=lambda failure: failure.code == "sandbox.not-running"
    ):
        process.environment_of(folder)

    started = process.start(folder)
    assert process.start(folder).pid == started.pid, "starting what runs is no mistake"
    environment = process.environment_of(folder)
    assert environment["HTTPS_PROXY"] == f"http://127.0.0.1:{started.port}"
    assert started.counts == {"Microsoft.Authorization/roleAssignments": 6}
    control_client.advance(Home(folder), 90)
    assert control_client.token(Home(folder), "reader").count(".") == 2
    with pytest.raises(Failure, match="nobody", check=lambda failure: failure.code == "sandbox.request-refused"):
        control_client.token(Home(folder), "nobody")

    server = psutil.Process(started.pid)
    assert server.memory_info().rss < 100 * 1024 * 1024
    assert server.ppid() != os.getpid(), "it outlives the command that started it"
    secrets = Home(folder).secrets()
    seen = " ".join(server.cmdline()) + (folder / "sandbox.json").read_text() + (folder / "sandbox.log").read_text()
    for secret in (secrets.client_secret, secrets.control):
        assert secret not in seen
    for path in folder.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, f"{path.name} is open to others"

    assert process.stop(folder) is True
    assert process.status(folder) is None
    assert not list(folder.glob("azure.sqlite-*")), "a stopped sandbox is one file that can be copied"

    again = process.start(folder)
    assert again.port == started.port, "an environment exported before stays true"
    assert again.advanced_seconds == 90
    process.reset(folder)
    status = process.status(folder)
    assert status is not None
    assert status.advanced_seconds == 0
    assert process.environment_of(folder) == environment, "a reset leaves the credentials as they were exported"


def test_a_killed_server_is_not_taken_for_a_running_one(folder: Path):
    killed = process.start(folder)
    control_client.advance(Home(folder), 30)
    kill(killed.pid)
    assert process.status(folder) is None
    assert process.stop(folder) is False
    again = process.start(folder)
    assert (again.port, again.advanced_seconds) == (killed.port, 30), "what was acknowledged survived"
    assert again.pid != killed.pid


def test_a_process_that_got_the_dead_server_s_number_is_not_killed(folder: Path):
    """Numbers are used again; the lock, which died with the server, says whose it was."""
    process.start(folder)
    process.stop(folder)
    bystander = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    try:
        for name in ("sandbox.lock", "sandbox.json"):
            (folder / name).write_text(
                json.dumps({"pid": bystander.pid}) if name.endswith("json") else str(bystander.pid)
            )
        assert process.status(folder) is None
        assert process.stop(folder) is False
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_starts_at_the_same_moment_give_one_server_with_one_secret(folder: Path):
    """Two jobs of one pipeline do that; a folder prepared twice would hold one secret and have told another."""
    found: list[tuple[int, str]] = []

    def begin() -> None:
        pid = process.start(folder).pid
        found.append((pid, process.environment_of(folder)["AZURE_CLIENT_SECRET"]))

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_port_that_somebody_took_is_given_up_unless_it_was_asked_for(folder: Path):
    before = process.start(folder)
    process.stop(folder)
    with closing(socket.create_server(("127.0.0.1", before.port))):
        with pytest.raises(
            Failure,
            match=f"port {before.port} can't be had",
            check=lambda failure: failure.code == "sandbox.did-not-start",
        ):
            process.start(folder, port=before.port)
        assert process.start(folder).port != before.port


def test_damaged_state_is_told_and_a_reset_mends_it(folder: Path):
    Home(folder).prepare()
    (folder / "azure.sqlite").write_bytes(b"no database at all, of some length" * 100)
    with pytest.raises(Failure, match="not a database", check=lambda failure: failure.code == "sandbox.did-not-start"):
        process.start(folder)
    process.reset(folder)
    assert process.start(folder).principals == 5


@pytest.mark.parametrize(
    ("file", "text", "said", "remedy"),
    [
        ("secrets.json", "{}", "clientId", "delete that file"),
        ("secrets.json", "nonsense", "JSONDecodeError", "delete that file"),
        ("azure.sqlite", None, "Is a directory", "make room on its disk, or set its rights"),
    ],
)
def test_what_cannot_be_read_or_written_is_told_with_a_way_back(folder, file, text, said, remedy):
    Home(folder).prepare()
    if text is None:
        (folder / file).mkdir()
    else:
        (folder / file).write_text(text)
    with pytest.raises(Failure, match=said, check=lambda failure: failure.code == "sandbox.did-not-start") as caught:
        process.start(folder)
    assert remedy in str(caught.value)


def test_a_state_of_a_newer_release_is_left_alone(folder: Path):
    Home(folder).prepare()
    with closing(sqlite3.connect(folder / "azure.sqlite")) as raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(
        Failure, match="version 99, of a newer Modelyard", check=lambda failure: failure.code == "sandbox.did-not-start"
    ) as caught:
        process.start(folder)
    assert "use the Modelyard that wrote it" in str(caught.value)


def test_a_note_of_the_running_server_that_is_damaged_is_told_with_a_way_back(folder: Path):
    process.start(folder)
    (folder / "sandbox.json").write_text("{}")
    with pytest.raises(DamagedState, match="modelyard sandbox stop"):
        process.status(folder)
    process.stop(folder)
    assert process.start(folder).principals == 5


@pytest.mark.parametrize("port", [0, -1, 65536, 99999])
def test_a_port_that_there_is_not_is_refused(folder: Path, port: int):
    """The system cuts the number to sixteen bits, and the sandbox would listen where nobody looks for it."""
    with pytest.raises(Failure, match="1 to 65535", check=lambda failure: failure.code == "sandbox.not-a-port"):
        process.start(folder, port=port)
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        Failure, match="Not a directory", check=lambda failure: failure.code == "sandbox.folder-not-writable"
    ):
        process.start(tmp_path / "file" / "sandbox")


def test_a_server_that_does_not_heed_the_gentle_signal_is_killed(folder: Path):
    """Stopped by a debugger, or stuck: `stop` has to mean it."""
    started = process.start(folder)
    os.kill(started.pid, signal.SIGSTOP)
    assert process.stop(folder, patience=0.2) is True
    assert process.status(folder) is None
