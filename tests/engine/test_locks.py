"""A lock of a living process must be respected, and a dead one's must not stop anybody for ever."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modelyard.engine import locks

NOW = datetime.now(UTC)


def write(root: Path, stack: str = "dev", name: str = "a", **more: object) -> Path:
    file = root / ".pulumi" / "locks" / "organization" / "tried" / stack / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    said = {"pid": os.getpid(), "username": "ann", "hostname": "vm", "timestamp": NOW.isoformat(), **more}
    file.write_text(json.dumps(said))
    file.with_name(f"{name}.json.attrs").write_text("{}")
    return file


def test_the_locks_of_one_stack_are_read(tmp_path):
    file = write(tmp_path, timestamp="2026-11-23T10:47:32.912143246Z")
    write(tmp_path, stack="prod")
    (found,) = locks.of(f"file://{tmp_path}", tmp_path, "tried", "organization/tried/dev")
    assert (found.file, found.pid, found.user, found.host) == (file, os.getpid(), "ann", "vm")
    assert str(found).startswith(f"ann@vm, pid {os.getpid()}, since 2026-11-23 10:47:32 UTC")


@pytest.mark.parametrize("backend", ["https://api.pulumi.com", "s3://bucket", "azblob://container", ""])
def test_other_backends_show_no_locks(tmp_path, backend):
    assert locks.of(backend, tmp_path, "tried", "dev") == ()


def test_a_relative_backend_lies_under_the_project(tmp_path):
    write(tmp_path / "state")
    assert len(locks.of("file://./state", tmp_path, "tried", "dev")) == 1


def test_a_file_that_is_no_lock_is_passed_over(tmp_path):
    write(tmp_path).write_text("{")
    assert locks.of(f"file://{tmp_path}", tmp_path, "tried", "dev") == ()


def test_a_process_that_has_ended_is_dead(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    write(tmp_path, pid=child.pid)
    (found,) = locks.of(f"file://{tmp_path}", tmp_path, "tried", "dev")
    assert found.dead("vm")
    assert not found.dead("another-host"), "what runs on another machine can't be known here"


def test_a_process_that_nobody_has_waited_for_is_dead_too():
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    if locks.status(child.pid)[0]:  # Linux tells a process's state
        assert not locks.alive(child.pid, NOW.timestamp())
    child.wait()


def test_a_living_process_is_alive_unless_it_took_over_the_number():
    assert locks.alive(os.getpid(), datetime.now(UTC).timestamp())
    if locks.status(os.getpid())[1] is not None:
        assert not locks.alive(os.getpid(), (NOW - timedelta(days=300)).timestamp()), "numbers of processes come round"
    assert locks.alive(1, NOW.timestamp()), "a process that belongs to somebody else is alive as well"


@pytest.mark.parametrize(
    ("environment", "project", "login", "expected"),
    [
        ({"PULUMI_BACKEND_URL": "file:///a"}, "backend: {url: 'file:///b'}", "file:///c", "file:///a"),
        ({}, "backend: {url: 'file:///b'}", "file:///c", "file:///b"),
        ({}, "", "file:///c", "file:///c"),
        ({}, "", None, ""),
    ],
)
def test_the_backend_is_taken_from_where_the_cli_takes_it(tmp_path, environment, project, login, expected):
    (tmp_path / "Pulumi.yaml").write_text(f"name: tried\nruntime: python\n{project}\n")
    if login is not None:
        (tmp_path / "credentials.json").write_text(json.dumps({"current": login}))
    found = locks.backend_of(tmp_path, {"PULUMI_HOME": str(tmp_path), **environment})
    assert found == (expected, "tried")
