"""Stack files from text, and the examples as parameters."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import Loaded, load
from modelyard.config.project import Project
from modelyard.findings import Finding

TODAY = date(2026, 11, 23)
EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class Example:
    """A stack file of its own, or a folder with Pulumi.example.yaml, layers/, the team's own policies/ and what Pulumi
    resolved (values.json).

    Its name starts with the code it is an example of. A comment `# today: 2026-09-01` sets the day of the check.
    """

    path: Path

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".yaml")

    def load(self, root: Path) -> Loaded:
        stacks = root / "stacks"
        if self.path.is_dir():
            shutil.copytree(self.path, stacks)
            if (stacks / "policies").is_dir():
                shutil.move(stacks / "policies", root / "policies")
        else:
            stacks.mkdir()
            shutil.copy(self.path, stacks / "Pulumi.example.yaml")
        written = (stacks / "Pulumi.example.yaml").read_text(encoding="utf-8")
        today = re.search(r"^# today: (\S+)$", written, re.MULTILINE)
        values = stacks / "values.json"
        return load(
            Project(root, "modelyard", stacks, root),
            "example",
            calendar=Calendar.on(date.fromisoformat(today[1]) if today else TODAY),
            market=Market.load(),
            values=json.loads(values.read_text()) if values.exists() else None,
        )


def examples(kind: str) -> list[Example]:
    return [Example(path) for path in sorted((EXAMPLES / kind).iterdir()) if path.suffix != ".txt"]


def shown(findings: tuple[Finding, ...]) -> str:
    """Findings as the golden files hold them."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.position}: {finding.severity}: {finding.message} [{finding.code}]")
        for label, text in (
            ("path", finding.path),
            ("found", finding.found),
            ("allowed", finding.allowed),
            ("do", finding.remedy),
        ):
            if text:
                lines.append(f"    {label + ':':<9}{text}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def stack(tmp_path: Path) -> Callable[..., Loaded]:
    """Loads a stack from the text of its file, with layers by name."""

    def loaded(text: str, values: dict[str, object] | None = None, **layers: str) -> Loaded:
        (tmp_path / "stacks/layers").mkdir(parents=True, exist_ok=True)
        (tmp_path / "stacks/Pulumi.dev.yaml").write_text(text, encoding="utf-8")
        for name, layer in layers.items():
            (tmp_path / f"stacks/layers/{name}.yaml").write_text(layer, encoding="utf-8")
        project = Project(tmp_path, "modelyard", tmp_path / "stacks", tmp_path / "infra")
        return load(project, "dev", calendar=Calendar.on(TODAY), market=Market.load(), values=values)

    return loaded


def load_text(folder: Path, text: str, day: date) -> Loaded:
    """Loads the stack of this text as it is on a day, in a project of its own."""
    (folder / "stacks").mkdir(parents=True, exist_ok=True)
    (folder / "stacks/Pulumi.dev.yaml").write_text(text, encoding="utf-8")
    project = Project(folder, "modelyard", folder / "stacks", folder / "infra")
    return load(project, "dev", calendar=Calendar.on(day), market=Market.load())
