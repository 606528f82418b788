"""Which Pulumi engine a command uses.

In this order: the one on PATH, one that was installed or built before, the official one by the SDK's installer, one
built from Go modules. The official CLI brings its own language host; the built one gets ours beside it.
"""

import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from modelyard.engine import build
from modelyard.engine.failures import BuildFailed, EngineFailure, InstallFailed
from modelyard.engine.processes import end

INSTALLED = "installed-"
"""What the folder of an installed engine is called, before its version."""

SCRIPT = """
import socket, sys
socket.setdefaulttimeout(15)
from pulumi.automation import PulumiCommand
print(PulumiCommand.install(root=sys.argv[1]).version)
"""

MINIMUM = "3.250.0"
"""Hooks, `policy analyze` and the event log behave as this package expects from this version on (tried)."""

VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")

Progress = Callable[[str], None]
"""Takes one line about long work, for a person to read."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A Pulumi CLI that may be used, and where it came from."""

    binary: Path
    version: str
    source: Literal["path", "installed", "built"]


def locate(
    *,
    cache: Path,
    environment: Mapping[str, str],
    python: Path,
    progress: Progress = lambda _: None,
    install_seconds: float = 300.0,
) -> Engine:
    """An engine, got by the cheapest way that works.

    `cache` is a folder of ours that outlives the command; `environment` is what children get (PATH, HOME, the proxy
    settings that `go` needs); `python` is the interpreter a built engine runs programs with. Raises `engine.not-found`.
    """
    search = environment.get("PATH", "")
    tried: list[str] = []
    found = on_path(search, environment, tried) or cached(cache, python)
    if found:
        return found
    tried.append(f"none in {cache}")
    try:
        return Engine(*install(cache, python, environment, progress, install_seconds), source="installed")
    except InstallFailed as failure:
        tried.append(f"installer: {failure.facts['reason']}")
    go = build.compiler(search, environment)
    if isinstance(go, str):
        tried.append(go)
        raise EngineFailure.of("engine.not-found", tried=tried, minimum=MINIMUM)
    try:
        return Engine(build.build(go, cache, python, environment, progress), build.VERSION, "built")
    except BuildFailed as failure:
        tried.append(f"build: {failure.facts['reason']}")
        raise EngineFailure.of("engine.not-found", tried=tried, minimum=MINIMUM) from failure


def on_path(search: str, environment: Mapping[str, str], tried: list[str]) -> Engine | None:
    """The first `pulumi` on `search`, when it is new enough; else None, and `tried` learns why."""
    binary = shutil.which("pulumi", path=search)
    if binary is None:
        tried.append("none on PATH")
        return None
    version = ask(Path(binary), environment)
    if version is None:
        tried.append(f"{binary} does not say its version")
    elif numbers(version) < numbers(MINIMUM):
        tried.append(f"{binary} is {version}, older than {MINIMUM}")
    else:
        return Engine(Path(binary), version, "path")
    return None


def cached(cache: Path, python: Path) -> Engine | None:
    """The newest engine that was installed or built before; a folder there was renamed in place when complete."""
    found = [
        Engine(folder / "bin" / "pulumi", folder.name.removeprefix(INSTALLED), "installed")
        for folder in cache.glob(f"{INSTALLED}*")
    ] + [
        Engine(folder / "pulumi", folder.name.removeprefix(build.PREFIX), "built")
        for folder in cache.glob(f"{build.PREFIX}*")
    ]
    usable = [engine for engine in found if engine.binary.is_file() and numbers(engine.version) >= numbers(MINIMUM)]
    if not usable:
        return None
    newest = max(usable, key=lambda engine: numbers(engine.version))
    if newest.source == "built":
        build.write_language_host(newest.binary.parent, python)
    return newest


def ask(binary: Path, environment: Mapping[str, str]) -> str | None:
    """The version a binary says it has; None when it says nothing that can be understood."""
    try:
        answer = subprocess.run(
            [binary, "version"],
            env={**environment, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = VERSION.search(answer.stdout)
    return found[0].removeprefix("v") if answer.returncode == 0 and found else None


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that compare; a development build (3.251.0-alpha…) counts as its release."""
    found = VERSION.search(version)
    return tuple(int(part) for part in found.groups()) if found else (0, 0, 0)


def install(
    cache: Path, python: Path, environment: Mapping[str, str], progress: Callable[[str], None], seconds: float
) -> tuple[Path, str]:
    """The official CLI by the Pulumi SDK's own installer: the binary and its version.

    The installer has no time limit and writes in place; so it runs in a process of its own, into a folder that is
    renamed when complete. Its download comes from get.pulumi.com. Raises `InstallFailed` after at most about `seconds`.
    """
    progress("installing the Pulumi CLI from get.pulumi.com")
    cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".install-", dir=cache))
    try:
        with subprocess.Popen(
            [python, "-P", "-c", SCRIPT, folder],
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                answer, complaint = process.communicate(timeout=seconds)
            finally:
                end(process, signal.SIGKILL)
        if process.returncode:
            raise InstallFailed.of(
                "engine.install-failed",
                reason=last_line(complaint) or f"exit status {process.returncode}",
                folder=cache,
            )
        version = answer.strip()
        final = cache / f"{INSTALLED}{version}"
        shutil.rmtree(final, ignore_errors=True)
        folder.rename(final)
    except subprocess.TimeoutExpired as expired:
        raise InstallFailed.of(
            "engine.install-failed", reason=f"no answer within {seconds:.0f} s", folder=cache
        ) from expired
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return final / "bin" / "pulumi", version


def last_line(text: str) -> str:
    """Where a traceback says what happened."""
    return text.strip().rpartition("\n")[2]
