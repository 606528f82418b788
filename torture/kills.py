"""Kills at moments that a seed decides: engine, provider, language host and sandbox, in the midst of `modelyard up`.

Whatever is killed, the next runs must come to the declared stack by themselves. The first of them may still have to say
what the killed one left; the second has to end well. Only processes that were started here are killed.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types of its own

from modelyard.failures import Failure
from modelyard.sandbox import control_client, process
from modelyard.sandbox.state_dir import Home

HERE = Path(__file__).parent.parent
VICTIMS: Mapping[str, tuple[str, ...]] = {
    "engine": ("/pulumi",),
    "provider": ("pulumi-resource-azure-native", "modelyard.provider"),
    "language host": ("modelyard.engine.languagehost",),
    "sandbox": (),
}
"""Words of the command lines by which each is known among the processes of a run; the sandbox is known by its lock."""

RUNS = 3
"""How many runs a stack may need after a kill."""
SLOW = {"Microsoft.CognitiveServices/accounts/deployments": 2.0}
"""Seconds that deployments take, so that a kill meets one that is being made."""
MOST_SECONDS = 6.0

STACK = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: torture-ai
    resourceGroup: rg-torture
    network:
      publicNetworkAccess: Enabled
  modelyard:deployments:
    chat:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 1
      contentFilter: strict
    embed:
      model: text-embedding-3-small@1
      sku: GlobalStandard
      capacity: 1
  modelyard:contentFilters:
    strict:
      prompt:
        violence:
          severityThreshold: Low
"""


class Yard:
    """A project with one stack, and a sandbox, both in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        (self.project / "stacks").mkdir(parents=True)
        shutil.copy(HERE / "Pulumi.yaml", self.project)  # the program looks for its project from where it really lies
        shutil.copytree(HERE / "infra", self.project / "infra")
        (self.project / ".venv").symlink_to(sys.prefix)
        (self.project / "stacks" / "Pulumi.dev.yaml").write_text(STACK, encoding="utf-8")
        self._environment = {**os.environ, "MODELYARD_STATE": str(folder / "state"), "NO_COLOR": "1"}
        self.home = Home(folder / "state" / "sandbox")

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """A command of ours, in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "modelyard.cli", *words],
            cwd=self.project,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """A command of ours, to its end."""
        begun = self.begin(*words)
        said, _ = begun.communicate()
        return begun.returncode, said

    def slow(self) -> None:
        """Let deployments take a while."""
        with suppress(Failure, OSError):
            control_client.ask(self.home, "PUT", "delays", SLOW)

    def victim(self, begun: "subprocess.Popen[str]", name: str) -> psutil.Process | None:
        """The process that is to be killed; None while there is none."""
        try:
            if name == "sandbox":
                running = process.status(self.home.path)
                return psutil.Process(running.pid) if running else None
            for each in psutil.Process(begun.pid).children(recursive=True):
                command = each.cmdline()
                if any(_named(command, word) for word in VICTIMS[name]):
                    return each
        except (psutil.Error, Failure):
            return None
        return None


def _named(command: list[str], word: str) -> bool:
    """Whether a command line has the word; one with a slash is the end of the program's path."""
    return bool(command) and (command[0].endswith(word) if word.startswith("/") else word in " ".join(command))


@contextmanager
def yard() -> Iterator[Yard]:
    """One that ends with its sandbox."""
    with tempfile.TemporaryDirectory(prefix="modelyard-torture-") as folder:
        made = Yard(Path(folder))
        try:
            yield made
        finally:
            process.stop(made.home.path)


def survived(place: Yard, generator: random.Random) -> tuple[str, str]:
    """One kill, and whether the stack came to be as declared: what was done, and what went wrong, if anything."""
    name, later = generator.choice(list(VICTIMS)), generator.uniform(0.0, MOST_SECONDS)
    place.slow()
    begun = place.begin("up", "dev", "--no-smoke")
    while begun.poll() is None and place.victim(begun, "engine") is None:
        time.sleep(0.02)
    time.sleep(later)
    victim = place.victim(begun, name)
    while victim is None and begun.poll() is None:  # it comes and goes with each of the engine's runs
        time.sleep(0.02)
        victim = place.victim(begun, name)
    told = f"{name} after {later:.2f} s" if victim else f"nothing: no {name} after {later:.2f} s"
    if victim is not None:
        with suppress(psutil.Error):
            victim.kill()
    begun.communicate()
    said = ""
    for _ in range(RUNS):
        status, said = place.run("up", "dev", "--no-smoke")
        if status == 0:
            break
    else:
        return told, f"{RUNS} runs did not mend it:\n{said}"
    status, said = place.run("destroy", "dev", "--yes")
    place.run("sandbox", "clock", "advance", "3d")
    return told, "" if status == 0 else f"it can't be destroyed:\n{said}"


def survive(count: int, seed: int) -> int:
    """So many kills; tells each that was not survived, and how many there were."""
    lost = 0
    with yard() as place:
        place.run("sandbox", "start")
        for number in range(count):
            told, wrong = survived(place, random.Random(f"{seed}/kills/{number}"))
            sys.stderr.write(f"kill {number}: {told}: {wrong or 'survived'}\n")
            sys.stderr.flush()
            lost += bool(wrong)
            if wrong:
                place.run("sandbox", "reset")
    return lost
