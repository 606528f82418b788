"""The life of the server process: take the folder's lock, open the state, listen, serve, and leave a closed file."""

import asyncio
import json
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from modelyard import __version__
from modelyard.failures import Failure
from modelyard.sandbox import seed_data
from modelyard.sandbox.access_log import LogFile
from modelyard.sandbox.failures import DamagedState
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.lock import Held, SandboxLock
from modelyard.sandbox.server import Server, new_loop
from modelyard.sandbox.state_dir import Home, write_private
from modelyard.sandbox.store import NewerDatabase, NotWritten

PREFERRED_PORT = 7443
REFUSED_BY_THE_DISK = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}
)


def run(path: Path, *, port: int | None, tell: int | None) -> int:
    """Serve this folder until a signal says otherwise. `tell` is closed once it has been said how the start went."""
    os.umask(0o077)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    home = Home(path.absolute())
    try:
        home.make()
        os.chdir(home.path)
        lock = SandboxLock(home.lock)
        lock.take()
        home.prepare()
        azure = _open(home)
    except Held:
        return _fail(tell, "another server runs in this folder")
    except Failure as failure:
        return _fail(tell, failure.what, failure.remedy)
    except (OSError, NotWritten) as error:
        refused = Failure.of("sandbox.folder-not-writable", folder=home.path, why=error)
        return _fail(tell, refused.what, refused.remedy)
    loop = new_loop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(_serve(azure, home, port, tell))
    finally:
        azure.store.close()
        loop.close()
        lock.release()


async def _serve(azure: LocalAzure, home: Home, port: int | None, tell: int | None) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Server(azure, home, write_log=LogFile(home.log).write)
    try:
        listening = await _listen(server, [port] if port is not None else _ports(home))
    except OSError as error:
        return _fail(tell, f"port {port} can't be had: {error.strerror or error}")
    _note(azure, home, listening)
    _tell(tell, "ready")
    await stop.wait()
    await server.close()
    return 0


def _open(home: Home) -> LocalAzure:
    secrets = home.secrets()
    try:
        azure = LocalAzure.open(home.database)
        seed_data.seed(azure, client_id=secrets.client_id, client_secret=secrets.client_secret)
    except NewerDatabase as error:
        raise DamagedState.of("sandbox.damaged-state", case="newer", file=home.database, why=error) from error
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in REFUSED_BY_THE_DISK:
            raise Failure.of("sandbox.folder-not-writable", folder=home.path, why=error) from error
        raise DamagedState.of("sandbox.damaged-state", case="state", file=home.database, why=error) from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:  # documents of an unknown form
        why = f"{type(error).__name__}: {error}"
        raise DamagedState.of("sandbox.damaged-state", case="state", file=home.database, why=why) from error
    return azure


def _ports(home: Home) -> Iterable[int]:
    """The port it had before, the one it would like, any."""
    with suppress(DamagedState):
        yield home.running()["port"]
    yield PREFERRED_PORT
    yield 0


async def _listen(server: Server, ports: Iterable[int]) -> int:
    refused = OSError("no port was named")
    for port in ports:
        try:
            return await server.start(port)
        except OSError as error:
            refused = error
    raise refused


def _note(azure: LocalAzure, home: Home, port: int) -> None:
    state = {
        "pid": os.getpid(),
        "port": port,
        "version": __version__,
        "startedAt": datetime.now(UTC).isoformat(),
        "tenantId": azure.tenant_id,
        "subscriptionId": azure.subscription_id,
    }
    write_private(home.state, json.dumps(state, indent=2) + "\n")


def _tell(descriptor: int | None, word: str) -> None:
    if descriptor is not None:
        os.write(descriptor, word.encode())
        os.close(descriptor)


def _fail(descriptor: int | None, why: str, remedy: str | None = None) -> int:
    logging.getLogger(__name__).error(why)
    _tell(descriptor, f"{why}\n{remedy}" if remedy else why)
    return 5
