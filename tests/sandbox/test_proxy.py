"""The door: Azure's host names lead into the sandbox, every other name is refused so that the client's user sees it."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import httpx2
import pytest

from modelyard.sandbox import hosts
from modelyard.sandbox.protocol import HEAD_BYTES, HEAD_SECONDS, BoundedProtocol, configuration
from modelyard.sandbox.proxy import Connection, Door
from modelyard.sandbox.server import Running, serve

TENANT = "6d0c1b0e-5a4d-4a0a-9f0e-3b1f0f5a7e01"
DISCOVERY = "https://login.microsoftonline.com/common/discovery/instance"


@contextmanager
def connected(running: Running) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", running.port), timeout=10)) as raw:
        yield raw


def said(running: Running, request: bytes) -> bytes:
    """All that the server says to these bytes before it closes the connection."""
    with connected(running) as raw:
        raw.sendall(request)
        reply = b""
        while more := raw.recv(65536):
            reply += more
        return reply


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("login.microsoftonline.com", "entra"),
        ("LOGIN.Microsoftonline.com", "entra"),
        ("management.azure.com", "arm"),
        ("management.azure.com.", "arm"),
        ("contoso-ai.services.ai.azure.com", "inference"),
        ("contoso-ai.openai.azure.com", "inference"),
        ("contoso-ai.cognitiveservices.azure.com", "inference"),
        ("services.ai.azure.com", None),
        (".openai.azure.com", None),
        ("a.b.openai.azure.com", None),
        ("openai.azure.com.example.com", None),
        ("evil-management.azure.com", None),
        ("example.com", None),
        ("", None),
    ],
)
def test_only_azure_s_own_names_are_the_sandbox_s(host, service):
    assert hosts.service(host) == service


@pytest.mark.parametrize(
    "target", ["get.pulumi.com:443", "example.com:443", "169.254.169.254:443", "[::1]:443", "management.azure.com:80"]
)
def test_a_refusal_names_the_host_where_every_client_shows_it(running: Running, target: str):
    """Go, Python and curl show the status line of a refused CONNECT and drop the rest."""
    reply = said(running, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    line, _, rest = reply.partition(b"\r\n")
    assert line == f"HTTP/1.1 403 Refused by the Modelyard sandbox: it does not stand behind {target}".encode()
    assert b"management.azure.com" in rest, "what is served is told"


def test_a_client_tells_its_user_which_host_was_refused(client: httpx2.Client):
    with pytest.raises(httpx2.ProxyError, match=r"does not stand behind api\.example\.com:443"):
        client.get("https://api.example.com/")


def test_plain_http_is_refused_by_name(client: httpx2.Client):
    reply = client.get("http://management.azure.com/subscriptions")
    assert reply.status_code == 403
    assert "no plain HTTP to management.azure.com" in reply.text


HOSTILE = [
    (b"CONNECT management.azure.com:443\r\n\r\n", b"400"),
    (b"CONNECT management.azure.com HTTP/1.1\r\n\r\n", b"400"),
    (b"CONNECT man agement.azure.com:443 HTTP/1.1\r\n\r\n", b"400"),
    (b"CONNECT exa\xffmple.com:443 HTTP/1.1\r\n\r\n", b"400"),
    (b"CONNECT a\tb:443 HTTP/1.1\r\n\r\n", b"400"),
    (b"CONNECT management.azure.com:443 HTTP/1.1\r\n\r\n\x16\x03\x01", b"400"),
    (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
    (b"hello\r\n\r\n", b"400"),
    (b"\r\n\r\n", b"400"),
    (b"GET http://exa\r\nmple.com/ HTTP/1.1\r\n\r\n", b"400"),
    (b"CONNECT management.azure.com:443 HTTP/1.1\r\nx: " + b"y" * 20000, b"431"),
]


@pytest.mark.parametrize(("request_bytes", "status"), HOSTILE)
def test_nonsense_is_answered_and_ended(running: Running, request_bytes: bytes, status: bytes):
    """Whatever comes to the port, the server answers it, lets go of it and goes on."""
    reply = said(running, request_bytes)
    assert reply.startswith(b"HTTP/1.1 " + status)
    assert httpx2.get(f"{running.proxy}/_modelyard/status", trust_env=False).status_code == 200


def test_a_client_that_says_nothing_is_let_go():
    async def silent() -> bytes:
        loop = asyncio.get_running_loop()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        door = Door(context, asyncio.Protocol, asyncio.Protocol, lambda *_: None, head_seconds=0.01)
        server = await loop.create_server(lambda: Connection(door), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()
            server.close()

    assert asyncio.run(silent()) == b""


class Recorder(asyncio.Transport):
    """A transport that only notes how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = ""
        self.written = b""

    def write(self, data) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return bool(self.ended)

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "aborted"


def test_a_request_s_head_may_be_neither_endless_nor_slow():
    from uvicorn.server import ServerState

    async def behaviour() -> tuple[str, str]:
        config = configuration(lambda *_: None)  # type: ignore[arg-type]  # no request gets that far
        endless, slow = BoundedProtocol(config, ServerState()), BoundedProtocol(config, ServerState())
        ends = []
        for protocol in (endless, slow):
            transport = Recorder()
            protocol.connection_made(transport)
            ends.append(transport)
        endless.data_received(b"GET / HTTP/1.1\r\nx: ")
        for _ in range(HEAD_BYTES // 8192 + 1):
            endless.data_received(b"y" * 8192)
        slow.data_received(b"GET / HTTP/1.1\r\nx: ")
        now = asyncio.get_running_loop().time()
        slow.sweep(now)
        assert not ends[1].ended, "a moment is allowed"
        slow.sweep(now + HEAD_SECONDS + 1)
        return ends[0].ended, ends[1].ended

    assert asyncio.run(behaviour()) == ("closed", "aborted")


def tunnel(raw: socket.socket, host: str) -> None:
    raw.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    assert raw.recv(4096) == b"HTTP/1.1 200 Connection Established\r\n\r\n"


def test_a_request_that_comes_with_the_end_of_the_handshake_is_not_lost(running: Running):
    """Go does that: the last message of TLS and the request in one packet."""
    context = ssl.create_default_context(cafile=str(running.ca_file))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secured = context.wrap_bio(incoming, outgoing, server_hostname="login.microsoftonline.com")
    with connected(running) as raw:
        tunnel(raw, "login.microsoftonline.com")
        while True:
            try:
                secured.do_handshake()
                break
            except ssl.SSLWantReadError:
                raw.sendall(outgoing.read())
                incoming.write(raw.recv(65536))
        secured.write(
            b"GET /common/discovery/instance HTTP/1.1\r\nHost: login.microsoftonline.com\r\nConnection: close\r\n\r\n"
        )
        raw.sendall(outgoing.read())  # the end of the handshake and the request at once
        reply = b""
        while b"\r\n" not in reply:
            incoming.write(raw.recv(65536))
            with suppress(ssl.SSLWantReadError):
                reply += secured.read(65536)
        assert reply.startswith(b"HTTP/1.1 200 OK")


def test_http_1_1_is_agreed_on_and_the_certificate_names_the_host(running: Running):
    context = ssl.create_default_context(cafile=str(running.ca_file))
    context.set_alpn_protocols(["h2", "http/1.1"])
    for host in ("management.azure.com", "contoso-ai.services.ai.azure.com", "contoso-ai.openai.azure.com"):
        with connected(running) as raw:
            tunnel(raw, host)
            with context.wrap_socket(raw, server_hostname=host) as secured:
                assert secured.selected_alpn_protocol() == "http/1.1"
                assert secured.version() == "TLSv1.3"


def test_who_does_not_trust_the_authority_gets_no_further(running: Running):
    """The certificate is worth nothing outside the sandbox, and one client's distrust disturbs no other."""
    with connected(running) as raw:
        tunnel(raw, "management.azure.com")
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(raw, server_hostname="management.azure.com")
    assert httpx2.get(f"{running.proxy}/_modelyard/status", trust_env=False).status_code == 200


def test_a_host_header_that_is_nobody_s_is_misdirected(client: httpx2.Client):
    reply = client.get(DISCOVERY, headers={"host": "example.com"})
    assert reply.status_code == 421


def test_many_connections_at_once_are_all_served(running: Running):
    context = ssl.create_default_context(cafile=str(running.ca_file))

    async def ask_all() -> set[int]:
        limits = httpx2.Limits(max_connections=60)
        async with httpx2.AsyncClient(proxy=running.proxy, verify=context, trust_env=False, limits=limits) as http:
            replies = await asyncio.gather(*(http.get(DISCOVERY) for _ in range(60)))
            return {reply.status_code for reply in replies}

    assert asyncio.run(ask_all()) == {200}


def test_the_log_tells_what_happened_and_no_secret(running: Running, client: httpx2.Client):
    form = {"grant_type": "client_credentials", "client_secret": "hunter2", "client_id": "x"}
    client.post(f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token?sig=hunter3", data=form)
    said(running, b"CONNECT example.com:443 HTTP/1.1\r\n\r\n")
    client.get("https://login.microsoftonline.com/a%0Ab", headers={"authorization": "Bearer hunter4"})
    running.do(running.server.log.flush)
    log = running.home.log.read_text()
    assert f"POST login.microsoftonline.com/{TENANT}/oauth2/v2.0/token 400 " in log
    assert "CONNECT example.com:443 403 " in log
    assert "hunter" not in log
    assert len(log.splitlines()) == 3, "a path with a line break in it must not forge a line"


def test_the_end_of_the_server_frees_the_port_and_leaves_no_client_hanging(azure, tmp_path):
    with serve(azure, tmp_path / "sandbox") as running:
        port = running.port
        idle = socket.create_connection(("127.0.0.1", port), timeout=10)
        busy = socket.create_connection(("127.0.0.1", port), timeout=10)
        busy.sendall(b"CONNECT management.azure.com:443 HTTP/1.1\r\n\r\n")
        assert busy.recv(100)
    with closing(idle), closing(busy):
        for abandoned in (idle, busy):
            with suppress(ConnectionResetError):
                assert abandoned.recv(1) == b""
    with serve(azure, tmp_path / "sandbox", port=port) as again:
        assert again.port == port
