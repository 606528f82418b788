"""One stack of a project: making it, its outputs, its state."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from modelyard.engine.failures import StackExists, StackLocked
from modelyard.engine.workspace import Workspace


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

    def state(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's state as `pulumi stack export` writes it; secrets stay encrypted, unless they are to be shown."""
        shown = ["--show-secrets"] if show_secrets else []
        exported: dict[str, Any] = json.loads(self.workspace.call("stack", "export", "--stack", self.name, *shown))
        return exported

    def last_update(self) -> Mapping[str, Any]:
        """What the history says of the last operation that ended: its `kind`, `result`, `endTime`; empty before any."""
        ended = json.loads(self.workspace.call("stack", "history", "--stack", self.name, "--json", "--page-size", "1"))
        return {name: ended[0].get(name) for name in ("kind", "result", "endTime")} if ended else {}

    def replace_state(self, state: Mapping[str, Any]) -> None:
        """Puts an edited state in the place of the stored one; the engine checks that it holds together."""
        self.workspace.call("stack", "import", "--stack", self.name, stdin=json.dumps(state))

    def cancel(self) -> None:
        """Removes the stack's lock, whoever holds it."""
        self.workspace.call("cancel", "--yes", "--stack", self.name)
