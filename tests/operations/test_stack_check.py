"""A team checks all of its stacks in each pull request: one process, each mistake once, and no stack left out."""

from datetime import date
from pathlib import Path

import pytest

from modelyard import Failure, Project, operations
from modelyard.config.failures import StackMissing
from modelyard.failures import ExitStatus
from modelyard.operations.context import OperationContext

ROOT = Path(__file__).parent.parent.parent
STACK = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:extends: [base]
  modelyard:account: {name: contoso-NAME, resourceGroup: rg-NAME}
"""
LAYER = """\
config:
  modelyard:account:
    network: {publicNetworkAccess: PUBLIC}
  modelyard:deployments:
    chat: {model: gpt-5.4@2026-03-05, sku: GlobalStandard, capacity: 1}
"""
ON = date(2026, 11, 23)


def project(folder: Path, *names: str, public: str = "Enabled") -> Project:
    (folder / "stacks/layers").mkdir(parents=True)
    (folder / "infra").mkdir()
    (folder / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "stacks/layers/base.yaml").write_text(LAYER.replace("PUBLIC", public), encoding="utf-8")
    for name in names:
        (folder / f"stacks/Pulumi.{name}.yaml").write_text(STACK.replace("NAME", name), encoding="utf-8")
    return Project.find(folder)


@pytest.fixture
def context(tmp_path: Path) -> OperationContext:
    return OperationContext(environment={"MODELYARD_STATE": str(tmp_path / "state")})


def test_every_stack_is_checked_in_one_go(tmp_path: Path, context: OperationContext) -> None:
    report = operations.check_stacks(project(tmp_path, "one", "two"), (), context, every=True, on=ON)
    assert report.status is ExitStatus.DONE, report.findings
    assert [(row["stack"], row["deployments"], row["errors"]) for row in report.data["stacks"]] == [
        ("one", 1, 0),
        ("two", 1, 0),
    ]


def test_a_mistake_in_a_shared_layer_is_told_once(tmp_path: Path, context: OperationContext) -> None:
    wrong = project(tmp_path, "one", "two", public="Maybe")
    report = operations.check_stacks(wrong, ("one", "two"), context, on=ON)
    assert report.status is ExitStatus.FINDINGS
    errors = [each for each in report.findings if each.severity == "error"]
    assert len(errors) == 1
    assert [row["errors"] for row in report.data["stacks"]] == [1, 1], "and each stack has it"
    assert "errors in one, two" in report.text


def test_no_stack_and_a_stack_that_is_not_there(tmp_path: Path, context: OperationContext) -> None:
    there = project(tmp_path, "one")
    with pytest.raises(Failure) as refused:
        operations.check_stacks(there, (), context)
    assert refused.value.code == "cli.nothing-named"
    with pytest.raises(StackMissing):
        operations.check_stacks(there, ("one", "none"), context)


def test_the_price_has_its_parts_and_says_what_is_unknown(tmp_path: Path, context: OperationContext) -> None:
    """A sum over several stacks is no bound where a part of it is unknown, and JSON says so."""
    made = project(tmp_path, "dev", "prod")
    layer = tmp_path / "stacks/layers/base.yaml"
    batch = "    nightly: {model: gpt-5.4@2026-03-05, sku: GlobalBatch, capacity: 1}\n"
    layer.write_text(layer.read_text(encoding="utf-8") + batch, encoding="utf-8")
    report = operations.check_stacks(made, (), context, every=True, on=ON, price=True)
    said = report.data["price"]
    chat, nightly = said["parts"][:2]
    assert (chat["stack"], chat["deployment"], len(said["parts"])) == ("dev", "chat", 4)
    assert chat["usdPerDay"] == chat["tokensPerMinute"] * 1440 * chat["usdPerMillionTokens"] / 1_000_000
    assert (nightly["usdPerDay"], nightly["unknown"]) == (None, "batch has no limit of tokens a minute")
    assert said["usdPerDay"] == 2 * chat["usdPerDay"]
    assert not said["complete"]
    assert "price" not in operations.check_stacks(made, (), context, every=True, on=ON).data
