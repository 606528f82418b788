"""`python -m modelyard.engine.languagehost --executor FILE [flags] ENGINE`: what `pulumi-language-python` runs.

Every Pulumi command waits for this process, so it imports gRPC and the messages only: `import pulumi` alone would
take most of a second. The engine reads the port from our first line of output, and holds the other end of our
standard input without ever writing to it: when that ends, the engine is gone, however it went.
"""

import os
import signal
import sys
import threading
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import PathFinder
from pathlib import Path
from types import FrameType, ModuleType
from typing import NoReturn


def bare(*names: str) -> None:
    """Registers packages by their folders alone, so that modules in them import without running `__init__`."""
    path = None
    for name in names:
        spec = PathFinder.find_spec(name, path)
        if spec is None or spec.submodule_search_locations is None:
            raise ModuleNotFoundError(name)
        path = list(spec.submodule_search_locations)
        module = ModuleType(name)
        module.__path__ = path
        sys.modules[name] = module


def main() -> None:
    """Serves until the engine says or shows that it is done."""
    arguments = ArgumentParser(prog="pulumi-language-python")
    arguments.add_argument("--executor", type=Path, required=True)
    arguments.add_argument("--tracing", default="")
    arguments.add_argument("--logtostderr", action="store_true")
    arguments.add_argument("-v", dest="verbose", default="")
    arguments.add_argument("engine")
    given, _ = arguments.parse_known_args()

    bare("pulumi", "pulumi.runtime", "pulumi.runtime.proto")
    import grpc
    from pulumi.runtime.proto import language_pb2_grpc

    from modelyard.engine.languagehost.children import Children
    from modelyard.engine.languagehost.host import LanguageHost

    children = Children()

    def leave(_number: int = 0, _frame: FrameType | None = None) -> NoReturn:
        children.end()
        os._exit(0)  # the engine waits for us: no thread of gRPC's may hold this up, and nothing is left to write

    # The engine says goodbye with SIGINT. Blocked before any thread starts, it can only reach `sigwait` below; a
    # handler would run late or never where the kernel picks one of gRPC's threads. Children inherit the block.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, leave)
    host = LanguageHost(
        engine=given.engine,
        tracing=given.tracing,
        python=Path(sys.executable),
        executor=given.executor,
        environment=dict(os.environ),
        children=children,
    )
    server = grpc.server(
        ThreadPoolExecutor(thread_name_prefix="call"),
        options=[("grpc.max_receive_message_length", 400 * 1024 * 1024)],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()

    def watch() -> None:
        while os.read(0, 4096):
            pass
        leave()

    threading.Thread(target=watch, daemon=True).start()
    signal.sigwait({signal.SIGINT})
    leave()


if __name__ == "__main__":
    main()
