"""Faults to order: replies that come late, or are errors that Azure did not give for a reason. The sandbox's own.

A fault holds for requests whose method, host and path it matches, so many times. One that names a deployment holds for
calls of that deployment, wherever they name it; the inference endpoints ask for those themselves. Faults are kept in
memory only: a server that is started anew is sound.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from starlette.types import ASGIApp, Receive, Scope, Send

ABORT = "modelyard.abort"
"""Where `protocol` leaves the means to break a connection, in the scope's state."""

ONE_LINE = "Injected by the sandbox's fault settings."


@dataclass
class Fault:
    """One fault. `host`, `path` and `deployment` are patterns with * and ?; `status` 0 only delays; `times` 0 means for
    ever; `reset` breaks the connection instead of answering.

    Of calls of deployments only: `first_token_seconds` is how late a stream's first words are; with `stream_events`,
    status 429 or the reset come within the stream, after so many; `limit_percent` is what is left of the limits; with
    `filter_down` nothing is filtered, and replies say so.
    """

    method: str = "*"
    host: str = "*"
    path: str = "*"
    status: int = 0
    code: str = "InjectedFault"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    times: int = 0
    reset: bool = False
    deployment: str = ""
    first_token_seconds: float = 0.0
    stream_events: int = 0
    limit_percent: int = 100
    filter_down: bool = False

    def matches(self, method: str, host: str, path: str, deployment: str = "") -> bool:
        """Whether the fault holds for this request; one for deployments holds for none that calls no deployment."""
        if bool(self.deployment) != bool(deployment):
            return False
        wanted = (
            (self.method, method),
            (self.host.lower(), host.lower()),
            (self.path, path),
            (self.deployment.lower(), deployment.lower()),
        )
        return all(fnmatchcase(found, pattern) for pattern, found in wanted)


class Faults:
    """The faults that hold now, in the order they were asked for; the first that matches counts."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, fault: Fault) -> None:
        """Let this hold from the next request on."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Be sound again."""
        self._faults.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def take(self, method: str, host: str, path: str, deployment: str = "") -> Fault | None:
        """The fault for this request, which counts as one of its times."""
        for fault in self._faults:
            if fault.matches(method, host, path, deployment):
                if fault.times == 1:
                    self._faults.remove(fault)
                elif fault.times:
                    fault.times -= 1
                return fault
        return None


def faulty(app: ASGIApp, faults: Faults) -> ASGIApp:
    """The application as the faults let it be."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if faults:
            host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
            fault = faults.take(scope["method"], host.partition(":")[0], scope["path"])
            if fault is not None:
                await asyncio.sleep(fault.delay_seconds)
                if fault.reset:
                    await reset(scope, receive)
                    return
                if fault.status:
                    await _reply(fault, send)
                    return
        await app(scope, receive, send)

    return wrapped


async def reset(scope: Scope, receive: Receive) -> None:
    """Break the connection that the request came on, as a network would; ConnectionResetError where there is none."""
    abort = (scope.get("state") or {}).get(ABORT)
    if abort is None:
        raise ConnectionResetError(ONE_LINE)
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _reply(fault: Fault, send: Send) -> None:
    body = json.dumps({"error": {"code": fault.code, "message": ONE_LINE}}).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "x-modelyard-fault": "true",
        **{name.lower(): value for name, value in fault.headers.items()},
    }
    wire = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": wire})
    await send({"type": "http.response.body", "body": body})
