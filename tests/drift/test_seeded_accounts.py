"""Sixty accounts that no stack made: files that say what they are have no drift; then one of them changes."""

from typing import Any

import pytest
import yaml
from tests.drift.conftest import Cloud, project_in

from modelyard import Project, operations
from modelyard.arm import kinds
from modelyard.azure.arm_client import Deadline
from modelyard.failures import ExitStatus
from modelyard.operations.sandbox_seed import SampleAccount, samples

ACCOUNTS, DEPLOYMENTS = 60, 2
REGIONS = ("swedencentral", "eastus2")


def stack_file(account: SampleAccount, cloud: Cloud) -> str:
    """What ARM shows of an account, in the words of a stack file."""
    shown = account.body
    deployments: dict[str, Any] = {}
    for each in cloud.arm.list(f"{account.id}/deployments", Deadline(), api_version=kinds.DEPLOYMENT.api_version):
        about = each["properties"]
        deployments[each["name"]] = {
            "model": {part: about["model"][part] for part in ("format", "name", "version")},
            "sku": each["sku"]["name"],
            "capacity": each["sku"]["capacity"],
            "versionUpgradeOption": about["versionUpgradeOption"],
            "contentFilter": about.get("raiPolicyName", "Microsoft.DefaultV2"),
        }
    _, _, subscription, _, group, *_, name = account.id.split("/")
    config = {
        "azure-native:location": account.region,
        "azure-native:subscriptionId": subscription,
        "modelyard:target": "sandbox",
        "modelyard:account": {
            "name": name,
            "resourceGroup": group,
            "disableLocalAuth": shown["properties"]["disableLocalAuth"],
            "network": {"publicNetworkAccess": shown["properties"]["publicNetworkAccess"]},
            "tags": shown["tags"],
        },
        "modelyard:deployments": deployments,
    }
    return yaml.safe_dump({"config": config}, sort_keys=False)


@pytest.fixture(scope="module")
def fleet(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[SampleAccount]]:
    seeded = operations.seed_sandbox(cloud.context, accounts=ACCOUNTS, deployments=DEPLOYMENTS, regions=REGIONS)
    accounts = list(samples(ACCOUNTS, DEPLOYMENTS, seeded.data["subscriptions"], REGIONS))
    files = {f"s{each.number:02}": stack_file(each, cloud) for each in accounts}
    return project_in(tmp_path_factory.mktemp("fleet") / "team", **files), accounts


def test_drift_of_sixty_accounts(cloud: Cloud, fleet: tuple[Project, list[SampleAccount]]) -> None:
    project, accounts = fleet
    report = operations.drift(project, (), cloud.context, every=True)
    assert (report.status, report.data["drift"]) == (ExitStatus.DONE, []), report.text
    assert report.data["compared"] == ACCOUNTS * (2 + DEPLOYMENTS)

    changed = accounts[7].deployments[0]
    body = cloud.get(changed.id, kinds.DEPLOYMENT.api_version)
    capacity = body["sku"]["capacity"]
    kept = {name: body["properties"][name] for name in ("model", "raiPolicyName", "versionUpgradeOption")}
    sku = {"name": changed.sku, "capacity": capacity + 1}
    cloud.put(changed.id, kinds.DEPLOYMENT.api_version, {"sku": sku, "properties": kept})
    report = operations.drift(project, (), cloud.context, every=True)
    (row,) = report.data["drift"]
    assert (row["stack"], row["place"], row["cause"]) == ("s07", "sku.capacity", "people")
    assert (row["declared"], row["shown"]) == (str(capacity), str(capacity + 1))
    (finding,) = report.findings
    assert finding.position is not None
    assert finding.position.file == "stacks/Pulumi.s07.yaml"

    operations.drift(project, ["s07"], cloud.context, write=[row["resource"]])
    assert operations.drift(project, ["s07"], cloud.context).status is ExitStatus.DONE
