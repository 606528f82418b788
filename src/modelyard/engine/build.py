"""An engine built from Go modules, for machines where the official CLI can't be had but Go can.

The Go module beside this file pins the version: many others don't resolve (tried). It is built into a temporary
folder and renamed, under a lock, so an interrupted build leaves nothing half done; what `go` compiled stays in its
own cache, so the next try goes on from there. The first build takes about 4 minutes on 2 cores.
"""

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from filelock import FileLock, Timeout

from modelyard.engine.failures import BuildFailed
from modelyard.engine.processes import end

VERSION = "3.250.0"
PREFIX = "built-"
COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
GO_MINIMUM = (1, 26)
LANGUAGE_HOST = "pulumi-language-python"
PYTHON_VARIABLE = "MODELYARD_PYTHON"
"""Names the interpreter for one run; without it, the language host takes the one that was there when it was written."""

EVERY = 50
"""Modules or packages between two lines of progress."""

PACKAGES = 1649
"""How many the engine has in all; those that `go` has compiled before are not reported again."""


UNITS = {"downloaded": "modules", "compiled": f"of {PACKAGES} packages at most"}


def compiler(search: str, environment: Mapping[str, str]) -> Path | str:
    """The `go` on `search` that can build the engine, or the reason why none can."""
    go = shutil.which("go", path=search)
    if go is None:
        return "no Go on PATH to build one with"
    try:
        answer = subprocess.run(
            [go, "env", "GOVERSION"],
            env=local(environment),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        return f"{go} does not run: {trouble}"
    found = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    if not found:
        return f"{go} does not say its version"
    if (int(found[1]), int(found[2])) < GO_MINIMUM:
        return f"{go} is {answer.stdout.strip()}, older than go1.26"
    return Path(go)


def build(go: Path, cache: Path, python: Path, environment: Mapping[str, str], progress: Callable[[str], None]) -> Path:
    """The built binary, with our language host beside it. Raises `BuildFailed`; an interruption leaves no folder."""
    cache.mkdir(parents=True, exist_ok=True)
    final = cache / f"{PREFIX}{VERSION}"
    with only_one(cache / "build.lock", progress):
        if (final / "pulumi").is_file():
            return final / "pulumi"
        for abandoned in cache.glob(".build-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=".build-", dir=cache))
        try:
            with as_file(files("modelyard.engine") / "go") as module:
                for name in ("go.mod", "go.sum"):
                    shutil.copyfile(module / name, folder / name)
            result = folder / "result"
            compile_engine(go, folder, result / "pulumi", environment, progress)
            sdk = Path(ask_go(go, folder, environment, "list", "-m", "-f", "{{.Dir}}", SDK))
            executor = result / f"{LANGUAGE_HOST}-exec"
            shutil.copyfile(sdk / "python" / "cmd" / executor.name, executor)
            executor.chmod(0o755)
            write_language_host(result, python)
            shutil.rmtree(final, ignore_errors=True)
            result.rename(final)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return final / "pulumi"


def compile_engine(
    go: Path, folder: Path, binary: Path, environment: Mapping[str, str], progress: Callable[[str], None]
) -> None:
    """Runs `go build`, and tells every few packages how far it is."""
    flags = f"-s -w -X {SDK}/go/common/version.Version={VERSION}"
    progress(f"building the Pulumi engine {VERSION} with {go}; the first time takes some minutes")
    complaints: list[str] = []
    counts = {"downloaded": 0, "compiled": 0}
    with subprocess.Popen(
        [go, "build", "-v", "-trimpath", "-ldflags", flags, "-o", binary, COMMAND],
        cwd=folder,
        env=local(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            for line in process.stderr or ():
                kind = what(line)
                if kind is None:
                    complaints.append(line.strip())
                    continue
                counts[kind] += 1
                if line.strip() == COMMAND:
                    progress("linking the engine")
                elif counts[kind] % EVERY == 0:
                    progress(f"{kind} {counts[kind]} {UNITS[kind]}")
            process.wait()
        finally:
            end(process)
    if process.returncode:
        raise BuildFailed.of(
            "engine.build-failed",
            reason=" ".join(complaints[-3:]) or f"go ended with status {process.returncode}",
            folder=folder.parent,
        )


def what(line: str) -> str | None:
    """What a line of `go build -v` reports: a module downloaded, a package compiled, or (None) a complaint."""
    if line.startswith("go: downloading "):
        return "downloaded"
    return "compiled" if re.fullmatch(r"[\w.~/-]+", line.strip()) else None


def ask_go(go: Path, folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """One line that `go` answers in the module's folder."""
    answer = subprocess.run(
        [go, *arguments],
        cwd=folder,
        env=local(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if answer.returncode or not answer.stdout.strip():
        raise BuildFailed.of(
            "engine.build-failed",
            reason=answer.stderr.strip() or f"go {arguments[0]} says nothing",
            folder=folder.parent,
        )
    return answer.stdout.strip()


def local(environment: Mapping[str, str]) -> dict[str, str]:
    """Go's environment without a workspace, flags or a downloaded toolchain of the user's getting in the way."""
    return {**environment, "GOWORK": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local"}


def write_language_host(folder: Path, python: Path) -> None:
    """Puts `pulumi-language-python` beside the built engine, unless one is there whose interpreter still exists.

    `-P` keeps the project's folder off the module path: a program's own `queue.py` must not become the host's.
    """
    script = folder / LANGUAGE_HOST
    if script.is_file():
        named = re.search(r"^host=\$\{\w+:-\}; \[ -n .* \|\| host=(.+)$", script.read_text(encoding="utf-8"), re.M)
        if named and Path(shlex.split(named[1])[0]).is_file():
            return
    fresh = script.with_suffix(f".{python.name}.tmp")
    fresh.write_text(
        "#!/bin/sh\n"
        "# Modelyard's language host for Python programs; the engine starts it.\n"
        f'host=${{{PYTHON_VARIABLE}:-}}; [ -n "$host" ] || host={shlex.quote(str(python))}\n'
        f'exec "$host" -P -m modelyard.engine.languagehost --executor "${{0%/*}}/{LANGUAGE_HOST}-exec" "$@"\n',
        encoding="utf-8",
    )
    fresh.chmod(0o755)
    fresh.replace(script)


@contextmanager
def only_one(file: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Holds a lock while one process builds; others wait and then find the result. The kernel frees a dead one's."""
    lock = FileLock(file)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        progress("another command is building the engine; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
