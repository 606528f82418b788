"""An account for measurements, put straight into a sandbox's store: ARM is not what is measured, and would not allow
as many deployments on one account.

Every deployment is under a content filter that is stricter than Azure's own and attaches a blocklist.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from modelyard.sandbox.local_azure import LocalAzure

NAME = "bench"
MODEL = {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"}
FILTER, BLOCKLIST = "strict", "house-words"
ENTRIES = 50
UNLIMITED = 10**9


def put(azure: LocalAzure, deployments: Iterable[str], *, requests: int = UNLIMITED, tokens: int = UNLIMITED) -> None:
    """The account with deployments of these names; the limits are a minute's, and each deployment's own."""
    group = f"/subscriptions/{azure.subscription_id}/resourceGroups/bench"
    account = f"{group}/providers/Microsoft.CognitiveServices/accounts/{NAME}"
    azure.store.put("subdomains", NAME, {"account": account})
    azure.store.put(
        "resources",
        account.lower(),
        {
            "id": account,
            "name": NAME,
            "type": "Microsoft.CognitiveServices/accounts",
            "location": "swedencentral",
            "kind": "AIServices",
            "properties": {
                "customSubDomainName": NAME,
                "disableLocalAuth": True,
                "publicNetworkAccess": "Enabled",
                "provisioningState": "Succeeded",
            },
        },
    )
    limits = [{"key": key, "renewalPeriod": 60, "count": n} for key, n in (("request", requests), ("token", tokens))]
    for name in deployments:
        document = {
            "id": f"{account}/deployments/{name}",
            "name": name,
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "sku": {"name": "GlobalStandard", "capacity": 50},
            "properties": {
                "model": MODEL,
                "provisioningState": "Succeeded",
                "raiPolicyName": FILTER,
                "rateLimits": limits,
            },
        }
        azure.store.put("resources", f"{account}/deployments/{name}".lower(), document)
    for name, properties in _guards():
        azure.store.put("resources", f"{account}/{name}".lower(), {"name": name, "properties": properties})


def _guards() -> Iterator[tuple[str, dict[str, Any]]]:
    """The filter, and a blocklist of plain entries with one expression among them."""
    both = ("Prompt", "Completion")
    filters = [
        {"name": name, "source": source, "severityThreshold": "Low", "blocking": True, "enabled": True}
        for name in ("Hate", "Sexual", "Violence", "Selfharm")
        for source in both
    ]
    attached = [{"blocklistName": BLOCKLIST, "blocking": True, "source": source} for source in both]
    base = "Microsoft.DefaultV2"
    yield (
        f"raiPolicies/{FILTER}",
        {"basePolicyName": base, "contentFilters": filters, "customBlocklists": attached},
    )
    for number in range(ENTRIES):
        is_regex = number == ENTRIES - 1
        pattern = r"\bEMP-\d{6}\b" if is_regex else entry(number)
        yield (
            f"raiBlocklists/{BLOCKLIST}/raiBlocklistItems/entry-{number}",
            {"pattern": pattern, "isRegex": is_regex},
        )


def entry(number: int) -> str:
    """One of the blocklist's plain entries."""
    return f"project codename {number}"
