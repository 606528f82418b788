"""Accounts that others made, taken in: by every shape of the valid examples, and by those of the seed.

Each account is made by the calls that an ARM template or the official SDK sends. Then the resource graph of the file
that `adopt` wrote is compared with ARM, and what the file can't say must still be there, named and out of reach.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelyard import Project, operations
from modelyard.adoption import terraform
from modelyard.adoption.comparison import differences
from modelyard.arm import kinds
from modelyard.azure.arm_client import ArmClient, Deadline, connect
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import load
from modelyard.config.stack import Stack
from modelyard.destination import Destination
from modelyard.failures import ExitStatus
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import point
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.report.result import Report
from modelyard.resources.graph import graph
from modelyard.resources.resource import known
from modelyard.sandbox import control_client
from modelyard.sandbox.state_dir import Home

ROOT = Path(__file__).parent.parent.parent
VALID = ROOT / "tests" / "examples/valid"
SUBSCRIPTION = "5a9db0c5-0000-4000-8000-000000000001"
TODAY = Calendar.on(date(2026, 11, 23))
OTHERS = {each.type.lower() for each in (kinds.POLICY_ASSIGNMENT, kinds.POLICY_DEFINITION, kinds.POLICY_EXEMPTION)}
OTHERS |= {kinds.POLICY_SET_DEFINITION.type.lower()}
"""Policies stand above the account, and whoever keeps them goes on doing so."""


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OperationContext]:
    folder = tmp_path_factory.mktemp("adopted")
    environment = {**os.environ, "MODELYARD_STATE": str(folder / "state"), "MODELYARD_CACHE": str(folder / "cache")}
    context = OperationContext(environment=environment)
    try:
        point(Destination("sandbox"), context)
        home = Home(context.folders.sandbox)
        delays = control_client.ask(home, "GET", "delays")["delays"]
        control_client.ask(home, "PUT", "delays", dict.fromkeys(delays, 0.0))
        yield context
    finally:
        operations.stop_sandbox(context)


@pytest.fixture(scope="module")
def arm(context: OperationContext) -> Iterator[ArmClient]:
    with connect(point(Destination("sandbox"), context)) as client:
        yield client


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: modelyard\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    return Project.find(tmp_path)


def example(name: str, folder: Path) -> Stack:
    """A stack of the valid examples; its names end in the example's own, so that all fit into one sandbox."""
    shutil.copytree(VALID, folder, dirs_exist_ok=True)
    written = folder / f"{name}.yaml"
    if written.exists():
        text = written.read_text().replace("    secure: AAABALfWsH0vYx1eFmTqHk8w2Y7m", f"    {SUBSCRIPTION}")
        tree = yaml.safe_load(text)
        tree["config"].pop("azure-native:clientSecret", None)
        tree["config"]["azure-native:subscriptionId"] = SUBSCRIPTION
        account = tree["config"]["modelyard:account"]
        account.pop("restore", None)
        account["name"] = account["customSubDomainName"] = f"contoso-{name}"
        account["resourceGroup"] = f"rg-{name}"
        (folder / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump(tree))
    (folder / "Pulumi.yaml").write_text("name: modelyard\nruntime: python\n")
    home = folder / "layers" if name == "example" else folder
    shutil.copy(folder / "Pulumi.yaml", home / "Pulumi.yaml") if home != folder else None
    loaded = load(Project.find(home), name, calendar=TODAY, market=Market.load())
    assert loaded.stack is not None, loaded.findings
    return loaded.stack


def make(arm: ArmClient, stack: Stack) -> tuple[str, dict[str, Any]]:
    """What a template with the same resources sends to ARM. The account's id, and all that was made by id."""
    made = {}
    for each in graph(stack, SUBSCRIPTION):
        body = known(each.body)
        # An identity that an assignment of a policy gets has its roles where that stands.
        if each.row.type.lower() not in OTHERS and body.get("properties", {}).get("principalId", "-"):
            id_ = each.id(SUBSCRIPTION)
            arm.fetch("PUT", id_, Deadline(), api_version=each.row.api_version, body=body)
            made[id_.lower()] = body
    account = next(each for each in graph(stack, SUBSCRIPTION) if each.row is kinds.ACCOUNT)
    return account.id(SUBSCRIPTION), made


def adopt(project: Project, scope: str, context: OperationContext, **more: Any) -> Report:
    return operations.adopt(project, scope, context, target="sandbox", preview=False, **more)


def held(project: Project, name: str, arm: ArmClient) -> tuple[Stack, int]:
    """The adopted stack, whose every resource ARM shows as it is declared; how many those are."""
    loaded = load(project, name, calendar=TODAY, market=Market.load())
    assert loaded.stack is not None
    assert not loaded.errors
    own = [each for each in graph(loaded.stack, SUBSCRIPTION) if not each.existing]
    for each in own:
        live = arm.get(each.id(SUBSCRIPTION), Deadline(), api_version=each.row.api_version)
        assert not differences(each.row, known(each.body, UNKNOWN), live), each.name
    return loaded.stack, len(own)


@pytest.mark.parametrize("name", ["full", "smallest", "foreign", "example"])
def test_every_shape_of_a_stack_is_taken_in_whole(
    name: str, arm: ArmClient, context: OperationContext, project: Project, tmp_path: Path
) -> None:
    id_, made = make(arm, example(name, tmp_path / "example"))
    report = adopt(project, id_, context)
    assert report.status is ExitStatus.DONE, report.findings
    (shown,) = report.data["stacks"]
    stack, _ = held(project, shown["name"], arm)
    assert stack.existing[0] == "resourceGroup"
    said = {each.lower() for each in (*shown["taken"], *(one["id"] for one in shown["unsaid"]))}
    inside = {each for each in made if each.startswith(id_.lower())}
    assert inside <= said, "nothing is dropped"
    assert not shown["unsaid"], shown["unsaid"]
    again = adopt(project, id_, context)
    assert not again.data["stacks"], "a second run does nothing"


def unsayable(arm: ArmClient) -> tuple[str, str]:
    """An account with a member for which stack files have no key, and a deployment in it that they can say."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-others"
    account = f"{group}/providers/{kinds.ACCOUNT_TYPE}/contoso-others"
    version = kinds.ACCOUNT.api_version
    arm.fetch(
        "PUT",
        group,
        Deadline(),
        api_version=kinds.RESOURCE_GROUP.api_version,
        body={"location": "swedencentral", "tags": {"owner": "others"}},
    )
    body = {
        "location": "swedencentral",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "properties": {"customSubDomainName": "contoso-others", "restrictOutboundNetworkAccess": True},
    }
    arm.fetch("PUT", account, Deadline(), api_version=version, body=body)
    deployment = f"{account}/deployments/chat"
    model = {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"}
    arm.fetch(
        "PUT",
        deployment,
        Deadline(),
        api_version=kinds.DEPLOYMENT.api_version,
        body={"sku": {"name": "GlobalStandard", "capacity": 5}, "properties": {"model": model}},
    )
    return account, deployment


@pytest.mark.engine
def test_what_cannot_be_said_is_named_and_stays_through_up_and_destroy(
    arm: ArmClient, context: OperationContext, project: Project
) -> None:
    """The account has a member that stack files don't have: an update or a deletion of it would be a loss."""
    shutil.copytree(ROOT / "infra", project.root / "infra")
    (project.root / "Pulumi.yaml").write_text("name: modelyard\nruntime: python\nmain: infra\nstackConfigDir: stacks\n")
    project = Project.find(project.root)
    account, deployment = unsayable(arm)
    before = arm.get(account, Deadline(), api_version=kinds.ACCOUNT.api_version)
    engine = replace(context, environment={**os.environ, "MODELYARD_STATE": context.environment["MODELYARD_STATE"]})
    report = operations.adopt(project, account, engine, target="sandbox")
    assert report.status is ExitStatus.DONE, report.findings
    assert [each.code for each in report.findings] == ["adoption.unsaid"]
    assert "restrictOutboundNetworkAccess" in report.findings[0].message
    (shown,) = report.data["stacks"]
    assert shown["existing"] == ["resourceGroup", "account"]
    assert shown["taken"] == [deployment]
    drift = operations.drift(project, (shown["name"],), engine)
    assert drift.status is ExitStatus.DONE, "the group's tags and the account are their owner's to compare"
    given = operations.detach(project, shown["name"], engine)
    assert [each["id"] for each in given.data["resources"]] == [deployment]
    assert not operations.up(project, shown["name"], engine, smoke=False).data["changed"]
    done = operations.destroy(project, shown["name"], engine)
    assert not done.failures
    after = arm.get(account, Deadline(), api_version=kinds.ACCOUNT.api_version)
    assert after["properties"] == before["properties"]
    assert after["etag"] == before["etag"], "nobody wrote it"
    left = list(arm.list(f"{account}/deployments", Deadline(), api_version=kinds.DEPLOYMENT.api_version))
    assert not left, "what the stack owned is deleted"


def test_the_seeded_accounts_have_one_file_each_and_a_layer(
    arm: ArmClient, context: OperationContext, project: Project
) -> None:
    group = operations.seed_sandbox(context, accounts=60, deployments=3, subscriptions=1).data["managementGroup"]
    report = adopt(project, group, context)
    seeded = [each for each in report.data["stacks"] if "/contoso-0" in each["account"]]
    assert len(seeded) == 60
    assert report.data["layer"]
    for each in seeded:
        assert not each["unsaid"]
        assert len(each["taken"]) == 4
        loaded = load(project, each["name"], calendar=TODAY, market=Market.load())
        assert loaded.stack is not None
        assert loaded.stack.existing == ("resourceGroup",)
    before = {file: file.read_bytes() for file in project.stacks.rglob("*.yaml")}
    again = adopt(project, group, context)
    assert not again.data["stacks"]
    assert {file: file.read_bytes() for file in project.stacks.rglob("*.yaml")} == before


def test_terraform_lets_go_of_what_was_taken_in() -> None:
    resources = [
        {"address": "azapi_resource.a", "mode": "managed", "values": {"id": "/X/a"}},
        {"address": 'azapi_resource.b["k"]', "mode": "managed", "values": {"id": "/x/b"}},
        {"address": 'azapi_resource.b["[l]"]', "mode": "managed", "values": {"id": "/x/other"}},
        {"address": "data.azurerm_client_config.c", "mode": "data", "values": {"id": "/x/a"}},
    ]
    inner = [{"address": 'module.m["p"].azapi_resource.d[0]', "mode": "managed", "values": {"id": "/x/d"}}]
    state = {"values": {"root_module": {"resources": resources, "child_modules": [{"resources": inner}]}}}
    first, second, third = terraform.removed(state, ["/x/A", "/x/b", "/x/d"])
    assert first == "removed {\n  from = azapi_resource.a\n  lifecycle {\n    destroy = false\n  }\n}"
    assert "terraform state rm 'azapi_resource.b[\"k\"]'" in second
    assert "from = module.m.azapi_resource.d\n" in third
