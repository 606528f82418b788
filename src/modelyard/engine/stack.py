"""A workspace that Pulumi commands run in, and one stack of it: making it, its outputs, its state."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from modelyard.engine import error_parser
from modelyard.engine.build import PYTHON_VARIABLE
from modelyard.engine.discovery import Engine
from modelyard.engine.exported_state import StackState, StateDocument
from modelyard.engine.failures import StackExists, StackLocked
from modelyard.files import JsonObject

ALWAYS = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",  # without it, `preview --json` says nothing until it ends
    "PULUMI_EXPERIMENTAL": "true",  # saved plans
}


def command_environment(
    base: Mapping[str, str], over: Mapping[str, str], *, engine: Engine, python: Path
) -> dict[str, str]:
    """What every Pulumi command and its children get; `over` (the target's) wins over `base` (the caller's).

    PATH gets the engine's folder first, so that the engine's own language host is found, and then the folder of the
    interpreter: the official host runs programs with the `python` it finds there.
    """
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
    """A project's folder, an engine and an environment. The environment may hold secrets and is never shown."""

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


@dataclass(frozen=True, slots=True)
class Output:
    """A stack output; a secret one never shows its value in a repr."""

    value: Any = field(repr=False)
    secret: bool = False


@dataclass(frozen=True)
class PulumiStack:
    """A stack by name. `config_file` takes the place of the stack's own file, which is then left alone."""

    workspace: Workspace
    name: str
    config_file: Path | None = None

    @property
    def flags(self) -> list[str]:
        """What every operation on the stack is told."""
        given = ["--stack", self.name]
        return [*given, "--config-file", str(self.config_file)] if self.config_file else given

    def create(self) -> bool:
        """Makes the stack unless it is there; tells whether it was made. What is selected stays selected.

        A stack that is locked is there; whoever works on it next learns who holds it.
        """
        try:
            if self.config_file:
                self._create_beside(self.config_file)
            else:
                self.workspace.call("stack", "init", self.name, "--no-select")
        except (StackExists, StackLocked):
            return False
        return True

    def _create_beside(self, config_file: Path) -> None:
        """`stack init` takes no `--config-file` and writes settings into the project's stack file, so it gets another
        project of the same name to work in: a folder with this stack's file alone.
        """
        project = yaml.safe_load((self.workspace.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        alone = {key: value for key, value in project.items() if key in {"name", "runtime", "backend"}}
        with TemporaryDirectory(prefix="modelyard-") as folder:
            (Path(folder) / "Pulumi.yaml").write_text(json.dumps(alone), encoding="utf-8")
            written = Path(folder) / f"Pulumi.{self.name}.yaml"
            shutil.copyfile(config_file, written)
            self.workspace.call("stack", "init", self.name, "--no-select", "--cwd", folder)
            shutil.copyfile(written, config_file)

    def state(self, *, show_secrets: bool = False) -> StateDocument:
        """The stack's state as `pulumi stack export` writes it; secrets stay encrypted, unless they are to be shown."""
        shown = ["--show-secrets"] if show_secrets else []
        exported: dict[str, Any] = json.loads(self.workspace.call("stack", "export", "--stack", self.name, *shown))
        return exported

    def last_update(self) -> JsonObject:
        """What the history says of the last operation that ended: its `kind`, `result`, `endTime`; empty before any."""
        ended = json.loads(self.workspace.call("stack", "history", "--stack", self.name, "--json", "--page-size", "1"))
        return {name: ended[0].get(name) for name in ("kind", "result", "endTime")} if ended else {}

    def replace_state(self, state: StackState) -> None:
        """Puts an edited state in the place of the stored one; the engine checks that it holds together."""
        self.workspace.call("stack", "import", "--stack", self.name, stdin=json.dumps(state))

    def cancel(self) -> None:
        """Removes the stack's lock, whoever holds it."""
        self.workspace.call("cancel", "--yes", "--stack", self.name)
