"""What was acknowledged is there after a kill: 200 of them, at points that a seed decides.

Nobody shuts a sandbox down gently when a laptop's battery ends or a pipeline's job is cut off, and a deployment that
Pulumi's state knows and the sandbox has forgotten can't be told from a fault of the stack.
"""

import itertools
import json
import os
import random
import signal
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx2
import pytest

from modelyard.failures import Failure
from modelyard.sandbox import SUBSCRIPTION_ID, control_client
from modelyard.sandbox.certificates import Certificates
from modelyard.sandbox.state_dir import Home
from modelyard.sandbox.store import Store

Ask = Callable[[dict[str, object]], object]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Ask]:
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("nursery.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    orders, answers = process.stdin, process.stdout

    def ask(order: dict[str, object]) -> object:
        orders.write(json.dumps(order) + "\n")
        orders.flush()
        return json.loads(answers.readline())

    with process:
        yield ask
        orders.close()
        process.wait(timeout=20)


def test_200_kills_lose_nothing_that_was_acknowledged(nursery: Ask, tmp_path: Path):
    database = tmp_path / "azure.sqlite"
    promised: set[str] = set()
    for seed in range(200):
        acknowledged = nursery({"write": str(database), "seed": seed})
        assert isinstance(acknowledged, list)
        promised.update(acknowledged)
        if seed % 10 == 9 or seed < 10:
            check(database, promised)
    check(database, promised)
    assert len(promised) > 1000, "the writers hardly wrote, so nothing was proved"


def check(database: Path, promised: set[str]) -> None:
    with closing(sqlite3.connect(database)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = Store(database)
    held = {name: {key for key, _ in store.scan(name)} for name in ("single", "left", "right")}
    store.close()
    assert held["left"] == held["right"], "half a transaction is there"
    assert promised <= held["single"] | held["left"]


def test_kills_of_the_server_lose_nothing_that_was_acknowledged(nursery: Ask, tmp_path: Path):
    """The same from outside: a client of ARM's declares resource groups while the server is killed under it."""
    home = Home(tmp_path / "sandbox")
    generator = random.Random(20261123)
    promised: set[str] = set()
    for number in range(200):
        if number >= 20 and len(promised) > 20:  # a busy machine needs more tries to write anything at all
            break
        pid = nursery({"serve": str(home.path)})
        assert isinstance(pid, int)
        killer = threading.Timer(generator.uniform(0.02, 0.1), os.kill, (pid, signal.SIGKILL))
        killer.start()
        with suppress(httpx2.TransportError, Failure):
            for group in declared(home, f"rg-{number}"):
                promised.add(group)
        killer.join()
        nursery({"bury": pid})
        store = Store(home.database)
        held = {document["name"] for _, document in store.scan("resources") if "rg-" in str(document.get("name"))}
        store.close()
        assert promised <= held
    assert len(promised) > 20, "the client hardly wrote, so nothing was proved"


def declared(home: Home, prefix: str) -> Iterator[str]:
    """Resource groups without end, each named once ARM has acknowledged it."""
    port = json.loads(home.state.read_text())["port"]
    headers = {"authorization": f"Bearer {control_client.token(home, 'pipeline', 'https://management.azure.com')}"}
    trust = ssl.create_default_context(cafile=str(Certificates(home.certificates).trust_file))
    subscription = f"https://management.azure.com/subscriptions/{SUBSCRIPTION_ID}/resourceGroups"
    with httpx2.Client(proxy=f"http://127.0.0.1:{port}", verify=trust, headers=headers, trust_env=False) as http:
        for number in itertools.count():
            name = f"{prefix}-{number}"
            reply = http.put(f"{subscription}/{name}?api-version=2024-03-01", json={"location": "swedencentral"})
            assert reply.status_code == 201, reply.text
            yield name
