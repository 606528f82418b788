"""Every finding a stack file can earn is shown by an example, and says enough to be acted on.

To accept changed messages: `MODELYARD_ACCEPT=1 pytest tests/config/test_examples.py`, then read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from modelyard import failures
from modelyard.config.project import Project
from modelyard.findings import Severity, codes

from .conftest import EXAMPLES, Example, examples, shown

ROOM = Path(__file__).parents[2] / "src/modelyard/config"
INVALID = examples("invalid")
OURS = {code: each for code, each in codes().items() if code.startswith("config.")}


def code_of(example: Example) -> str:
    return ".".join(example.name.split(".")[:2])


@pytest.mark.parametrize("example", INVALID, ids=lambda example: example.name)
def test_an_invalid_example_earns_its_finding(example: Example, tmp_path: Path):
    """The text is an interface to people: it changes only on purpose."""
    loaded = example.load(tmp_path)
    codes = {finding.code for finding in loaded.findings}
    assert code_of(example) in codes
    golden = EXAMPLES / "invalid" / f"{example.name}.txt"
    if os.environ.get("MODELYARD_ACCEPT"):
        golden.write_text(shown(loaded.findings), encoding="utf-8")
    assert shown(loaded.findings) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("example", INVALID, ids=lambda example: example.name)
def test_a_finding_can_be_acted_on(example: Example, tmp_path: Path):
    """Where it stands, and what is allowed or what to do: without these a finding is a riddle."""
    for finding in example.load(tmp_path).findings:
        assert finding.position is not None, finding
        assert finding.allowed or finding.remedy, finding
        assert finding.severity is codes()[finding.code].severity, finding
        assert not finding.message.endswith("."), finding


@pytest.mark.parametrize("example", examples("valid"), ids=lambda example: example.name)
def test_a_valid_example_has_no_error_and_comes_to_a_stack(example: Example, tmp_path: Path):
    loaded = example.load(tmp_path)
    assert not loaded.errors, shown(loaded.findings)
    assert loaded.stack is not None


def test_every_code_has_an_example():
    assert OURS.keys() - {code_of(example) for example in INVALID} == set()


def test_every_example_is_of_a_code():
    assert {code_of(example) for example in INVALID} <= OURS.keys()


def test_every_golden_file_has_its_example():
    golden = {path.name.removesuffix(".txt") for path in (EXAMPLES / "invalid").glob("*.txt")}
    assert golden == {example.name for example in INVALID}


def test_no_code_is_used_that_is_not_registered():
    """A code outside the registry has no severity and no explanation; those of failures have rows of their own."""
    used = {
        code
        for file in ROOM.rglob("*.py")
        if file.name != "failures.py"
        for code in re.findall(r'"(config\.[a-z0-9-]+)"', file.read_text(encoding="utf-8"))
    }
    assert used - failures.rows().keys() == OURS.keys()


@pytest.mark.parametrize("code", codes().values(), ids=lambda code: code.code)
def test_a_code_explains_itself(code):
    assert code.title
    assert code.explanation.endswith(".")
    assert isinstance(code.severity, Severity)


def test_the_examples_of_a_project_are_found_by_its_name(tmp_path: Path):
    """The helper of these tests and the real project agree about the file's name."""
    assert Project(tmp_path, "p", tmp_path, tmp_path).stack_file("org/p/example").name == "Pulumi.example.yaml"
