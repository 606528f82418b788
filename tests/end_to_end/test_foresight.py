"""What others assign in Azure is known before the change: a team learns it from a preview, not from half an `up`."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from modelyard.failures import ExitStatus
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import Pulled
from modelyard.sandbox import SUBSCRIPTION_ID

pytestmark = pytest.mark.engine

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
AUTHORIZATION = f"{SUBSCRIPTION}/providers/Microsoft.Authorization"
CONTRIBUTOR = "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
DEPLOYMENTS = "Microsoft.CognitiveServices/accounts/deployments"
GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"

UNKNOWN = """
from pulumi_azure_native import resources

resources.ResourceGroup(
    "extra", resource_group_name="rg-extra", location="swedencentral", tags={"owner": outputs["principalId"]}
)
"""
"""A resource of the team's own, with a tag that nobody knows before the account is there."""


def kept(yard: Any, *rules: tuple[str, str, dict[str, Any], dict[str, Any]]) -> None:
    """The policies of another team, as a pull of Azure's keeps them: name, effect, condition, details."""
    documents: list[dict[str, Any]] = []
    for name, effect, condition, details in rules:
        then = {"effect": effect, **({"details": details} if details else {})}
        rule = {"displayName": f"Rule {name}", "mode": "All", "policyRule": {"if": condition, "then": then}}
        definition = f"{AUTHORIZATION}/policyDefinitions/{name}"
        assigned = {"displayName": f"Group's {name}", "policyDefinitionId": definition, "scope": SUBSCRIPTION}
        documents += [
            {"id": definition, "name": name, "type": "Microsoft.Authorization/policyDefinitions", "properties": rule},
            {
                "id": f"{AUTHORIZATION}/policyAssignments/{name}",
                "name": name,
                "type": "Microsoft.Authorization/policyAssignments",
                "properties": assigned,
            },
        ]
    book = Rulebook.of(documents, "azure")
    policy_snapshot.write(yard.project / policy_snapshot.FOLDER, Pulled(SUBSCRIPTION, "azure", datetime.now(UTC), book))


def held(yard: Any, type_: str) -> int:
    """How many resources of a type the sandbox holds."""
    found: int = yard.modelyard("sandbox", "status", "--json").json["data"]["resources"].get(type_, 0)
    return found


def test_a_denial_that_is_known_stops_up_before_the_first_write(yard: Any) -> None:
    """Everything else would have been made before Azure refused one deployment."""
    of_deployments = {"field": "type", "equals": DEPLOYMENTS}
    sku = {"field": f"{DEPLOYMENTS}/sku.name", "equals": "DataZoneStandard"}
    owner = {"operation": "add", "field": "tags['owner']", "value": "nobody"}
    kept(
        yard,
        ("no-zones", "deny", {"allOf": [of_deployments, sku]}, {}),
        ("few", "audit", {"allOf": [of_deployments, {"field": "name", "equals": "embed"}]}, {}),
        (
            "owned",
            "modify",
            {"allOf": [{"field": "type", "equals": GROUPS}, {"field": "tags['owner']", "exists": False}]},
            {"operations": [owner], "roleDefinitionIds": [CONTRIBUTOR]},
        ),
    )
    said = yard.modelyard("preview", "dev", "--json", expect=ExitStatus.FINDINGS).json
    effects = {each["resource_name"]: each["effect"].lower() for each in said["policyFindings"]}
    assert effects == {"chat-bulk": "deny", "embed": "audit", "resource-group": "modify"}
    (change,) = [each for each in said["policyFindings"] if each["resource_name"] == "resource-group"]
    assert change["changes"] == ["tags.owner: missing → nobody"]

    text = (yard.project / "stacks/Pulumi.dev.yaml").read_text().splitlines()
    line = text.index("      sku: DataZoneStandard") + 1
    stopped = yard.modelyard("up", "dev", expect=ExitStatus.FINDINGS)
    for part in (
        f"stacks/Pulumi.dev.yaml:{line}:7: error: chat-bulk is denied by 'Rule no-zones' [deny]",
        "/accounts/contoso-ai-dev/deployments/chat-bulk",
        "sku.name ('DataZoneStandard') equals 'DataZoneStandard'",
        f"Group's no-zones at {SUBSCRIPTION}",
        "azure /subscriptions/",
        "as `deployments.chat-bulk.sku` in the stack file",
        "nothing was changed: Azure would refuse chat-bulk [cli.stopped-by-policy]",
        "--ignore-policies",
    ):
        assert part in stopped.out
    assert held(yard, GROUPS) == 0, "the resource group is the first thing that would be written"

    done = yard.modelyard("up", "dev", "--ignore-policies", "--no-smoke", "--json").json
    assert done["data"]["changes"]["create"] == 23, "Azure itself, here the sandbox, refuses nothing"
    assert [each["effect"].lower() for each in done["policyFindings"] if each["severity"] == "error"] == ["deny"]

    settled = yard.modelyard("up", "dev", "--no-smoke", "--json").json
    assert not settled["data"]["changed"]
    weights = {each["resource_name"]: each["severity"] for each in settled["policyFindings"]}
    assert weights["chat-bulk"] == "warning", "what stays as it is isn't refused; only its next change would be"
    remedies = {each["resource_name"]: each["remedy"] for each in settled["policyFindings"]}
    assert remedies["resource-group"].startswith(
        "it stays as it is for now; at its next change Azure makes this change"
    )

    stack = yard.project / "stacks" / "Pulumi.dev.yaml"
    written = stack.read_text()
    stack.write_text(written.replace("rg-contoso-ai-dev", "rg-contoso-ai"))
    stopped = yard.modelyard("up", "dev", "--replace-account", "contoso-ai", expect=ExitStatus.FINDINGS).out
    assert "[cli.stopped-by-policy]" in stopped, "now that it would be written anew"
    assert "[cli.stopped-by-replacement]" in stopped
    assert "the account is deleted with all that is in it, and made anew; Azure keeps its subdomain" in stopped
    assert "--replace-account contoso-ai-dev" in stopped, "a group that somebody renames takes no models down by itself"
    assert "--replace-account names another one, contoso-ai" in stopped, "leave for one account is none for another"
    stack.write_text(written)

    kept(yard, ("keep", "denyAction", of_deployments, {"actionNames": ["delete"]}))
    head, _, rest = stack.read_text().partition("    embed:\n")
    stack.write_text(head + rest.partition("capacity: 50\n")[2])
    refused = yard.modelyard("preview", "dev", expect=ExitStatus.FINDINGS).out
    assert "error: embed may not be deleted because of 'Rule keep' [denyAction]" in refused
    assert "note: chat is protected by 'Rule keep'" in refused


def test_what_is_assigned_in_the_sandbox_is_known_without_a_pull(yard: Any) -> None:
    """Another stack's policy rules the whole subscription; whoever tries things in the sandbox pulls nothing."""
    yard.stack_file(
        "guard",
        {
            "contoso-ai-dev": "contoso-ai-guard",
            r"      definition: team/allowed-deployment-skus\n": "      definition: team/allowed-deployment-skus\n"
            "      scope: subscription\n",
            r"          - DataZoneStandard\n": "",
            r"      sku: DataZoneStandard": "      sku: GlobalStandard",
        },
    )
    yard.modelyard("up", "guard", "--no-smoke")
    stopped = yard.modelyard("up", "dev", "--json", expect=ExitStatus.FINDINGS).json
    (finding,) = [each for each in stopped["policyFindings"] if each["severity"] == "error"]
    assert (finding["resource_name"], finding["scope"]) == ("chat-bulk", SUBSCRIPTION)
    assert not [each for each in stopped["findings"] if each["code"].startswith("audit.")]


def test_what_nobody_knows_yet_is_undecided_and_seen(yard: Any) -> None:
    """A result on a value that comes later is neither a pass nor a denial; both commands say so and count it."""
    named = {"allOf": [{"field": "type", "equals": GROUPS}, {"field": "tags['owner']", "equals": "nobody"}]}
    kept(yard, ("owned", "deny", named, {}))
    program = yard.project / "infra" / "__main__.py"
    text = program.read_text()
    loop = text.index("for name, value in Yard")
    program.write_text(
        text[:loop] + 'outputs = Yard("yard", configuration()).outputs\n'
        "for name, value in outputs.items():\n    pulumi.export(name, value)\n" + UNKNOWN
    )
    said = yard.modelyard("preview", "dev")
    assert "extra is undecided for 'Rule owned' [deny]: waits for tags" in said.out
    assert "1 undecided" in said.out
    yard.pulumi("stack", "init", "dev", expect=None)
    plain = yard.pulumi("preview", "--stack", "dev", "--policy-pack", "policies").out
    assert "[advisory]  undecided" in plain
    assert "1 undecided:" in plain
    assert "waits for tags" in plain
    assert json.dumps("denied") not in plain
