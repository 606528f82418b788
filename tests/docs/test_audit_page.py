"""docs/audit.md shows commands and what one of them says; they are run as they stand there."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from modelyard.cli import main
from modelyard.failures import ExitStatus

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
(POLICIES,) = re.findall(r"^```json no-global\.json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
AGE = re.compile(r"\d+ days ago")
(SAID,) = re.findall(r"^```text said\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
BLOCKS = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line.partition("#")[0].split() for block in BLOCKS for line in block.splitlines()]
HERE = [words[1:] for words in COMMANDS if words and not {"--preview", "--scope", "pulumi"} & set(words)]
LONG = re.compile(r"/subscriptions/[^\s']+?(/accounts/|/policyDefinitions/)")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example project without anything that somebody pulled, and the files that the page names."""
    for name in ("stacks", "policies", "infra"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    (tmp_path / "no-global.json").write_text(POLICIES)
    (tmp_path / "export.json").write_text(json.dumps({"version": 3, "deployment": {"resources": []}}))
    monkeypatch.chdir(tmp_path)
    for name in ("AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID", "MODELYARD_TARGET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_every_command_that_needs_no_engine_and_no_azure_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(HERE) > 5
    for words in HERE:
        status = main(words)
        said = capsys.readouterr()
        assert status in {ExitStatus.DONE, ExitStatus.FINDINGS}, f"{' '.join(words)}: {said.err}"


@pytest.mark.usefixtures("project")
def test_the_report_is_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "dev", "--policies", "no-global.json"]) == ExitStatus.FINDINGS
    said = LONG.sub(r"/subscriptions/…\1", capsys.readouterr().out)
    shown = said[: said.index("stacks/Pulumi.dev.yaml", said.index("  do:"))] + "…\n" + said[said.index("stack dev:") :]
    if os.environ.get("MODELYARD_ACCEPT"):
        (ROOT / "docs" / "audit.md").write_text(PAGE.replace(SAID, shown), encoding="utf-8")
    else:
        assert AGE.sub("", shown) == AGE.sub("", SAID), (
            "the example stack has changed? renew it: MODELYARD_ACCEPT=1 pytest tests/docs"
        )
