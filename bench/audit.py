"""`modelyard audit --state` of 10,000 resources against 25 assignments, in a fresh process, with its text.

The state is what `pulumi stack export` writes of a program that declares accounts with all that belongs to them. Half
of all policy states are violations, which is more than a team would live with: each has to be explained and told.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import measure

from modelyard.arm import translation
from modelyard.arm.resource_types import ResourceType, by_type
from modelyard.catalog.built_in_policies import built_in

GROUPS, ACCOUNTS, DEPLOYMENTS = 25, 19, 15
RUNS = 3
SECONDS, MEGABYTES = 8.0, 300.0
SUBSCRIPTION = "/subscriptions/0b9f6c2e-5f0d-4f0c-9f57-3b1f0a6a7c11"
DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"

REGIONS, MODELS = ["swedencentral", "westeurope"], ["OpenAI/*"]
OWN: dict[str, dict[str, Any]] = {
    "account-kind": {},
    "approved-models": {"models": MODELS},
    "connections": {},
    "content-filter": {},
    "content-filter-strength": {},
    "deployment-capacity": {"capacity": 100},
    "deployment-skus": {},
    "diagnostics": {},
    "keyless": {},
    "keys-off": {},
    "managed-identity": {},
    "pinned-versions": {},
    "preview-models": {},
    "private-network": {},
    "private-only": {},
    "regions": {"regions": REGIONS},
    "required-tags": {"tags": ["team", "costCentre"]},
    "retiring-models": {},
    "foundry-baseline": {"approvedModels": MODELS},
    "foundry-regulated": {"allowedRegions": REGIONS, "approvedModels": MODELS},
}
BUILT_INS: dict[str, dict[str, Any]] = {
    "allowed-locations": {"listOfAllowedLocations": REGIONS},
    "customer-managed-key": {},
    "diagnostic-logs": {},
    "private-link": {},
    "restrict-network-access": {},
}


def rows(folder: Path) -> list[measure.Row]:
    """Two rows: the longest of a few runs in processor time, for it waits for nothing; the most memory one held."""
    state, policies, output = folder / "state.json", folder / "assignments.json", folder / "audit.txt"
    resources = list(exported())
    state.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}, indent=4))
    policies.write_text(json.dumps(list(assignments())))
    command = [sys.executable, "-m", "modelyard.cli", "audit", "--state", str(state), "--policies", str(policies)]
    runs = [_run([*command, "--fail-on", "never", "--project", str(folder)], output) for _ in range(RUNS)]
    seconds, memory = max(seconds for seconds, _ in runs), max(memory for _, memory in runs)
    text = output.read_text()
    if "[policy." in text:
        raise RuntimeError(f"not every assignment was put to work:\n{text[:2000]}")
    detail = f"{len(resources):,} resources, {len(OWN) + len(BUILT_INS)} assignments; {text.splitlines()[-1]}"
    return [
        measure.Row("audit", f"{seconds:.1f} s", f"≤ {SECONDS:.0f} s", seconds <= SECONDS, detail),
        measure.Row("audit memory", f"{memory:.0f} MB", f"≤ {MEGABYTES:.0f} MB", memory <= MEGABYTES, "at most"),
    ]


def _run(command: list[str], output: Path) -> tuple[float, float]:
    """Seconds that a process took of the processor, and the most megabytes that it held."""
    with output.open("w") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the audit ended with {process.returncode}:\n{output.read_text()[-2000:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def assignments() -> Iterator[dict[str, Any]]:
    """Each of Modelyard's own definitions and initiatives, and some built-ins, assigned to the subscription."""
    built_ins = {_built_in(name): values for name, values in BUILT_INS.items()}
    own = {f"modelyard/{name}": values for name, values in OWN.items()}
    for at, (name, values) in enumerate({**own, **built_ins}.items()):
        yield {
            "id": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/assignment-{at}",
            "name": f"assignment-{at}",
            "type": "Microsoft.Authorization/policyAssignments",
            "properties": {
                "displayName": f"Rules of the house, part {at}",
                "scope": SUBSCRIPTION,
                "policyDefinitionId": name,
                "parameters": {parameter: {"value": value} for parameter, value in values.items()},
            },
        }


def _built_in(name: str) -> str:
    found = built_in(name)
    assert found is not None, name
    return f"{DEFINITIONS}/{found.guid}"


def exported() -> Iterator[dict[str, Any]]:
    """The resources of the export: 25 groups with 19 accounts each, each of 21 resources."""
    for group in range(GROUPS):
        place = f"{SUBSCRIPTION}/resourceGroups/rg-{group}"
        said = {"location": "swedencentral", "tags": _tags(group)}
        yield _resource("Microsoft.Resources/resourceGroups", place, said)
        for at in range(ACCOUNTS):
            yield from _account(f"{place}/providers/Microsoft.CognitiveServices/accounts/models-{group}-{at}", at)


def _account(account: str, at: int) -> Iterator[dict[str, Any]]:
    kind, right, name = "Microsoft.CognitiveServices/accounts", at % 3 > 0, account.rpartition("/")[2]
    yield _resource(
        kind,
        account,
        {
            "location": "swedencentral" if right else "eastus",
            "kind": "AIServices",
            "sku": {"name": "S0"},
            "identity": {"type": "SystemAssigned", "principalId": f"0f0f0f0f-0000-4000-8000-{at:012}"},
            "tags": _tags(at),
            "properties": {
                "customSubDomainName": name,
                "endpoint": f"https://{name}.cognitiveservices.azure.com/",
                "endpoints": {"OpenAI Language Model Instance API": f"https://{name}.openai.azure.com/"},
                "disableLocalAuth": right,
                "publicNetworkAccess": "Disabled" if right else "Enabled",
                "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": f"198.51.100.{at}"}]},
                "privateEndpointConnections": [],
                "provisioningState": "Succeeded",
            },
        },
    )
    for each in range(DEPLOYMENTS):
        yield _resource(
            f"{kind}/deployments",
            f"{account}/deployments/chat-{each}",
            {
                "sku": {"name": "DataZoneStandard" if right else "GlobalStandard", "capacity": 10 * each},
                "properties": {
                    "model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"},
                    "versionUpgradeOption": "NoAutoUpgrade" if right else "OnceNewDefaultVersionAvailable",
                    "raiPolicyName": "filter-0",
                    "rateLimits": [{"key": "request", "renewalPeriod": 60, "count": 10 * each}],
                    "provisioningState": "Succeeded",
                },
            },
        )
    sources = ("Prompt", "Completion")
    for each in range(2):
        filters = [
            {"name": harm, "source": source, "blocking": True, "enabled": True, "severityThreshold": "Medium"}
            for harm in ("Hate", "Sexual", "Violence", "Selfharm")
            for source in sources
        ]
        properties = {"mode": "Blocking", "basePolicyName": "Microsoft.DefaultV2", "contentFilters": filters}
        yield _resource(f"{kind}/raiPolicies", f"{account}/raiPolicies/filter-{each}", {"properties": properties})
    yield _resource(f"{kind}/raiBlocklists", f"{account}/raiBlocklists/words", {"properties": {"description": "words"}})
    for each in range(2):
        role = {
            "roleDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{each}",
            "principalId": f"0f0f0f0f-0000-4000-8000-{at:012}",
            "principalType": "ServicePrincipal",
            "scope": account,
        }
        type_ = "Microsoft.Authorization/roleAssignments"
        yield _resource(type_, f"{account}/providers/{type_}/{each}", {"properties": role})


def _tags(at: int) -> dict[str, str]:
    return {"team": "platform", "environment": "dev", **({"costCentre": f"cc-{at}"} if at % 3 else {})}


def _resource(type_: str, id_: str, reply: dict[str, Any]) -> dict[str, Any]:
    """A resource as the engine keeps it: what was asked of Azure, and what Azure answered."""
    row: ResourceType = by_type()[type_.lower()]
    outputs = translation.outputs(row, {"id": id_, "name": id_.rpartition("/")[2], "type": type_, **reply})
    name = "-".join(id_.split("/")[8::2]) or id_.rpartition("/")[2]
    return {
        "urn": f"urn:pulumi:dev::models::{row.token}::{name}",
        "custom": True,
        "id": id_,
        "type": row.token,
        "inputs": translation.inputs(row, row.match(id_) or {}, outputs),
        "outputs": outputs,
        "parent": "urn:pulumi:dev::models::pulumi:pulumi:Stack::models-dev",
        "provider": "urn:pulumi:dev::models::pulumi:providers:azure-native::default::0f0f0f0f-0000-4000-8000-0",
        "created": "2026-11-23T09:00:00.000000Z",
        "modified": "2026-11-23T09:00:00.000000Z",
    }
