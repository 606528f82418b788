"""A project's folder, an engine and an environment: what a Pulumi command runs in.

The environment is the caller's, with the target's laid over it. PATH gets the engine's folder first, so that the
engine's own language host is found, and then the folder of the interpreter: the official host runs programs with the
`python` it finds there.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.engine import error_parser
from modelyard.engine.build import PYTHON_VARIABLE
from modelyard.engine.discovery import Engine

ALWAYS = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",  # without it, `preview --json` says nothing until it ends
    "PULUMI_EXPERIMENTAL": "true",  # saved plans
}


def environment(base: Mapping[str, str], over: Mapping[str, str], *, engine: Engine, python: Path) -> dict[str, str]:
    """What every Pulumi command and its children get; `over` (the target's) wins over `base` (the caller's)."""
    joined = {**base, **over}
    search = [str(engine.binary.parent), str(python.parent), joined.get("PATH", "")]
    return {
        **{name: value for name, value in ALWAYS.items() if name not in joined},
        **joined,
        "PATH": os.pathsep.join(part for part in search if part),
        PYTHON_VARIABLE: str(python),
    }


@dataclass(frozen=True)
class Workspace:
    """Where Pulumi commands run. `folder` holds Pulumi.yaml; `environment` may hold secrets and is never shown."""

    engine: Engine
    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    def call(self, *arguments: str, stdin: str | None = None) -> str:
        """What a short command prints. Raises the failure that its complaint stands for."""
        answer = subprocess.run(
            [self.engine.binary, *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=dict(self.environment),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise error_parser.failure(answer.stderr, answer.returncode)
        return answer.stdout
