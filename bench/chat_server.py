"""The server of `bench.chat`: the sandbox, and beside it a bare Starlette application on the same uvicorn protocol."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from modelyard.sandbox import seed
from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.certificates import Certificates
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.protocol import BoundedProtocol, configuration
from modelyard.sandbox.server import serve

HOST = "bench.services.ai.azure.com"
BODY = json.dumps({"model": "chat", "messages": [{"role": "user", "content": "Say hello."}]})
GROUP = "/subscriptions/{subscription}/resourceGroups/bench"
ENTRIES = 50
UNLIMITED = [{"key": key, "renewalPeriod": 60, "count": 10**9} for key in ("request", "token")]


def main(home: Path) -> None:
    """Serve until a line comes on standard input; tell on standard output what to send where."""
    azure = LocalAzure.open()
    with serve(azure, home) as running:
        running.do(lambda: deploy(azure))
        token = running.do(
            lambda: tokens.issue(azure, seed.object_id("pipeline"), "https://cognitiveservices.azure.com")
        )
        bare = asyncio.run_coroutine_threadsafe(listen(home), running.loop).result()
        head = f"Host: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"
        path = "/models/chat/completions?api-version=2024-05-01-preview"
        facts = {
            "host": HOST,
            "port": running.port,
            "barePort": bare.sockets[0].getsockname()[1],
            "ca": str(running.ca_file),
            "request": f"POST {path} HTTP/1.1\r\n{head}Authorization: Bearer {token}\r\n\r\n{BODY}",
            "bareRequest": f"POST {path} HTTP/1.1\r\n{head}\r\n{BODY}",
        }
        print(json.dumps(facts), flush=True)
        sys.stdin.readline()
        running.loop.call_soon_threadsafe(bare.close)


def deploy(azure: LocalAzure) -> None:
    """One account with one deployment that no limit stops, under a content filter of its own with a blocklist; put
    straight into the store, for ARM is not measured here.
    """
    group = GROUP.format(subscription=azure.subscription_id)
    account = f"{group}/providers/Microsoft.CognitiveServices/accounts/bench"
    deployment = f"{account}/deployments/chat"
    azure.store.put("subdomains", "bench", {"account": account})
    azure.store.put(
        "resources",
        account.lower(),
        {
            "id": account,
            "name": "bench",
            "type": "Microsoft.CognitiveServices/accounts",
            "location": "swedencentral",
            "kind": "AIServices",
            "properties": {
                "customSubDomainName": "bench",
                "disableLocalAuth": True,
                "publicNetworkAccess": "Enabled",
                "provisioningState": "Succeeded",
            },
        },
    )
    azure.store.put(
        "resources",
        deployment.lower(),
        {
            "id": deployment,
            "name": "chat",
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "sku": {"name": "GlobalStandard", "capacity": 50},
            "properties": {
                "model": {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"},
                "provisioningState": "Succeeded",
                "raiPolicyName": "strict",
                "rateLimits": UNLIMITED,
            },
        },
    )
    for name, properties in guards():
        azure.store.put("resources", f"{account}/{name}".lower(), {"name": name, "properties": properties})


def guards() -> Iterator[tuple[str, dict[str, Any]]]:
    """A filter that is stricter than Azure's own, and a blocklist of plain entries with one expression among them."""
    both = ("Prompt", "Completion")
    filters = [
        {"name": name, "source": source, "severityThreshold": "Low", "blocking": True, "enabled": True}
        for name in ("Hate", "Sexual", "Violence", "Selfharm")
        for source in both
    ]
    attached = [{"blocklistName": "house-words", "blocking": True, "source": source} for source in both]
    yield (
        "raiPolicies/strict",
        {"basePolicyName": "Microsoft.DefaultV2", "contentFilters": filters, "customBlocklists": attached},
    )
    for number in range(ENTRIES):
        is_regex = number == ENTRIES - 1
        pattern = r"\bEMP-\d{6}\b" if is_regex else f"project codename {number}"
        yield (
            f"raiBlocklists/house-words/raiBlocklistItems/entry-{number}",
            {"pattern": pattern, "isRegex": is_regex},
        )


async def listen(home: Path) -> asyncio.Server:
    """The bare application, over TLS with the sandbox's certificate."""

    async def answer(request: Request) -> JSONResponse:
        asked = await request.json()
        return JSONResponse({"model": asked["model"], "choices": []})

    app = Starlette(routes=[Route("/models/chat/completions", answer, methods=["POST"])])
    settings, state = configuration(app), ServerState()
    context = Certificates(home / "certificates").server_context()
    return await asyncio.get_running_loop().create_server(
        lambda: BoundedProtocol(settings, state), "127.0.0.1", 0, ssl=context
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
