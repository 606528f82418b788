"""What others change in Azure is named with its line, and accepted into the file; what nobody changed is no drift."""

from pathlib import Path

import pytest
from tests.drift.conftest import Cloud, project_in

from modelyard import Project, operations
from modelyard.arm import kinds
from modelyard.azure.arm_client import Deadline
from modelyard.failures import ExitStatus
from modelyard.operations.stack_smoke import drifted
from modelyard.report import sarif
from modelyard.report.result import Check, Outcome
from modelyard.sandbox import SUBSCRIPTION_ID

VALID = Path(__file__).parents[1] / "examples/valid"
CENTRAL = "/providers/Microsoft.Management/managementGroups/contoso"
ELSEWHERE = "5a9db0c5-0000-4000-8000-000000000001"

STACK = """\
# Chat for everybody.
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:extends: [base]
  modelyard:account:
    name: {name}   # as the network team wants it
    resourceGroup: rg-{name}
    network:
      publicNetworkAccess: Disabled
  modelyard:deployments:
    # the one that people notice
    chat:
      model: gpt-5.6-terra@2026-07-09
      sku: GlobalStandard
      capacity: 10  # thousands of tokens
      contentFilter: strict
    bulk: {{model: gpt-5.6-luna@2026-07-09, sku: GlobalStandard, capacity: 5}}
"""
LAYER = """\
config:
  modelyard:contentFilters:
    strict:
      prompt:
        violence: {severityThreshold: Low}
        hate: {severityThreshold: Medium}
  modelyard:tags:
    owner: platform
"""


def account(name: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-{name}/providers/{kinds.ACCOUNT_TYPE}/{name}"


def team(cloud: Cloud, folder: Path, name: str) -> Project:
    project = project_in(folder, dev=STACK.format(name=name))
    (folder / "stacks/layers").mkdir()
    (folder / "stacks/layers/base.yaml").write_text(LAYER)
    cloud.deploy(project, "dev")
    return project


@pytest.mark.parametrize("shape", ["smallest", "foreign", "full"])
def test_what_nobody_changed_is_no_drift(cloud: Cloud, tmp_path: Path, shape: str) -> None:
    """In each shape that a stack file may have; what ARM fills in is no drift."""
    text = (VALID / f"{shape}.yaml").read_text().replace("    restore: true\n", "")
    project = project_in(tmp_path / "team", dev=text)
    if shape == "full":
        about = {"mode": "All", "parameters": PARAMETERS, "policyRule": RULE}
        version = kinds.POLICY_DEFINITION.api_version
        cloud.put(CENTRAL, "2020-05-01", {"properties": {"displayName": "contoso"}})
        cloud.put(f"{CENTRAL}/subscriptions/{ELSEWHERE}", "2020-05-01", {})
        central = f"{CENTRAL}/providers/Microsoft.Authorization/policyDefinitions/central"
        cloud.put(central, version, {"properties": about})
    resources = cloud.deploy(project, "dev")
    report = operations.drift(project, ["dev"], cloud.context)
    assert (report.status, report.data["drift"]) == (ExitStatus.DONE, []), report.text
    assert report.data["compared"] == len(resources)


PARAMETERS = {
    "limit": {"type": "Integer"},
    "ratio": {"type": "Float"},
    "strict": {"type": "Boolean"},
    "names": {"type": "Array"},
}
RULE = {"if": {"field": "type", "equals": "contoso/nothing"}, "then": {"effect": "audit"}}


def test_changes_by_another_hand_are_named_and_accepted(cloud: Cloud, tmp_path: Path) -> None:
    project = team(cloud, tmp_path / "team", "contoso-drift")
    file, id_ = project.stack_file("dev"), account("contoso-drift")
    version = kinds.DEPLOYMENT.api_version
    layer = (project.stacks / "layers/base.yaml").read_text()
    chat = cloud.get(f"{id_}/deployments/chat", version)
    model = {**chat["properties"]["model"]}
    properties = {"model": model, "raiPolicyName": "Microsoft.DefaultV2", "versionUpgradeOption": "NoAutoUpgrade"}
    body = {"sku": {"name": "GlobalStandard", "capacity": 7}, "properties": properties, "tags": {"owner": "somebody"}}
    cloud.put(f"{id_}/deployments/chat", version, body)
    cloud.put(f"{id_}/deployments/by-hand", version, {**body, "tags": {}})
    strict = cloud.get(f"{id_}/raiPolicies/strict", kinds.CONTENT_FILTER.api_version)
    for each in strict["properties"]["contentFilters"]:
        each["severityThreshold"] = "High" if each["name"] == "Violence" else each["severityThreshold"]
    cloud.put(f"{id_}/raiPolicies/strict", kinds.CONTENT_FILTER.api_version, {name: strict[name] for name in WRITTEN})
    written = cloud.get(id_, kinds.ACCOUNT.api_version)
    written["properties"] = {**OPEN, "customSubDomainName": "contoso-drift"}
    kept = {name: written[name] for name in ("location", "kind", "sku", "properties", "tags")}
    cloud.put(id_, kinds.ACCOUNT.api_version, {**kept, "identity": {"type": "SystemAssigned"}})

    report = operations.drift(project, ["dev"], cloud.context)
    assert report.status is ExitStatus.FINDINGS
    told = {(row["resource"], row["place"]): row for row in report.data["drift"]}
    assert {key: (row["declared"], row["shown"], row["line"]) for key, row in told.items()} == {
        ("account", "properties.disableLocalAuth"): ("true", "false", 6),
        ("account", "properties.publicNetworkAccess"): ("Disabled", "Enabled", 10),
        ("account", "properties.networkAcls"): ("nothing", told["account", "properties.networkAcls"]["shown"], 9),
        ("chat", "sku.capacity"): ("10", "7", 16),
        ("chat", "properties.raiPolicyName"): ("strict", "Microsoft.DefaultV2", 17),
        ("chat", "tags.owner"): ("platform", "somebody", 13),
        ("strict", "properties.contentFilters[Violence, Prompt].severityThreshold"): ("Low", "High", 5),
        ("by-hand", None): ("nothing", "there", None),
    }
    assert "sku.capacity: 10 → 7" in "".join(each.message for each in report.findings)
    assert all(row["changedBy"] for row in told.values() if row["resource"] == "chat")
    assert '"startLine":16' in sarif.write(report).replace(" ", "")

    accepted = operations.drift(project, ["dev"], cloud.context, write=["chat", "account"])
    assert [each.code for each in accepted.findings] == ["drift.changed", "drift.undeclared"]
    whole = operations.drift(project, ["dev"], cloud.context, write=["*"])
    assert whole.status is ExitStatus.DONE, whole.text
    again = operations.drift(project, ["dev"], cloud.context)
    assert [row["cause"] for row in again.data["drift"]] == ["undeclared"], "what was accepted is declared now"
    assert (project.stacks / "layers/base.yaml").read_text() == layer, "an override, and never the layer"
    text = file.read_text()
    assert "# Chat for everybody." in text
    assert "capacity: 7  # thousands of tokens" in text
    assert "    # the one that people notice\n    chat:" in text


WRITTEN = ("properties", "tags")
OPEN = {
    "publicNetworkAccess": "Enabled",
    "disableLocalAuth": False,
    "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.7"}]},
}


def test_what_microsoft_changes_is_told_apart(cloud: Cloud, tmp_path: Path) -> None:
    """A version that the deployment lets Azure move isn't somebody's doing, and fails no pipeline."""
    text = STACK.replace("  modelyard:extends: [base]\n", "").replace("      contentFilter: strict\n", UPGRADES)
    project = project_in(tmp_path / "team", dev=text.format(name="contoso-moved"))
    cloud.deploy(project, "dev")
    file = project.stack_file("dev")
    file.write_text(file.read_text().replace("gpt-5.6-terra@2026-07-09", "gpt-5.4@2026-03-05"))
    report = operations.drift(project, ["dev"], cloud.context)
    causes = {row["place"]: row["cause"] for row in report.data["drift"]}
    assert causes["properties.model.version"] == "Microsoft"


UPGRADES = "      versionUpgradeOption: OnceNewDefaultVersionAvailable\n"


def test_smoke_names_the_change_behind_a_check_that_fails(cloud: Cloud, tmp_path: Path) -> None:
    text = (VALID / "smallest.yaml").read_text().replace("contoso-ai", "smoked-ai")
    project = project_in(tmp_path / "team", dev=text)
    cloud.deploy(project, "dev")
    passed = Check("deployment.answers", "chat", Outcome.PASSED, "200", "200")
    failed = Check("account.network", "account", Outcome.FAILED, "refused", "200")
    assert [each.code for each in drifted(project, "dev", (passed, failed), cloud.context, None)] == [
        "engine.changed-elsewhere"
    ], "nothing differs, so that it stays the likely reason"
    project.stack_file("dev").write_text(text.replace("publicNetworkAccess: Disabled", "publicNetworkAccess: Enabled"))
    _, told = drifted(project, "dev", (passed, failed), cloud.context, None)
    assert "properties.publicNetworkAccess: Enabled → Disabled" in told.message
    assert drifted(project, "dev", (passed,), cloud.context, None) == ()


def test_what_is_gone_is_named_once(cloud: Cloud, tmp_path: Path) -> None:
    """Of an account that was deleted nothing more is said than that."""
    project = project_in(tmp_path / "team", dev=(VALID / "smallest.yaml").read_text().replace("contoso-ai", "gone-ai"))
    report = operations.drift(project, ["dev"], cloud.context)
    assert {each.code for each in report.findings} == {"drift.missing"}
    assert report.status is ExitStatus.FINDINGS
    before = project.stack_file("dev").read_text()
    accepted = operations.drift(project, ["dev"], cloud.context, write=["*"])
    assert {each.code for each in accepted.findings} == {"drift.missing", "drift.unwritten"}
    assert accepted.destination == report.destination
    assert project.stack_file("dev").read_text() == before, "a stack without an account is none"


def test_what_was_deleted_by_hand_is_given_up_where_that_is_accepted(cloud: Cloud, tmp_path: Path) -> None:
    project = team(cloud, tmp_path / "team", "contoso-gone")
    bulk = f"{account('contoso-gone')}/deployments/bulk"
    cloud.arm.fetch("DELETE", bulk, Deadline(), api_version=kinds.DEPLOYMENT.api_version)
    report = operations.drift(project, ["dev"], cloud.context)
    assert [(row["resource"], row["cause"], row["line"]) for row in report.data["drift"]] == [("bulk", "missing", 18)]
    accepted = operations.drift(project, ["dev"], cloud.context, write=["bulk"])
    assert (accepted.status, accepted.data["drift"]) == (ExitStatus.DONE, [])
    assert "bulk" not in project.stack_file("dev").read_text()


def test_a_filter_and_a_blocklist_that_others_changed_are_accepted(cloud: Cloud, tmp_path: Path) -> None:
    """Entries of lists have keys of their own in a stack file."""
    text = (VALID / "smallest.yaml").read_text().replace("contoso-ai", "filtered-ai") + FILTERS
    project = project_in(tmp_path / "team", dev=text)
    cloud.deploy(project, "dev")
    id_ = account("filtered-ai")
    entry, version = f"{id_}/raiBlocklists/words/raiBlocklistItems/falcon", kinds.BLOCKLIST_ITEM.api_version
    cloud.put(entry, version, {"properties": {"pattern": r"\d{4}", "isRegex": True}})
    strict = cloud.get(f"{id_}/raiPolicies/strict", kinds.CONTENT_FILTER.api_version)["properties"]
    strict["contentFilters"] = [each for each in strict["contentFilters"] if each["name"] != "Violence"]
    strict["contentFilters"] += [{"name": "Jailbreak", "source": "Prompt", "blocking": True, "enabled": True}]
    strict["customBlocklists"] = [{"blocklistName": "words", "source": "Completion", "blocking": False}]
    cloud.put(f"{id_}/raiPolicies/strict", kinds.CONTENT_FILTER.api_version, {"properties": strict})

    report = operations.drift(project, ["dev"], cloud.context)
    assert {row["place"] for row in report.data["drift"]} >= {
        "properties.contentFilters[Violence, Prompt]",
        "properties.contentFilters[Jailbreak, Prompt]",
        "properties.pattern",
    }
    accepted = operations.drift(project, ["dev"], cloud.context, write=["*"])
    assert (accepted.status, accepted.data["drift"]) == (ExitStatus.DONE, []), accepted.findings
    assert operations.drift(project, ["dev"], cloud.context).data["drift"] == []


FILTERS = """\
  modelyard:blocklists:
    words: {entries: {falcon: {text: Falcon}}}
  modelyard:contentFilters:
    strict:
      prompt:
        violence: {severityThreshold: Low}
        hate: {severityThreshold: Low}
      blocklists: [words]
"""
