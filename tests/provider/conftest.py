"""A small Azure on loopback behind Azure's own host names, and the real plugin process pointed at it.

The plugin is driven over gRPC as the engine drives it. Only what it sends to Azure and what it answers to the engine is
looked at; nothing inside it is touched.
"""

import base64
import json
import os
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import grpc
import pytest
import trustme
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from modelyard.arm import resource_types
from modelyard.provider.values import decode, encode

TENANT = "6d0c1b0e-5a4d-4a0a-9f0e-3b1f0f5a7e01"
SUBSCRIPTION = "5a9db0c5-0000-4000-8000-000000000001"
CLIENT = "2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11"
OBJECT = "aaaaaaaa-0000-4000-8000-00000000000a"
SECRET = "the client's secret"

HOSTS = ("management.azure.com", "login.microsoftonline.com", "westus.management.azure.com")


@dataclass(frozen=True)
class Request:
    """One request as it arrived at ARM."""

    verb: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Canned:
    """A reply to give; None as status means to hang up without one."""

    status: int | None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class LoopbackAzure:
    """Keeps what is PUT and answers it to GET; `on` gives the next replies for a verb and a path instead."""

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, Any]] = {}
        self.requests: list[Request] = []
        self.claims: dict[str, Any] = {}
        self.refuses_login = False
        self._canned: dict[tuple[str, str], list[Canned]] = {}
        self._watchers: dict[str, Callable[[], object]] = {}
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.resources.clear()
            self.requests.clear()
            self._canned.clear()
            self._watchers.clear()
            self.refuses_login = False
            self.claims = {"appid": CLIENT, "oid": OBJECT, "tid": TENANT}

    def on(self, verb: str, path: str, *replies: tuple[Any, ...]) -> None:
        """Each reply is a status, a body and headers, of which the last may be left out."""
        self._canned.setdefault((verb, path.lower()), []).extend(Canned(*reply) for reply in replies)

    def when(self, verb: str, watcher: Callable[[], object]) -> None:
        """Call the watcher when such a request has arrived."""
        self._watchers[verb] = watcher

    def verbs(self) -> list[str]:
        """What was asked of ARM so far, in order."""
        return [request.verb for request in self.requests]

    def answer(self, request: Request) -> Canned:
        with self._lock:
            self.requests.append(request)
            self._watchers.get(request.verb, int)()
            if canned := self._canned.get((request.verb, request.path.lower())):
                return canned.pop(0)
            return self._stored(request)

    def _stored(self, request: Request) -> Canned:
        key = request.path.lower()
        if request.verb == "PUT":
            known = resource_types.row_for_id(request.path)
            existed = key in self.resources
            properties = {"provisioningState": "Succeeded", **request.body.get("properties", {})}
            self.resources[key] = {
                "id": request.path,
                "name": request.path.rpartition("/")[2],
                "type": known[0].type if known else "",
                "etag": f'"{len(self.requests)}"',
                **request.body,
                "properties": properties,
            }
            return Canned(200 if existed else 201, self.resources[key])
        if key not in self.resources:
            text = f"The Resource '{request.path}' was not found."
            return Canned(404, {"error": {"code": "ResourceNotFound", "message": text}})
        if request.verb == "DELETE":
            del self.resources[key]
            return Canned(200)
        return Canned(200, self.resources[key])

    def token(self) -> Canned:
        if self.refuses_login:
            text = "AADSTS7000215: Invalid client secret provided."
            return Canned(401, {"error": "invalid_client", "error_description": text})
        payload = base64.urlsafe_b64encode(json.dumps(self.claims).encode()).decode().rstrip("=")
        return Canned(200, {"access_token": f"e30.{payload}.c2ln", "token_type": "Bearer", "expires_in": 3600})


class Handler(BaseHTTPRequestHandler):
    """CONNECT, then TLS on the same socket, then HTTP for whatever host was asked for."""

    protocol_version = "HTTP/1.1"
    azure: LoopbackAzure
    tls: ssl.SSLContext

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.connection)  # type: ignore[attr-defined]
        self.close_connection = False

    def _serve(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if self.headers["Host"].startswith("login."):
            reply = self._entra(url.path)
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(raw) if raw else None
            reply = self.azure.answer(Request(self.command, unquote(url.path), url.query, headers, body))
        if reply.status is None:
            self.close_connection = True
            return
        content = b"" if reply.body is None else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815 - http.server's names

    def _entra(self, path: str) -> Canned:
        if path.endswith("/oauth2/v2.0/token"):
            return self.azure.token()
        authority = f"https://login.microsoftonline.com/{TENANT}"
        if path.endswith("/discovery/instance"):
            return Canned(200, {"tenant_discovery_endpoint": f"{authority}/v2.0", "metadata": []})
        return Canned(
            200,
            {
                "issuer": f"{authority}/v2.0",
                "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
                "token_endpoint": f"{authority}/oauth2/v2.0/token",
            },
        )

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in http.server
        """Silent: pytest shows what matters."""


@dataclass(frozen=True)
class Loopback:
    """The small Azure, and what a process needs in its environment to meet it."""

    azure: LoopbackAzure
    environment: dict[str, str]


@pytest.fixture(scope="session")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    authority = trustme.CA()
    trusted = tmp_path_factory.mktemp("trust") / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    azure = LoopbackAzure()
    handler = type("BoundHandler", (Handler,), {"azure": azure, "tls": context})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    proxy = f"http://127.0.0.1:{server.server_address[1]}"
    yield Loopback(
        azure,
        {
            "PATH": os.environ["PATH"],
            "HTTPS_PROXY": proxy,
            "NO_PROXY": "127.0.0.1,localhost",
            "SSL_CERT_FILE": str(trusted),
            "REQUESTS_CA_BUNDLE": str(trusted),
            "ARM_TENANT_ID": TENANT,
            "ARM_CLIENT_ID": CLIENT,
            "ARM_CLIENT_SECRET": SECRET,
            "ARM_SUBSCRIPTION_ID": SUBSCRIPTION,
        },
    )
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def azure(loopback: Loopback) -> LoopbackAzure:
    """The small Azure, empty."""
    loopback.azure.reset()
    return loopback.azure


def urn(token: str, name: str = "chat") -> str:
    return f"urn:pulumi:dev::shop::modelyard:index:Yard${token}::{name}"


class Engine:
    """Drives one plugin process over gRPC with the messages that Pulumi's engine sends."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-I", "-m", "modelyard.provider", "127.0.0.1:1"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.PIPE, env=environment
        )
        assert self.process.stdout is not None
        port = int(self.process.stdout.readline())
        options = [("grpc.max_metadata_size", 1 << 20)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=options)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def close(self) -> tuple[int, str]:
        """End the process as the engine does; its exit status and what it wrote to stderr."""
        if self.process.poll() is None:
            self.stub.Cancel(Empty())
        self.channel.close()
        _, written = self.process.communicate(timeout=10)
        return self.process.returncode, written.decode()

    urn = staticmethod(urn)
    encode = staticmethod(encode)

    def configure(self, **settings: Any) -> Any:
        return self.stub.Configure(
            messages.ConfigureRequest(
                args=encode(settings), acceptSecrets=True, sends_old_inputs=True, sends_old_inputs_to_delete=True
            )
        )

    def check(self, token: str, news: dict[str, Any], olds: dict[str, Any] | None = None, **rest: Any) -> Any:
        return self.stub.Check(
            messages.CheckRequest(urn=urn(token), news=encode(news), olds=encode(olds or {}), **rest)
        )

    def diff(self, token: str, old: dict[str, Any], new: dict[str, Any], outputs: dict[str, Any] | None = None) -> Any:
        return self.stub.Diff(
            messages.DiffRequest(
                id="/x", urn=urn(token), old_inputs=encode(old), olds=encode(outputs or {}), news=encode(new)
            )
        )

    def create(self, token: str, inputs: dict[str, Any], *, preview: bool = False, timeout: float = 0) -> Any:
        return self.stub.Create(
            messages.CreateRequest(urn=urn(token), properties=encode(inputs), preview=preview, timeout=timeout)
        )

    def update(
        self, token: str, arm_id: str, new: dict[str, Any], outputs: dict[str, Any], *, preview: bool = False
    ) -> Any:
        return self.stub.Update(
            messages.UpdateRequest(id=arm_id, urn=urn(token), news=encode(new), olds=encode(outputs), preview=preview)
        )

    def read(
        self, token: str, arm_id: str, inputs: dict[str, Any] | None = None, outputs: dict[str, Any] | None = None
    ) -> Any:
        return self.stub.Read(
            messages.ReadRequest(
                id=arm_id, urn=urn(token), inputs=encode(inputs or {}), properties=encode(outputs or {})
            )
        )

    def delete(self, token: str, arm_id: str) -> Any:
        return self.stub.Delete(messages.DeleteRequest(id=arm_id, urn=urn(token)))

    def invoke(self, token: str, **arguments: Any) -> Any:
        return self.stub.Invoke(messages.InvokeRequest(tok=token, args=encode(arguments)))


@pytest.fixture(scope="module")
def shared_engine(loopback: Loopback) -> Iterator[Engine]:
    engine = Engine(loopback.environment)
    engine.configure()
    yield engine
    status, written = engine.close()
    assert (status, written) == (0, ""), "the engine shows what a plugin writes as the user's problem"


@pytest.fixture
def engine(shared_engine: Engine, azure: LoopbackAzure) -> Engine:
    """A configured plugin in front of an empty Azure."""
    return shared_engine


@pytest.fixture
def start(loopback: Loopback, azure: LoopbackAzure) -> Iterator[Any]:
    """Starts plugins of one's own, with a changed environment."""
    started: list[Engine] = []

    def begin(**changes: str | None) -> Engine:
        environment = {**loopback.environment, **{k: v for k, v in changes.items() if v is not None}}
        for name, value in changes.items():
            if value is None:
                environment.pop(name, None)
        started.append(Engine(environment))
        return started[-1]

    yield begin
    for engine in started:
        engine.close()


@pytest.fixture
def partial() -> Any:
    """Reads the state that a failed create or update tells the engine to keep."""

    def read(error: grpc.RpcError) -> Any:
        told = status_pb2.Status()
        metadata = {item.key: item.value for item in error.trailing_metadata()}
        told.ParseFromString(metadata["grpc-status-details-bin"])
        detail = messages.ErrorResourceInitFailed()
        assert told.details[0].Unpack(detail)
        return detail

    return read


@pytest.fixture
def properties() -> Any:
    """Decodes the properties of a reply."""
    return decode


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "pulumi home"
