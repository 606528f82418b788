"""Policy: evaluations a second on one core, and the time to compile a definition; both in processor time.

One evaluation is one definition on one resource of a type it names, from a parsed ARM document, the preparation of the
resource included and shared by its definitions; the effect only. `python -m bench.policy --definitions FOLDER` measures
the definitions in a folder instead of Modelyard's own.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import measure

import modelyard.policy
from modelyard.catalog.built_in_policies import NOTHING
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.parameters import Parameter
from modelyard.policy.documents.policy import Policy
from modelyard.policy.evaluation.policy_index import Index
from modelyard.policy.language import aliases
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource

ACCOUNTS, DEPLOYMENTS, RUNS = 200, 10, 9
AT_LEAST, AT_MOST = 100_000, 0.002
SAMPLES: dict[str, Any] = {
    "string": "Standard",
    "array": ["Standard", "swedencentral", "OpenAI/gpt-4o@*"],
    "object": {},
    "boolean": True,
    "integer": 100,
    "float": 1.5,
    "datetime": "2026-11-23T00:00:00Z",
}
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SUBSCRIPTION = "/subscriptions/0b9f6c2e-5f0d-4f0c-9f57-3b1f0a6a7c11"
CONTEXT = EvaluationContext(
    now=NOW,
    resource_group={"name": "rg-models", "location": "swedencentral", "tags": {"team": "platform"}},
    subscription={"subscriptionId": SUBSCRIPTION.rpartition("/")[2], "id": SUBSCRIPTION, "tags": {}},
    request={"apiVersion": "2025-06-01", "identity": {"idtyp": "app"}},
    related=lambda _: [],
)


def documents() -> list[dict[str, Any]]:
    """Accounts with their deployments as ARM returns them; every third breaks one rule or another."""
    found: list[dict[str, Any]] = []
    for at in range(ACCOUNTS):
        account = f"{SUBSCRIPTION}/resourceGroups/rg-models/providers/Microsoft.CognitiveServices/accounts/models-{at}"
        found.append(
            {
                "id": account,
                "name": f"models-{at}",
                "type": "Microsoft.CognitiveServices/accounts",
                "location": "swedencentral" if at % 3 else "eastus",
                "kind": "AIServices",
                "sku": {"name": "S0"},
                "identity": {"type": "SystemAssigned"} if at % 4 else None,
                "tags": {"team": "platform", "environment": "dev"},
                "properties": {
                    "customSubDomainName": f"models-{at}",
                    "disableLocalAuth": bool(at % 3),
                    "publicNetworkAccess": "Enabled" if at % 2 else "Disabled",
                    "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": f"198.51.100.{at % 250}"}]},
                    "provisioningState": "Succeeded",
                },
            }
        )
        found.extend(
            {
                "id": f"{account}/deployments/chat-{each}",
                "name": f"chat-{each}",
                "type": "Microsoft.CognitiveServices/accounts/deployments",
                "sku": {"name": "GlobalStandard" if each % 3 else "Standard", "capacity": 10 * each},
                "properties": {
                    "model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"},
                    "versionUpgradeOption": "NoAutoUpgrade",
                    "raiPolicyName": "Microsoft.DefaultV2" if each % 2 else "house",
                    "provisioningState": "Succeeded",
                },
            }
            for each in range(DEPLOYMENTS)
        )
    parsed: list[dict[str, Any]] = json.loads(json.dumps(found))
    return parsed


def sample(parameter: Parameter) -> Any:
    """A value for a parameter that has no default."""
    if not parameter.allowed:
        return SAMPLES[parameter.type]
    return list(parameter.allowed) if parameter.type == "array" else parameter.allowed[0]


def bound(definition: Definition) -> Policy:
    """The policy with defaults, and a sample for what has none."""
    missing = {each.name: sample(each) for each in definition.parameters.values() if each.default is NOTHING}
    return definition.bind(missing)


def compiled(written: Iterable[tuple[str, Any]]) -> tuple[list[Policy], float]:
    """The policies, and the median seconds from parsed JSON to a compiled policy; initiatives are left out."""
    fields = Fields(aliases.standard())
    policies, times = [], []
    for name, document in written:
        if "policyRule" not in document.get("properties", document):
            continue
        start = time.process_time()
        policies.append(bound(Definition.load(document, fields, name=name)))
        times.append(time.process_time() - start)
    return policies, statistics.median(times)


def evaluated(policies: list[Policy], resources: list[dict[str, Any]]) -> tuple[int, int]:
    """How many evaluations there were, and how many came to an effect."""
    index = Index(policies)
    count = effects = 0
    for document in resources:
        resource = EvaluatedResource(document, CONTEXT)
        count += len(index.policies_for(resource))
        for _ in index.effects(resource):
            effects += 1
    return count, effects


def processor_seconds(policies: list[Policy], resources: list[dict[str, Any]]) -> float:
    """The processor's time for one run: what one core does, whatever else the machine is busy with."""
    start = time.process_time()
    evaluated(policies, resources)
    return time.process_time() - start


def measured(written: list[tuple[str, Any]]) -> list[measure.Row]:
    """The two rows for these definitions."""
    policies, median = compiled(written)
    resources = documents()
    count, effects = evaluated(policies, resources)
    rate = count / statistics.median(processor_seconds(policies, resources) for _ in range(RUNS))
    return [
        measure.Row(
            "policy evaluations a second",
            f"{rate:,.0f}",
            f"≥ {AT_LEAST:,}",
            rate >= AT_LEAST,
            f"{len(policies)} definitions, {len(resources):,} resources, {count:,} evaluations, {effects:,} effects",
        ),
        measure.Row(
            "policy definition compiled",
            f"{median * 1000:.2f} ms",
            f"≤ {AT_MOST * 1000:.0f} ms",
            median <= AT_MOST,
            "median, load and bind",
        ),
    ]


def own() -> list[tuple[str, Any]]:
    """Modelyard's own definitions."""
    folder = Path(modelyard.policy.__file__).parent / "definitions"
    return [(each.name, json.loads(each.read_text("utf-8"))) for each in sorted(folder.glob("*.json"))]


def rows(_: Path) -> list[measure.Row]:
    """The rows for Modelyard's own definitions."""
    return measured(own())


def main() -> int:
    """Print the table; 1 when a bound was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--definitions", type=Path, help="folder of definitions in JSON")
    folder = parser.parse_args().definitions
    written = (
        [(each.name, json.loads(each.read_text("utf-8-sig"))) for each in sorted(folder.glob("*.json"))]
        if folder
        else own()
    )
    found = measured(written)
    print(measure.table(found))
    return 1 if any(row.kept is False for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
