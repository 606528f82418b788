"""The official CLI by the Pulumi SDK's own installer (`PulumiCommand.install`).

The installer has no time limit and writes in place; so it runs in a process of its own, into a folder that is renamed
when complete. Its download comes from get.pulumi.com.
"""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from modelyard.engine.failures import InstallFailed
from modelyard.engine.processes import end

PREFIX = "installed-"

SCRIPT = """
import socket, sys
socket.setdefaulttimeout(15)
from pulumi.automation import PulumiCommand
print(PulumiCommand.install(root=sys.argv[1]).version)
"""


def install(
    cache: Path, python: Path, environment: Mapping[str, str], progress: Callable[[str], None], seconds: float
) -> tuple[Path, str]:
    """The installed binary and its version. Raises `InstallFailed` after at most about `seconds`."""
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
            raise InstallFailed(last_line(complaint) or f"exit status {process.returncode}", cache)
        version = answer.strip()
        final = cache / f"{PREFIX}{version}"
        shutil.rmtree(final, ignore_errors=True)
        folder.rename(final)
    except subprocess.TimeoutExpired as expired:
        raise InstallFailed(f"no answer within {seconds:.0f} s", cache) from expired
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return final / "bin" / "pulumi", version


def last_line(text: str) -> str:
    """Where a traceback says what happened."""
    return text.strip().rpartition("\n")[2]
