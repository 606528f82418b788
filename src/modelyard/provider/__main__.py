"""The plugin process: `python -m modelyard.provider [engine address]`. It prints its port and serves until told to end.

It ends on Cancel, on SIGINT and SIGTERM, and when the engine that started it is gone. What the environment says is
read here and nowhere else (proxy and certificates are read by the HTTP libraries themselves).
"""

import os
import signal
import sys
import threading
import types
from importlib.util import find_spec
from pathlib import Path

MESSAGE_BYTES = 400 * 1024 * 1024  # the engine's own limit
CALLS = 128
ANSWER_SECONDS = 4.0  # to answer the calls in flight, within the five that the engine grants
PARENT_SECONDS = 1.0


def import_protocol_only() -> None:
    """Let `pulumi.runtime.proto` be imported without the SDK around it, which would take most of the start-up time.

    The package objects are stand-ins that only say where their modules lie. Nothing in this process uses the SDK.
    """
    spec = find_spec("pulumi")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pulumi")
    folder = Path(spec.origin).parent
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        package = types.ModuleType(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package


def main() -> None:
    """Serve one provider instance; never returns but ends the process, for a thread may still wait for Azure."""
    parent = os.getppid()
    # The engine shows everything a plugin writes as a diagnostic of its own: gRPC must not chat.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    import_protocol_only()

    from concurrent.futures import ThreadPoolExecutor

    import grpc
    from pulumi.runtime.proto import provider_pb2_grpc

    from modelyard.provider.service import ProviderService

    stopping, ended = threading.Event(), threading.Event()

    def end(*_: object) -> None:
        stopping.set()
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    options = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(CALLS), options=options)
    service = ProviderService(dict(os.environ), stopping, ended.set)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()

    while not ended.wait(PARENT_SECONDS):
        if os.getppid() != parent:
            stopping.set()
            break
    server.stop(ANSWER_SECONDS).wait()
    os._exit(0)


if __name__ == "__main__":
    main()
