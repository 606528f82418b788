# ruff: noqa: N802 - the protocol names its calls so
"""What the language host answers to the engine.

Arguments of the program runner and the handling of its exit status follow the official host: 32 means that the
program's error has been shown already, so the engine must not add its own.
"""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

from modelyard.engine.languagehost.interpreter import Interpreter, dependencies, plugins
from modelyard.files import JsonDocument


class Children:
    """The processes a language host started, and their end. Safe to use from several threads.

    They stay in the host's process group, which the engine kills as a whole when it loses patience. The engine ends a
    run by SIGINT to that group, which a Python program would answer with a traceback. So the threads that start
    children block SIGINT, children inherit that, and the host ends them itself. After `end` nothing can be started any
    more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    @staticmethod
    def shield() -> None:
        """Blocks SIGINT in the calling thread, and so in what it starts."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def start(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: str | None,
        output: int | IO[bytes] | None,
    ) -> "subprocess.Popen[bytes]":
        """A child whose output goes to ours (`None`) or to pipes. ProcessLookupError when the host is ending."""
        with self._lock:
            if self._ended:
                raise ProcessLookupError("the language host is ending")
            child = subprocess.Popen(
                command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            self._running.add(child)
        return child

    def wait(self, child: "subprocess.Popen[bytes]") -> int:
        """The child's exit status; negative is a signal."""
        status = child.wait()
        with self._lock:
            self._running.discard(child)
        return status

    def stop(self, child: "subprocess.Popen[bytes]") -> None:
        """Ends one child now."""
        child.kill()

    def end(self) -> None:
        """Ends all of them now, and refuses new ones."""
        with self._lock:
            self._ended = True
            for child in self._running:
                child.kill()


ERROR_WAS_SHOWN = 32


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """One engine's host for Python programs and policy packs."""

    def __init__(
        self,
        *,
        engine: str,
        tracing: str,
        python: Path,
        executor: Path,
        environment: Mapping[str, str],
        children: Children,
    ) -> None:
        self._engine = engine
        self._tracing = tracing
        self._python = python
        self._executor = executor
        self._environment = environment
        self._children = children

    def Handshake(
        self, request: messages.LanguageHandshakeRequest, _context: grpc.ServicerContext
    ) -> messages.LanguageHandshakeResponse:
        """The engine's address, which replaces the one on the command line."""
        self._engine = request.engine_address or self._engine
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, _request: Empty, _context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """No version of our own: the engine takes any."""
        return plugin_pb2.PluginInfo()

    def GetRequiredPackages(
        self, request: messages.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        """The plugins that the installed packages need, so that a preview finds azure-native's own version."""
        found = plugins(self._interpreter(request.info, context).places(self._environment))
        return messages.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(name=one.name, kind="resource", version=one.version, server=one.server)
                for one in found
            ]
        )

    def Run(self, request: messages.RunRequest, context: grpc.ServicerContext) -> messages.RunResponse:
        """Runs the program to its end; its output is the host's output, which the engine shows."""
        try:
            interpreter = Interpreter.of(options(request.info), Path(request.info.root_directory), self._python)
            child = self._children.start(
                [interpreter.executable, "-u", self._executor, *self._arguments(request)],
                {
                    **interpreter.environment(self._environment),
                    "PULUMI_CONFIG": json.dumps(dict(request.config)),
                    "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
                },
                None,
                None,
            )
        except OSError as trouble:
            return messages.RunResponse(error=str(trouble))
        context.add_callback(lambda: self._children.stop(child))
        status = self._children.wait(child)
        if status == 0:
            return messages.RunResponse()
        if status == ERROR_WAS_SHOWN:
            return messages.RunResponse(bail=True)
        ended = f"was ended by signal {-status}" if status < 0 else f"exited with non-zero exit code: {status}"
        return messages.RunResponse(error=f"program {ended}")

    def _arguments(self, request: messages.RunRequest) -> list[str]:
        flags = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "tracing": self._tracing,
            "organization": request.organization,
        }
        given = [part for name, value in flags.items() if value for part in (f"--{name}", value)]
        return [*given, request.info.entry_point or request.program or ".", *request.args]

    def RunPlugin(
        self, request: messages.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        """Runs a policy pack (kind `analyzer`) by the SDK's `pulumi.policy`, any other plugin by its `__main__.py`."""
        interpreter = self._interpreter(request.info, context)
        folder = request.info.program_directory
        command = (
            ["-m", "pulumi.policy", *request.args, folder] if request.kind == "analyzer" else [folder, *request.args]
        )
        given = dict(entry.partition("=")[::2] for entry in request.env)
        child = self._children.start(
            [interpreter.executable, "-u", *command],
            interpreter.environment(given or self._environment),
            request.pwd or None,
            subprocess.PIPE,
        )
        context.add_callback(lambda: self._children.stop(child))
        for name, chunk in chunks({"stdout": child.stdout, "stderr": child.stderr}):
            if name == "stdout":
                yield messages.RunPluginResponse(stdout=chunk)
            else:
                yield messages.RunPluginResponse(stderr=chunk)
        yield messages.RunPluginResponse(exitcode=self._children.wait(child))

    def About(self, request: messages.AboutRequest, context: grpc.ServicerContext) -> messages.AboutResponse:
        """Which Python runs programs, for `pulumi about`."""
        interpreter = self._interpreter(request.info, context)
        version = interpreter.version(self._environment)
        return messages.AboutResponse(executable=str(interpreter.executable), version=version)

    def GetProgramDependencies(
        self, request: messages.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> messages.GetProgramDependenciesResponse:
        """What is installed where the program runs, for `pulumi about`."""
        places = self._interpreter(request.info, context).places(self._environment)
        return messages.GetProgramDependenciesResponse(
            dependencies=[
                messages.DependencyInfo(name=name, version=version)
                for name, version in dependencies(places, transitive=request.transitiveDependencies)
            ]
        )

    def InstallDependencies(
        self, request: messages.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.InstallDependenciesResponse]:
        """Installs nothing: a virtual environment belongs to whoever made it."""
        interpreter = self._interpreter(request.info, context)
        text = f"Using the packages installed for {interpreter.executable}; this language host installs none.\n"
        yield messages.InstallDependenciesResponse(stdout=text.encode())

    def Cancel(self, _request: Empty, _context: grpc.ServicerContext) -> Empty:
        """Ends what runs; the engine asks for it when somebody pressed Ctrl-C twice."""
        self._children.end()
        return Empty()

    def _interpreter(self, info: messages.ProgramInfo, context: grpc.ServicerContext) -> Interpreter:
        try:
            return Interpreter.of(options(info), Path(info.root_directory), self._python)
        except FileNotFoundError as trouble:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(trouble))
            raise  # never reached: `abort` raises, which its type doesn't say


def options(info: messages.ProgramInfo) -> JsonDocument:
    """`runtime.options` of Pulumi.yaml."""
    read: dict[str, Any] = MessageToDict(info.options)
    return read


def chunks(streams: Mapping[str, IO[bytes] | None]) -> Iterator[tuple[str, bytes]]:
    """What comes out of several streams, as it comes, until all have ended."""
    queue: SimpleQueue[tuple[str, bytes]] = SimpleQueue()

    def read(name: str, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                queue.put((name, line))
        queue.put((name, b""))

    opened = {name: stream for name, stream in streams.items() if stream is not None}
    for name, stream in opened.items():
        threading.Thread(target=read, args=(name, stream), daemon=True).start()
    left = len(opened)
    while left:
        name, chunk = queue.get()
        if chunk:
            yield name, chunk
        else:
            left -= 1
