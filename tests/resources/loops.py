"""The event loops of a program that runs without an engine.

Pulumi takes the thread's current loop, and its mock monitor makes one more in every thread that serves it, which it
leaves to the garbage collector with three descriptors each. A command has that turned off, and one that looks at a
hundred stacks would run out of descriptors: so the threads get loops that are closed with them.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def loops() -> Iterator[None]:
    """A loop of its own for this thread and for each of its workers; all are closed at the end."""
    made: list[asyncio.AbstractEventLoop] = []

    def make() -> None:
        made.append(asyncio.new_event_loop())
        asyncio.set_event_loop(made[-1])

    make()
    workers = ThreadPoolExecutor(initializer=make)
    made[0].set_default_executor(workers)
    try:
        yield
    finally:
        made[0].run_until_complete(made[0].shutdown_asyncgens())
        workers.shutdown()
        for each in made:
            each.close()
        asyncio.set_event_loop(None)
