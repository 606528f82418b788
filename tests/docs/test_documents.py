"""Documents are promises: every stack file in them loads, every command parses, every link leads somewhere."""

import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.cli.app import app
from modelyard.config.loader import load
from modelyard.config.project import Project
from modelyard.policy.testing import runner

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def blocks(language: str) -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        found = BLOCK.finditer(document.read_text(encoding="utf-8"))
        for number, block in enumerate(block[2] for block in found if block[1] == language):
            yield f"{document.relative_to(ROOT)}-{number}", block


WITH_A_PACKAGE = {"docs/own-kinds.md-0"}
"""Read by tests/end_to_end/test_own_kinds.py, which installs the package that their keys are from."""
STACKS = [
    (name, block)
    for name, block in blocks("yaml")
    if re.search(r"^config:", block, re.MULTILINE) and name not in WITH_A_PACKAGE
]
COMMANDS = [
    (name, line.partition("#")[0].strip())
    for name, block in blocks("console")
    for line in block.splitlines()
    if re.match(r"(\.venv/bin/)?modelyard ", line)
]


@pytest.mark.parametrize(("name", "content"), STACKS, ids=[name for name, _ in STACKS])
def test_a_stack_file_in_a_document_loads(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: documented\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks" / "layers").mkdir(parents=True)
    for layer in (ROOT / "stacks" / "layers").glob("*.yaml"):
        (tmp_path / "stacks" / "layers" / layer.name).write_text(layer.read_text())
    if (ROOT / "policies").is_dir():
        (tmp_path / "policies").symlink_to(ROOT / "policies")
    (tmp_path / "stacks" / "Pulumi.shown.yaml").write_text(content)
    loaded = load(Project.find(tmp_path), "shown", calendar=Calendar.on(date(2026, 11, 23)), market=Market.load())
    assert [f"{finding.path}: {finding.message}" for finding in loaded.errors] == []


@pytest.mark.parametrize(("name", "line"), COMMANDS, ids=[f"{name}: {line}" for name, line in COMMANDS])
def test_a_command_in_a_document_is_one(name: str, line: str) -> None:
    words = shlex.split(line)[1:]
    app(words).parse_args(words, exit_on_error=False, print_error=False)


def test_cases_in_a_document_pass(tmp_path: Path) -> None:
    document = (ROOT / "docs/policy-cases.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```yaml cases\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    assert shown
    for block in shown:
        file = tmp_path / "shown.yaml"
        file.write_text(block, encoding="utf-8")
        assert [line for result in runner.check(file) if not result.passed for line in result.lines()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"
