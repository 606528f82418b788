"""A process that has loaded all that a writer needs and forks one on request, so that a birth takes milliseconds.

It reads one order, a JSON object, from a line of its input and answers with one line:

    {"write": database, "seed": n}     fork a writer, kill it at a point the seed decides → what it had acknowledged
    {"serve": folder}                  fork a server, wait until it listens → its process id
    {"bury": process id}               wait for the end of a server that somebody killed → its process id
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from modelyard.sandbox import daemon
from modelyard.sandbox.store import Store


def write(database: str, generator: random.Random, acknowledge: int) -> None:
    """Write for ever: single documents, and pairs that belong together."""
    store = Store(Path(database))
    begun = generator.randrange(10**12)
    number = 0
    while True:
        key = f"{begun}-{number}"
        if generator.random() < 0.3:
            with store.transaction():
                store.put("left", key, {"n": number})
                store.put("right", key, {"n": number, "padding": "x" * generator.randrange(4000)})
        else:
            store.put("single", key, {"n": number, "padding": "x" * generator.randrange(4000)})
        os.write(acknowledge, f"{key}\n".encode())
        number += 1


def kill_a_writer(order: dict[str, Any]) -> list[str]:
    """Let a writer live for some acknowledgements and a moment more."""
    generator = random.Random(order["seed"])
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        write(order["write"], generator, say)
    os.close(say)
    heard = b""
    wanted = generator.randrange(0, 40)
    while heard.count(b"\n") < wanted:
        heard += os.read(hear, 4096)
    end = time.perf_counter() + generator.random() * 0.002
    while time.perf_counter() < end:
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(hear, 65536):
        heard += more
    os.close(hear)
    return heard.decode().split()


def serve(folder: str) -> int:
    """A server of the sandbox, listening."""
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        os._exit(daemon.run(Path(folder), port=None, tell=say))
    os.close(say)
    said = os.read(hear, 4096)
    os.close(hear)
    if said != b"ready":
        raise RuntimeError(said.decode())
    return child


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if "write" in order:
            answer: object = kill_a_writer(order)
        elif "serve" in order:
            answer = serve(order["serve"])
        else:
            answer = os.waitpid(order["bury"], 0)[0]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
