"""The sandbox as a server: its services behind one door, on one loop, in this process or in a thread of it.

`app` is the ASGI application behind all of Azure's host names; `Server` puts it behind the proxy; `serve` runs a
server in a thread, for tests and for programs that embed the sandbox.
"""

import asyncio
import errno
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from modelyard.sandbox import control, entra, hosts, seed_data
from modelyard.sandbox.access_log import AccessLog, LogFile, logged
from modelyard.sandbox.certificates import Certificates
from modelyard.sandbox.control_request import ControlBody
from modelyard.sandbox.environment import environment
from modelyard.sandbox.faults import Faults, faulty
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.protocol import BoundedProtocol, configuration
from modelyard.sandbox.proxy import Connection, Door
from modelyard.sandbox.request_body import own_reply, owned_up
from modelyard.sandbox.state_dir import Home

T = TypeVar("T")

SWEEP_SECONDS = 5.0
GRACE_SECONDS = 3.0
FLUSH_SECONDS = 0.05


def app(azure: LocalAzure, faults: Faults | None = None) -> ASGIApp:
    """The services of the local Azure, each behind its host names; a name that is none of them gets 421.

    `faults` are those of calls of deployments; `faulty` is where the others are applied.
    """
    from modelyard.sandbox import arm, inference

    services: Mapping[str, ASGIApp] = {
        "entra": entra.app(azure),
        "arm": arm.app(azure),
        "graph": entra.graph.app(azure),
        "inference": inference.app(azure, faults),
    }

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        service = hosts.service(host.partition(":")[0])
        await (services[service] if service else _misdirected)(scope, receive, send)

    return dispatch


async def _misdirected(scope: Scope, receive: Receive, send: Send) -> None:
    text = "The sandbox does not stand behind the host that this request names."
    await own_reply(421, "MisdirectedRequest", text, "the sandbox's own")(scope, receive, send)


class Server:
    """One listening socket and everything behind it. Make, start and close it on the loop it runs on."""

    def __init__(self, azure: LocalAzure, home: Home, *, write_log: Callable[[str], object]) -> None:
        """`home` must be prepared. `write_log` takes lines of the access log, several at a time."""
        certificates = Certificates(home.certificates)
        certificates.prepare()
        self._loop = asyncio.get_running_loop()
        self._started = time.monotonic()
        self.log = AccessLog(write_log, self._loop)
        self._state = ServerState()
        faults = Faults()
        tunnel = configuration(logged(owned_up(faulty(app(azure, faults), faults)), self.log))
        inside = configuration(logged(owned_up(control.app(azure, home, faults, self.facts)), self.log))
        self._door = Door(
            context=certificates.server_context(),
            tunnel=lambda: BoundedProtocol(tunnel, self._state),
            control=lambda: BoundedProtocol(inside, self._state),
            refused=lambda host, status: self.log.add("CONNECT", host, "", status, 0.0),
        )
        self._listener: asyncio.Server | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.port = 0

    async def start(self, port: int = 0) -> int:
        """Listen on loopback and tell the port; OSError where the port is taken."""
        self._listener = await self._loop.create_server(lambda: Connection(self._door), "127.0.0.1", port, backlog=512)
        sockets = self._listener.sockets
        if not sockets or sockets[0] is None:
            # Two processes may bind a port at the same moment; uvloop tells the loser by a missing socket.
            raise OSError(errno.EADDRINUSE, "the port was taken at the same moment")
        self.port = sockets[0].getsockname()[1]
        self._tell_the_date()
        self._sweep()
        return self.port

    async def close(self) -> None:
        """Take no more connections, let replies be finished for a few seconds, and end the rest."""
        if self._listener is not None:
            self._listener.close()
        for timer in self._timers.values():
            timer.cancel()
        for undecided in list(self._door.undecided):
            undecided.abort()
        for connection in list(self._state.connections):
            connection.shutdown()
        for handshake in self._door.tasks:
            handshake.cancel()
        unfinished = set(self._state.tasks)
        if unfinished:
            _, unfinished = await asyncio.wait(unfinished, timeout=GRACE_SECONDS)
        for task in unfinished:
            task.cancel()
        if self._state.connections:
            await asyncio.sleep(FLUSH_SECONDS)  # what was written last is on its way through TLS
        for connection in list(self._state.connections):
            connection.transport.abort()
        self.log.flush()

    def facts(self) -> ControlBody:
        """What the control API says of the server."""
        return {
            "port": self.port,
            "uptimeSeconds": round(time.monotonic() - self._started, 3),
            "requests": self.log.requests,
            "connections": len(self._state.connections),
        }

    def _tell_the_date(self) -> None:
        """Keep the Date header right: real time, for it is HTTP's and not Azure's."""
        self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
        self._timers["date"] = self._loop.call_later(1.0, self._tell_the_date)

    def _sweep(self) -> None:
        now = self._loop.time()
        for connection in list(self._state.connections):
            if isinstance(connection, BoundedProtocol):
                connection.sweep(now)
        self._timers["sweep"] = self._loop.call_later(SWEEP_SECONDS, self._sweep)


@dataclass(frozen=True)
class Running:
    """A sandbox that runs in a thread of this process."""

    azure: LocalAzure
    home: Home
    port: int
    ca_file: Path
    environment: Mapping[str, str] = field(repr=False)  # there is a secret in it
    server: Server = field(repr=False)
    loop: asyncio.AbstractEventLoop = field(repr=False)

    @property
    def proxy(self) -> str:
        """The proxy's URL."""
        return f"http://127.0.0.1:{self.port}"

    def do(self, action: Callable[[], T]) -> T:
        """Run something on the server's loop, where the store may be changed, and give back what it gave."""

        async def act() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(act(), self.loop).result()


@contextmanager
def serve(azure: LocalAzure, home: Path, port: int = 0) -> Iterator[Running]:
    """Seed this local Azure and serve it from a thread for as long as the context lasts. The store stays open."""
    where = Home(home)
    where.prepare()
    secrets = where.secrets()
    seed_data.seed(azure, client_id=secrets.client_id, client_secret=secrets.client_secret)
    loop = new_loop()
    thread = threading.Thread(target=loop.run_forever, name="modelyard-sandbox", daemon=True)
    thread.start()

    async def start() -> Server:
        server = Server(azure, where, write_log=LogFile(where.log).write)
        await server.start(port)
        return server

    try:
        server = asyncio.run_coroutine_threadsafe(start(), loop).result()
        try:
            yield Running(
                azure=azure,
                home=where,
                port=server.port,
                ca_file=Certificates(where.certificates).trust_file,
                environment=environment(
                    where, server.port, tenant_id=azure.tenant_id, subscription_id=azure.subscription_id
                ),
                server=server,
                loop=loop,
            )
        finally:
            asyncio.run_coroutine_threadsafe(server.close(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def new_loop() -> asyncio.AbstractEventLoop:
    """An event loop of uvloop's where there is uvloop."""
    try:
        import uvloop
    except ImportError:  # Windows has none
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
