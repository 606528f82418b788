"""`python -m modelyard.engine.languagehost --executor FILE [flags] ENGINE`: what `pulumi-language-python` runs.

Every Pulumi command waits for this process, so it imports gRPC and the messages only: `import pulumi` alone would
take most of a second. The engine reads the port from our first line of output, and holds the other end of our
standard input without ever writing to it: when that ends, the engine is gone, however it went.
"""

import os
import select
import signal
import sys
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType


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

    # The engine says goodbye with SIGINT. The kernel may give a signal to any thread, gRPC's among them, so the handler
    # only has to make Python write to this pipe, which the main thread watches beside standard input.
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)

    environment = dict(os.environ)
    os.environ["GRPC_VERBOSITY"] = "NONE"  # the engine shows what we write as a diagnostic: gRPC must not chat
    bare("pulumi", "pulumi.runtime", "pulumi.runtime.proto")
    import grpc
    from pulumi.runtime.proto import language_pb2_grpc

    from modelyard.engine.languagehost.host import Children, LanguageHost

    children = Children()
    host = LanguageHost(
        engine=given.engine,
        tracing=given.tracing,
        python=Path(sys.executable),
        executor=given.executor,
        environment=environment,
        children=children,
    )
    server = grpc.server(
        ThreadPoolExecutor(thread_name_prefix="call", initializer=children.shield),
        options=[("grpc.max_receive_message_length", 400 * 1024 * 1024)],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while told not in select.select([told, 0], [], [])[0] and os.read(0, 4096):
        pass
    children.end()
    os._exit(0)  # the engine waits for us: no thread of gRPC's may hold this up, and nothing is left to write


if __name__ == "__main__":
    main()
