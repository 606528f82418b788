"""A sandbox for one measurement, with its own state, and Pulumi programs in it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"


class Sandboxed:
    """Commands in a sandbox of their own; it is stopped at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "MODELYARD_STATE": str(folder / "state")}

    def __enter__(self) -> Self:
        self.modelyard("sandbox", "start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.modelyard("sandbox", "stop")

    def modelyard(self, *words: str) -> str:
        """What a command prints."""
        return _run([sys.executable, "-m", "modelyard.cli", *words], ROOT, self.environment)

    def program(self, name: str) -> Path:
        """One of bench/programs with a stack `dev`, in a folder of its own."""
        return self.copy(PROGRAMS / name)

    def copy(self, source: Path) -> Path:
        """A project elsewhere, so that Pulumi can write into it, with a stack `dev`."""
        here = self.folder / source.name
        for part in ("Pulumi.yaml", "__main__.py", "infra", "stacks", "policies"):
            if (source / part).is_dir():
                shutil.copytree(source / part, here / part)
            elif (source / part).is_file():
                here.mkdir(parents=True, exist_ok=True)
                shutil.copy(source / part, here / part)
        # The environment's own interpreter is found on PATH, so no project needs a virtual environment of its own.
        for file in filter(Path.is_file, (here / "Pulumi.yaml", here / "policies" / "PulumiPolicy.yaml")):
            file.write_text(re.sub(r"  options:\n(?:    .*\n)+", "", file.read_text()))
        self.pulumi(here, "stack", "init", "dev")
        return here

    def pulumi(self, project: Path, *words: str) -> str:
        """What the Pulumi CLI prints in a project."""
        inside = [sys.executable, "-m", "modelyard.cli", "sandbox", "env", "--json"]
        environment = self.environment
        if "PULUMI_HOME" not in environment:
            import json

            environment |= json.loads(_run(inside, ROOT, environment))["data"]["environment"]
        return _run(["pulumi", *words], project, environment)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout
