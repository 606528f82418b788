"""What a client is told when the sandbox itself made a mistake: that it did, so that nobody looks for it in Azure.

The exception goes on to the server, which writes it to the sandbox's log.
"""

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = json.dumps(
    {
        "error": {
            "code": "SandboxMistake",
            "message": "The Modelyard sandbox made a mistake in answering this. Azure didn't say it. Its log has the "
            "details: modelyard sandbox logs",
        }
    }
).encode()


def owned_up(app: ASGIApp) -> ASGIApp:
    """The application, with a reply of its own to whatever it didn't expect."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, watched)
        except Exception:
            if not begun:
                headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]
                headers.append((b"x-modelyard-note", b"a mistake of the sandbox's, not of Azure's"))
                await send({"type": "http.response.start", "status": 500, "headers": headers})
                await send({"type": "http.response.body", "body": BODY})
            raise

    return wrapped
