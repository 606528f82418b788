"""`modelyard check`, the command that runs before everything else and most often."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from modelyard.catalog.market import Market
from modelyard.failures import ExitStatus
from modelyard.sandbox.local_azure import Clock
from modelyard.sandbox.state_dir import Home
from modelyard.sandbox.store import Store

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("stack", ["dev", "keys"])
def test_the_example_stacks_are_right_on_the_day_they_were_written(modelyard: Callable[..., Any], stack: str) -> None:
    assert modelyard("check", stack, "--on", "2026-11-23").status == ExitStatus.DONE


def test_time_passes_and_models_retire(modelyard: Callable[..., Any]) -> None:
    said = modelyard("check", "dev", "--on", "2030-01-01", "--json")
    assert said.status == ExitStatus.FINDINGS
    retired = [each for each in said.json["findings"] if each["severity"] == "error"]
    assert {each["file"] for each in retired} == {"stacks/Pulumi.dev.yaml"}
    assert all(each["line"] and each["remedy"] for each in retired), (
        "an editor can jump there, and a reader knows what to do"
    )


def test_junit_is_written_where_a_pipeline_wants_it(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    report = tmp_path / "reports" / "check.xml"
    modelyard("check", "dev", "--on", "2030-01-01", "--junit", str(report))
    assert int(ElementTree.parse(report).getroot().get("failures", "0")) > 0


def test_check_starts_without_pulumi() -> None:
    """It runs on every save and in every hook: it must not wait for what only `up` needs."""
    program = (
        "import sys; from modelyard.cli import main; status = main(['check', 'dev', '--on', '2026-11-23'])\n"
        "heavy = {'pulumi', 'pulumi_azure_native', 'grpc', 'httpx2', 'azure', 'uvicorn'} & set(sys.modules)\n"
        "assert 'modelyard.arm' not in sys.modules, 'no row is read, nor looked for in packages'\n"
        "assert not heavy, heavy\nsys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_stack_for_the_sandbox_is_judged_by_the_sandbox_s_market(
    modelyard: Callable[..., Any], example: Path, tmp_path: Path
) -> None:
    """Real time retires nothing there; an advanced clock does, and `check` reads it without a server."""
    file = example / "stacks" / "Pulumi.dev.yaml"
    assert (
        modelyard("check", "dev", "--json").json["findings"]
        == modelyard("check", "dev", "--on", str(Market.load().date), "--json").json["findings"]
    )
    home = Home(tmp_path / "state" / "sandbox")
    home.make()
    store = Store(home.database)
    Clock(store).advance(timedelta(days=3650))
    store.close()
    retired = modelyard("check", "dev", "--json").json["findings"]
    assert "config.model-retired" in {each["code"] for each in retired}
    file.write_text(file.read_text().replace("modelyard:target: sandbox", "modelyard:target: azure"))
    real = modelyard("check", "dev", "--json").json["findings"]
    assert real == modelyard("check", "dev", "--on", str(datetime.now(UTC).date()), "--json").json["findings"]


def test_words_are_read_before_pydantic_is_loaded() -> None:
    """Where pydantic is there, cyclopts builds a validator for each option: a fifth of a quick command's time."""
    program = (
        "import sys; from modelyard.cli.app import app; words = ['check', 'dev']\n"
        "app(words).parse_args(words)\n"
        "assert 'pydantic' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_command_of_its_own_process_looks_for_no_plugins() -> None:
    """What it spares is `importlib.metadata`; where pydantic looks elsewhere one day, this says so."""
    program = (
        "import sys; before = set(sys.modules)\n"  # a clock moved by `time_machine` has loaded it already
        "from modelyard.cli import main; sys.argv[1:] = ['check', 'dev', '--on', '2026-11-23']\n"
        "status = main()\n"
        "loaded = set(sys.modules) - before\n"
        "assert 'pydantic' in loaded and 'importlib.metadata' not in loaded\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_audit_of_a_file_starts_without_the_engine() -> None:
    program = (
        "import sys; from modelyard.cli import main; main(['audit', 'dev'])\n"
        "heavy = {name for name in sys.modules if name.startswith(('modelyard.engine', 'pulumi', 'filelock'))}\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
