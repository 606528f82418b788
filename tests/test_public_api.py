"""What a notebook or a pipeline step builds on: names that exist, are typed and documented, and cost nothing unused."""

import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

import modelyard
from modelyard import operations
from modelyard.operations.context import OperationContext
from modelyard.report.result import Report

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")
EXAMPLE = "\n".join(re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
NAMES = [name for name in modelyard.__all__ if name != "__version__"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_exists_and_is_documented(name: str) -> None:
    value = getattr(modelyard, name)
    assert name == "TargetName" or inspect.getdoc(value), "its docstring is the reference"
    assert f"`{name}`" in PAGE or f"`modelyard.{name}`" in PAGE
    assert name in dir(modelyard)


@pytest.mark.parametrize("name", operations.__all__)
def test_an_operation_is_typed_and_documented(name: str) -> None:
    operation = getattr(operations, name)
    signature = inspect.signature(operation)
    hints = get_type_hints(operation)
    assert hints["return"] is Report
    assert hints["context"] is OperationContext
    assert set(signature.parameters) <= set(hints), "a type checker of the caller sees every parameter"
    assert "Raises" in (inspect.getdoc(operation) or "")
    (row,) = re.findall(rf"^\| `operations\.{name}` \| `modelyard [a-z ]+` \| (.*) \|$", PAGE, re.MULTILINE)
    keywords = [each.name for each in signature.parameters.values() if each.kind is each.KEYWORD_ONLY]
    assert re.findall(r"`(\w+)`", row) == keywords


def test_the_page_names_every_operation_and_no_other() -> None:
    assert set(re.findall(r"^\| `operations\.(\w+)`", PAGE, re.MULTILINE)) == set(operations.__all__)


@pytest.mark.parametrize("module", [modelyard, operations])
def test_an_unknown_name_is_an_attribute_error(module: object) -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        getattr(module, "nonsense")  # noqa: B009 - a type checker refuses the attribute itself


def test_importing_the_package_loads_nothing() -> None:
    """Every program of a stack and every hook imports it."""
    program = (
        "import sys; before = set(sys.modules); import modelyard\n"
        "loaded = set(sys.modules) - before\nassert loaded == {'modelyard'}, loaded\n"
        "from modelyard import operations\noperations.check\n"
        "heavy = {'pulumi', 'pulumi_azure_native', 'grpc', 'httpx2', 'azure', 'cyclopts'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_of_the_page_runs(tmp_path: Path) -> None:
    """As it stands there, in a process of its own, without a command line and without an engine."""
    for name in ("infra", "policies", "stacks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    environment = {"MODELYARD_STATE": str(tmp_path / "state"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", EXAMPLE], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "stacks/Pulumi.dev.yaml:" in done.stdout, "findings have their lines"
    assert re.search(r"^sandbox \d+ resources, 0 policy findings\nexit status 0 done$", done.stdout, re.MULTILINE)
    assert "config.stack-missing" in done.stdout
    assert done.stderr == "", "nothing is shown that the caller didn't ask for"
