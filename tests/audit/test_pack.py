"""The pack speaks in the engine's own preview: everybody reads a secret that it repeats, nobody a doubt it swallows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.policy import PolicyCustomTimeouts, PolicyProviderResource, PolicyResourceOptions

from modelyard.arm import pulumi_sentinels
from modelyard.audit.pack import Pack
from modelyard.azure.target import SANDBOX_VARIABLE
from modelyard.config.project import Project
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import Pulled

PROXY = "http://127.0.0.1:7443"
INSIDE = {SANDBOX_VARIABLE: PROXY, "HTTPS_PROXY": PROXY, "https_proxy": PROXY}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUBSCRIPTION = "11111111-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-models"
ACCOUNT = "azure-native:cognitiveservices:Account"
SECRET = {pulumi_sentinels.SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": "a-name-nobody-may-read"}
OPTIONS = PolicyResourceOptions(False, [], False, [], PolicyCustomTimeouts(0, 0, 0), [], None)


def policies(effect: str, field: str, value: object, **then: Any) -> list[dict[str, Any]]:
    """A definition and its assignment on the group, as Azure writes them."""
    here = f"{GROUP}/providers/Microsoft.Authorization"
    definition = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/policyDefinitions/house"
    of_accounts = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}
    rule = {"if": {"allOf": [of_accounts, {"field": field, "equals": value}]}, "then": {"effect": effect, **then}}
    return [
        {
            "id": definition,
            "name": "house",
            "type": "Microsoft.Authorization/policyDefinitions",
            "properties": {"displayName": "House rule", "mode": "All", "policyRule": rule},
        },
        {
            "id": f"{here}/policyAssignments/house",
            "name": "house",
            "type": "Microsoft.Authorization/policyAssignments",
            "properties": {"displayName": "House", "policyDefinitionId": definition, "scope": GROUP},
        },
    ]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: tried\nruntime: python\n")
    return Project.find(tmp_path)


def keep(project: Project, documents: list[dict[str, Any]], taken: datetime = NOW) -> None:
    scope = f"/subscriptions/{SUBSCRIPTION}"
    policy_snapshot.write(
        project.root / policy_snapshot.FOLDER, Pulled(scope, "azure", taken, Rulebook.of(documents, "azure"))
    )


def account(**properties: Any) -> dict[str, Any]:
    """An account's inputs as the engine sends them; of numbers it knows floating ones only."""
    return {"accountName": "models", "resourceGroupName": "rg-models", "properties": properties, "location": "eastus"}


def evaluated(pack: Pack, inputs: Mapping[str, Any], days: int | None = None) -> dict[str, list[str]]:
    """What each policy of the pack reports of a stack with one account."""
    urn = f"urn:pulumi:dev::tried::{ACCOUNT}::account"
    azure = PolicyProviderResource("pulumi:providers:azure-native", {"subscriptionId": SUBSCRIPTION}, "urn", "default")
    props = deserialize_properties(dict(inputs), True)
    resource, *others = pack.policies()
    resource.remediate(ResourceValidationArgs(ACCOUNT, props, urn, "account", OPTIONS, azure))  # type: ignore[attr-defined]
    found: dict[str, list[str]] = {}
    shown = [PolicyResource(ACCOUNT, {}, urn, "account", OPTIONS, azure, None, [], {})]
    for policy in others:
        said: list[str] = []
        args = StackValidationArgs(shown, {} if days is None else {"days": days})
        policy.validate(args, lambda message, _urn, said=said: said.append(message))  # type: ignore[attr-defined]
        if said:
            found[policy.name] = said
    return found


@pytest.mark.parametrize(
    ("effect", "told"),
    [("deny", "denied"), ("audit", "audited"), ("disabled", None)],
)
def test_each_effect_has_a_policy_of_its_own(project: Project, effect: str, told: str | None) -> None:
    """A team sets levels by these names: a denial that came as advice would let an update run into Azure's refusal."""
    keep(project, policies(effect, "location", "eastus"))
    found = evaluated(Pack(project, {}, lambda: NOW), account())
    assert list(found) == ([told] if told else [])
    for text in found.get(told or "", []):
        for part in ("models", "House rule", "House at", GROUP, "location ('eastus')", "azure /subscriptions/"):
            assert part in text


def test_what_nobody_has_to_act_on_is_folded(project: Project) -> None:
    """A policy that protects two hundred resources would fill the screen at each preview."""
    keep(project, policies("denyAction", "location", "eastus", details={"actionNames": ["delete"]}))
    pack = Pack(project, {}, lambda: NOW)
    shown = []
    resource, *others = pack.policies()
    for number in range(9):
        urn = f"urn:pulumi:dev::tried::{ACCOUNT}::account-{number}"
        azure = PolicyProviderResource("pulumi:providers:azure-native", {"subscriptionId": SUBSCRIPTION}, "urn", "d")
        props = deserialize_properties(account() | {"accountName": f"models-{number}"}, True)
        resource.remediate(ResourceValidationArgs(ACCOUNT, props, urn, "account", OPTIONS, azure))  # type: ignore[attr-defined]
        shown.append(PolicyResource(ACCOUNT, {}, urn, "account", OPTIONS, azure, None, [], {}))
    said: list[str] = []
    others[-1].validate(StackValidationArgs(shown), lambda message, _urn: said.append(message))  # type: ignore[attr-defined]
    assert said[0].startswith("9 protected:")
    assert said[0].endswith("  … and 6 more by 'House rule': account-3, account-4, account-5, account-6, account-7, …")


def test_what_azure_would_change_is_shown_as_a_difference(project: Project) -> None:
    """Whoever reads only that something is modified has to find out what by deploying it."""
    field = "Microsoft.CognitiveServices/accounts/disableLocalAuth"
    change = [{"operation": "addOrReplace", "field": field, "value": True}]
    role = "/providers/Microsoft.Authorization/roleDefinitions/25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
    keep(project, policies("modify", field, False, details={"operations": change, "roleDefinitionIds": [role]}))
    found = evaluated(Pack(project, {}, lambda: NOW), account(disableLocalAuth=False))
    assert list(found) == ["changed"]
    assert "properties.disableLocalAuth: false → true" in found["changed"][0]


@pytest.mark.parametrize("hidden", [pulumi_sentinels.UNKNOWN, SECRET], ids=["unknown", "secret"])
def test_a_verdict_that_hangs_on_a_hidden_value_is_undecided(project: Project, hidden: object) -> None:
    """Guessing would either stop what is right or pass what Azure refuses; a secret's value is nobody's business."""
    field = "Microsoft.CognitiveServices/accounts/customSubDomainName"
    keep(project, policies("deny", field, "a-name-nobody-may-read"))
    found = evaluated(Pack(project, {}, lambda: NOW), account(customSubDomainName=hidden))
    assert list(found) == ["undecided"]
    assert "1 undecided" in found["undecided"][0]
    assert "waits for properties.customSubDomainName" in found["undecided"][0]
    assert "a-name-nobody-may-read" not in str(found)


@pytest.mark.parametrize(
    ("age", "days", "code"),
    [(0, None, ""), (8, None, "audit.policies-stale"), (8, 30, ""), (1, 0, "audit.policies-stale")],
)
def test_what_was_pulled_long_ago_is_told(project: Project, age: int, days: int | None, code: str) -> None:
    """Last month's policies say nothing about today's; how old is too old is the team's to say."""
    keep(project, [], datetime(2026, 11, 23 - age, 12, tzinfo=UTC))
    found = evaluated(Pack(project, {}, lambda: NOW), account(), days)
    assert [code in text for text in found.get("policies", [])] == ([True] if code else [])


def test_what_was_never_pulled_is_told_except_in_the_sandbox(project: Project) -> None:
    """In the sandbox nobody assigns policies but its user: a warning in each preview would be noise."""
    assert "modelyard policy pull" in evaluated(Pack(project, {}, lambda: NOW), account())["policies"][0]
    assert evaluated(Pack(project, INSIDE, lambda: NOW), account()) == {}


def test_a_file_that_cannot_be_read_is_told_and_the_others_count(project: Project) -> None:
    """One broken file must neither silence the other policies nor be passed over."""
    keep(project, policies("audit", "location", "eastus"))
    project.definitions.mkdir(parents=True)
    (project.definitions / "broken.json").write_text("{")
    found = evaluated(Pack(project, {}, lambda: NOW), account())
    assert list(found) == ["policies", "audited"]
    assert "broken.json" in found["policies"][0]


def test_a_pull_that_cannot_be_read_is_told_and_the_others_count(project: Project) -> None:
    """A merge that went wrong in one file must not make the policies of another scope vanish from a preview."""
    keep(project, policies("audit", "location", "eastus"))
    for name, content in (("torn.json", b"{"), ("bytes.json", b"\xff\xfe")):
        (project.root / policy_snapshot.FOLDER / "azure" / name).write_bytes(content)
    found = evaluated(Pack(project, {}, lambda: NOW), account())
    assert list(found) == ["policies", "audited"]
    assert sorted("torn" in each for each in found["policies"]) == [False, True]


def test_nothing_gathered_is_no_clean_bill(project: Project) -> None:
    """A team that sets all levels at once takes the gathering away; then every preview would pass unseen."""
    pack = Pack(project, {}, lambda: NOW)
    urn = f"urn:pulumi:dev::tried::{ACCOUNT}::account"
    shown = [PolicyResource(ACCOUNT, {}, urn, "account", OPTIONS, None, None, [], {})]
    said: list[str] = []
    pack.tell_denied(StackValidationArgs(shown), lambda message, _urn: said.append(message))
    assert "keep its level, remediate" in said[0]
