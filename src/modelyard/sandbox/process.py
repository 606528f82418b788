"""The sandbox as a process of its own: started once, found again by every command, stopped gently.

The server runs on Linux, macOS and the Windows Subsystem for Linux, for it relies on file locks and on fork.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from modelyard.failures import Failure
from modelyard.sandbox import control_client
from modelyard.sandbox.environment import environment
from modelyard.sandbox.failures import DoesNotAnswer
from modelyard.sandbox.lock import alone, holder
from modelyard.sandbox.state_dir import Home

PORTS = range(1, 65536)
START_SECONDS = 30.0
STOP_SECONDS = 10.0
END_SECONDS = 1.0
PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Status:
    """A running sandbox. `counts` are resources by ARM type; times are ISO 8601."""

    pid: int
    port: int
    home: Path
    version: str
    uptime_seconds: float
    requests: int
    now: str
    advanced_seconds: float
    market_day: str
    counts: Mapping[str, int]
    principals: int


def status(home: Path) -> Status | None:
    """The sandbox that runs in this folder, or None; DoesNotAnswer for one that lives and is mute."""
    where = Home(home)
    try:
        return _status(where)
    except DoesNotAnswer:
        with alone(where.start_lock):  # perhaps it is only just being started
            return _status(where)


def start(home: Path, *, port: int | None = None, python: str = sys.executable) -> Status:
    """The sandbox of this folder, started unless it runs already. It outlives the caller.

    Without `port` it takes the port it had before, so that an environment once exported stays true, and another only
    if somebody else has taken that one. `sandbox.did-not-start` holds the server's last words; `sandbox.not-a-port`
    and `sandbox.folder-not-writable` tell what was in the way before it.
    """
    if port is not None and port not in PORTS:
        raise Failure.of("sandbox.not-a-port", found=port)
    where = Home(home.absolute())
    try:
        where.make()
        with alone(where.start_lock):
            running = _status(where)
            if running is None:
                where.prepare()
                _launch(where, port, python)
                running = _status(where)
    except OSError as error:
        why = error.strerror or error
        raise Failure.of("sandbox.folder-not-writable", folder=where.path, why=why) from error
    if running is None:
        raise _did_not_start(where, "it ended at once")
    return running


def stop(home: Path, *, patience: float = STOP_SECONDS) -> bool:
    """Stop the sandbox of this folder, gently for `patience` seconds; tells whether one was running."""
    where = Home(home)
    if not where.path.is_dir():
        return False
    with alone(where.start_lock):
        for wanted in (signal.SIGTERM, signal.SIGKILL):
            pid = holder(where.lock)
            if pid is None:
                return wanted is signal.SIGKILL
            with suppress(ProcessLookupError):
                os.kill(pid, wanted)
            _wait_until_free(where, patience)
        return True


def reset(home: Path) -> None:
    """Forget all that the sandbox holds, whether it runs or not. Its port, its authority and its secrets stay."""
    where = Home(home)
    if holder(where.lock) is not None:
        control_client.ask(where, "POST", "reset")
        return
    for suffix in ("", "-wal", "-shm"):
        where.database.with_name(where.database.name + suffix).unlink(missing_ok=True)


def environment_of(home: Path) -> dict[str, str]:
    """What a child of the running sandbox gets in its environment; `sandbox.not-running` where there is none."""
    where = Home(home.absolute())
    if holder(where.lock) is None:
        raise Failure.of("sandbox.not-running", home=where.path)
    kept = where.running()
    return environment(where, kept["port"], tenant_id=kept["tenantId"], subscription_id=kept["subscriptionId"])


def _status(home: Home) -> Status | None:
    pid = holder(home.lock)
    if pid is None:
        return None
    told = control_client.ask(home, "GET", "status")
    return Status(
        pid=pid,
        port=int(told["port"]),
        home=home.path,
        version=str(told["version"]),
        uptime_seconds=float(told["uptimeSeconds"]),
        requests=int(told["requests"]),
        now=str(told["now"]),
        advanced_seconds=float(told["advancedSeconds"]),
        market_day=str(told.get("marketDay", "unknown")),
        counts=dict(told["counts"]),
        principals=int(told["principals"]),
    )


def _launch(home: Home, port: int | None, python: str) -> None:
    """Start the server and wait for its word on a pipe: `ready`, or why not."""
    log = os.open(home.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    hear, say = os.pipe()
    try:
        command = [python, "-P", "-m", "modelyard.sandbox", "--home", str(home.path), "--detach", "--tell", str(say)]
        if port is not None:
            command += ["--port", str(port)]
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(say,),
            start_new_session=True,
            check=False,
        )
    finally:
        os.close(log)
        os.close(say)
    word = _hear(hear)
    if word != "ready":
        _wait_until_free(home, END_SECONDS)  # it has said its last word, but may not be gone yet
        said, _, remedy = word.partition("\n")
        raise _did_not_start(home, said or _last_line(home.log), remedy)


def _did_not_start(home: Home, last_words: str, remedy: str = "") -> Failure:
    remedy = remedy or f"read {home.log}; if the state is damaged: modelyard sandbox reset"
    said = last_words or "it said nothing"
    return Failure.of("sandbox.did-not-start", home=home.path, last_words=said, remedy=remedy)


def _last_line(log: Path) -> str:
    """What the server said last; a traceback ends with what went wrong."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1] if lines else ""


def _hear(descriptor: int) -> str:
    """All that the server says until it closes its end; it does so at the latest when it ends."""
    said = b""
    deadline = time.monotonic() + START_SECONDS
    try:
        with selectors.DefaultSelector() as heard:  # a plain select() refuses descriptors past the first thousand
            heard.register(descriptor, selectors.EVENT_READ)
            while heard.select(max(0.0, deadline - time.monotonic())):
                more = os.read(descriptor, 4096)
                if not more:
                    return said.decode()
                said += more
        return "it did not listen in time"
    finally:
        os.close(descriptor)


def _wait_until_free(home: Home, patience: float) -> None:
    deadline = time.monotonic() + patience
    while holder(home.lock) is not None and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
