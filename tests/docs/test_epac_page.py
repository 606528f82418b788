"""docs/epac.md shows a repository and what a change to it would do; both are tried as they stand there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from modelyard.cli import main
from modelyard.epac import reader, repository_files
from modelyard.epac.assignment_tree import KEYS
from modelyard.failures import ExitStatus

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "epac.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```jsonc (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
(IMPACT,) = re.findall(r"^```text impact\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_repository_is_read(repository: Path) -> None:
    found = reader.read(repository_files.files(repository), "tenant", "shown")
    assert (found.refused, found.passed_over) == ((), ())
    assert [len(getattr(found.rulebook, part)) for part in ("definitions", "assignments", "exemptions")] == [1, 1, 1]


def test_the_impact_is_what_the_page_says(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    who = ["-c", "user.name=Tess", "-c", "user.email=tess@contoso.example", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-qm", "as it is"]):
        subprocess.run(["git", *words], cwd=repository, check=True)
    assignment = repository / "Definitions/policyAssignments/skus.jsonc"
    assignment.write_text(assignment.read_text().replace('["GlobalBatch"]', '["GlobalBatch", "GlobalStandard"]'))
    for name in ("AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(repository)
    status = main(["policy", "impact", "--base", "main", "--from-epac", ".", "--environment", "tenant",
                   "--stacks", str(ROOT / "stacks")])  # fmt: skip
    assert status == ExitStatus.FINDINGS
    said = capsys.readouterr().out
    summary = said[said.index("skus (Where prompts") :]
    if os.environ.get("MODELYARD_ACCEPT"):
        (ROOT / "docs" / "epac.md").write_text(PAGE.replace(IMPACT, summary), encoding="utf-8")
    else:
        assert summary == IMPACT, "the example stacks have changed? renew it: MODELYARD_ACCEPT=1 pytest tests/docs"


def test_every_key_of_a_branch_that_is_read_is_on_the_page() -> None:
    silent = {"nodeName", "children", "notScope", "additionalRoleAssignments", "epacCloudEnvironments"}
    assert [each for each in sorted(KEYS - silent) if f"`{each}`" not in PAGE] == []
