"""What was acknowledged is there after a kill: 200 of them, at points that a seed decides.

Nobody shuts a sandbox down gently when a laptop's battery ends or a pipeline's job is cut off, and a deployment that
Pulumi's state knows and the sandbox has forgotten can't be told from a fault of the stack.
"""

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from modelyard.sandbox import remote
from modelyard.sandbox.failures import DoesNotAnswer, NotRunning
from modelyard.sandbox.home import Home
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
    """The same from outside: a client writes over HTTP while the server is killed under it."""
    home = Home(tmp_path / "sandbox")
    generator = random.Random(20261123)
    acknowledged = 0
    for _ in range(20):
        pid = nursery({"serve": str(home.path)})
        assert isinstance(pid, int)
        acknowledged = max(acknowledged, int(remote.ask(home, "GET", "clock")["advancedSeconds"]))
        before = acknowledged
        killer = threading.Timer(generator.uniform(0.0, 0.05), os.kill, (pid, signal.SIGKILL))
        killer.start()
        with suppress(DoesNotAnswer, NotRunning, http.client.HTTPException):
            while True:
                acknowledged = int(remote.advance(home, 1)["advancedSeconds"])
        killer.join()
        nursery({"bury": pid})
        kept = read_clock(home)
        assert acknowledged <= kept <= acknowledged + 1, f"from {before}: {acknowledged} acknowledged, {kept} kept"
    assert acknowledged > 20


def read_clock(home: Home) -> int:
    store = Store(home.database)
    document = store.get("settings", "clock") or {"advancedSeconds": 0}
    store.close()
    return int(document["advancedSeconds"])
