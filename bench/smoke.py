"""The whole smoke test of a stack of 100 deployments, against its slowest single check.

Every deployment is asked on each of its endpoints, tried with an entry of its blocklist, and the account's refusals are
proved, as `modelyard smoke` does it. One deployment is made slow, as a model may be, so that the bound means that the
others are asked meanwhile: a run takes little more than the slowest model's answer, however many deployments there are.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
from azure.identity import ClientSecretCredential
from bench import account, measure
from bench.smoke_server import LIMITS

from modelyard.azure.target import Target, Transport
from modelyard.report.result import Check, Outcome
from modelyard.sandbox.control_client import HEADER
from modelyard.smoke import SmokeOptions, run

DEPLOYMENTS, RUNS = 100, 3
SLOW_SECONDS = 2.0
TIMES, MORE = 1.2, 2.0


def rows(folder: Path) -> list[measure.Row]:
    """One row: median seconds of the run, tokens fetched anew each time, against the bound."""
    names = [f"chat-{number:03}" for number in range(DEPLOYMENTS)]
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.smoke_server", str(folder / "smoke"), *names],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = json.loads(server.stdout.readline())
        slow = {"deployment": names[DEPLOYMENTS // 2], "delaySeconds": SLOW_SECONDS}
        httpx2.post(
            f"{said['proxy']}/_modelyard/faults", json=slow, headers={HEADER: said["control"]}, trust_env=False
        ).raise_for_status()
        found = [_run(said["environment"], names) for _ in range(RUNS)]
    finally:
        server.communicate("stop\n", timeout=20)
    seconds = statistics.median(total for total, _ in found)
    slowest = statistics.median(max(check.seconds for check in checks) for _, checks in found)
    bound, asked = TIMES * slowest + MORE, found[0][1]
    return [
        measure.Row(
            f"smoke, {DEPLOYMENTS} deployments",
            f"{seconds:.2f} s",
            f"≤ {TIMES} × slowest check + {MORE:.0f} s",
            seconds <= bound,
            f"{len(asked)} checks, the slowest {slowest:.2f} s, so {bound:.2f} s",
        )
    ]


def _run(environment: dict[str, str], names: list[str]) -> tuple[float, tuple[Check, ...]]:
    """Seconds and checks of one run; RuntimeError for one that didn't pass."""
    begun = time.perf_counter()
    checks = run(_outputs(names), _target(environment), SmokeOptions())
    seconds = time.perf_counter() - begun
    for check in checks:
        if check.outcome not in {Outcome.PASSED, Outcome.SKIPPED}:
            raise RuntimeError(f"{check.id} {check.subject}: {check.observed}, {check.reason}")
    return seconds, checks


def _outputs(names: list[str]) -> dict[str, Any]:
    deployment = {
        "model": account.MODEL["name"],
        "version": account.MODEL["version"],
        "format": account.MODEL["format"],
        "sku": "GlobalStandard",
        "tokensPerMinute": LIMITS["tokens"],
        "requestsPerMinute": LIMITS["requests"],
        "contentFilter": account.FILTER,
    }
    categories = ["hate", "sexual", "violence", "selfHarm"]
    return {
        "accountName": account.NAME,
        "inferenceEndpoint": f"https://{account.NAME}.services.ai.azure.com/models",
        "openaiEndpoint": f"https://{account.NAME}.openai.azure.com/",
        "deployments": dict.fromkeys(names, deployment),
        "contentFilters": {
            account.FILTER: {
                "blocklists": [account.BLOCKLIST],
                "categories": {"prompt": categories, "completion": categories},
            }
        },
        "blocklists": {account.BLOCKLIST: {"sample": account.entry(0)}},
    }


def _target(environment: dict[str, str]) -> Target:
    proxy, authority = environment["HTTPS_PROXY"], environment["SSL_CERT_FILE"]
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    login = ClientSecretCredential(
        *(environment[name] for name in names), proxies={"https": proxy}, connection_verify=authority
    )
    return Target(
        "sandbox",
        environment["AZURE_TENANT_ID"],
        environment["AZURE_SUBSCRIPTION_ID"],
        Transport(proxy, Path(authority)),
        lambda: login,
    )
