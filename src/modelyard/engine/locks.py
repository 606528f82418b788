"""Who holds a stack's lock, and whether that process still lives.

Only a backend of files (`file://…`) shows its locks: `.pulumi/locks/organization/<project>/<stack>/<uuid>.json`, each
with the holder's pid, user, host and time (`lockContent` in pulumi/pkg v3.250, backend/diy). Other backends know
their own.
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

SLACK = 2.0
"""Seconds by which a process may seem to have begun after the lock it wrote; the kernel counts in ticks from boot."""


@dataclass(frozen=True, slots=True)
class StackLock:
    """One process's claim on a stack, made when its operation began."""

    file: Path
    pid: int
    host: str
    user: str
    since: datetime

    def __str__(self) -> str:
        return f"{self.user}@{self.host}, pid {self.pid}, since {self.since:%Y-%m-%d %H:%M:%S} UTC ({self.file})"

    def dead(self, host: str) -> bool:
        """Whether its process is surely gone. One on another host can't be looked at, and counts as alive."""
        return self.host == host and not alive(self.pid, self.since.timestamp())


def this_host() -> str:
    """The name that the engine writes into its locks on this machine."""
    return socket.gethostname()


def of(backend: str, folder: Path, project: str, stack: str) -> tuple[StackLock, ...]:
    """The locks on a stack; none where the backend doesn't show them. `folder` is what a relative backend is under."""
    if not backend.startswith("file://"):
        return ()
    root = folder / Path(backend.removeprefix("file://")).expanduser()
    held = root / ".pulumi" / "locks" / "organization" / project / stack.rpartition("/")[2]
    return tuple(lock for file in sorted(held.glob("*.json")) if (lock := read(file)) is not None)


def read(file: Path) -> StackLock | None:
    """The lock in a file; None when it has just been removed, or holds something else."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(said["timestamp"]).astimezone(UTC)
        return StackLock(file, int(said["pid"]), said["hostname"], said["username"], since)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def alive(pid: int, since: float) -> bool:
    """Whether the process that wrote a lock at `since` (seconds of the epoch) runs; its number may have a new owner."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process, but there
    state, began = status(pid)
    return state != "Z" and (began is None or began <= since + SLACK)


def status(pid: int) -> tuple[str, float | None]:
    """A process's state letter and start (seconds of the epoch) as Linux tells them; empty and None elsewhere."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = next(
            line for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines() if line[:6] == "btime "
        )
    except (OSError, StopIteration):
        return "", None
    return fields[0], int(boot.split()[1]) + int(fields[19]) / os.sysconf("SC_CLK_TCK")


def backend_of(folder: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    """The backend's address and the project's name, from where the CLI takes them: environment, Pulumi.yaml, login."""
    project: Any = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    backend = environment.get("PULUMI_BACKEND_URL") or (project.get("backend") or {}).get("url")
    if not backend:
        home = Path(environment.get("PULUMI_HOME") or Path(environment.get("HOME", "~")) / ".pulumi")
        login = home.expanduser() / "credentials.json"
        backend = json.loads(login.read_text(encoding="utf-8")).get("current") if login.is_file() else ""
    return str(backend or ""), str(project["name"])
