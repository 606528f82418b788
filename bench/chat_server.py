"""The server of `bench.chat`: the sandbox, and beside it a bare Starlette application on the same uvicorn protocol."""

import asyncio
import json
import sys
from pathlib import Path

from bench import account
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from modelyard.sandbox import seed_data
from modelyard.sandbox.certificates import Certificates
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.protocol import BoundedProtocol, configuration
from modelyard.sandbox.server import serve

HOST = f"{account.NAME}.services.ai.azure.com"
BODY = json.dumps({"model": "chat", "messages": [{"role": "user", "content": "Say hello."}]})


def main(home: Path) -> None:
    """Serve until a line comes on standard input; tell on standard output what to send where."""
    azure = LocalAzure.open()
    with serve(azure, home) as running:
        running.do(lambda: account.put(azure, ["chat"]))
        token = running.do(
            lambda: tokens.issue(azure, seed_data.object_id("pipeline"), "https://cognitiveservices.azure.com")
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
