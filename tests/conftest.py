"""What every test stands on: the options that name things outside the tree, and a guard on the network."""

import ipaddress
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from joserfc.jwk import RSAKey

# How long an example takes says more of what else the machine does than of the law that it tries.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--shared", type=Path, help="folder with Microsoft's policy definitions and cases, where there is one"
    )
    parser.addoption("--cache", type=Path, help="folder that holds the built engine (default: the user's cache)")


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest) -> Path:
    """Material that is not part of this repository; a clone without it says what it skipped."""
    folder: Path | None = request.config.getoption("--shared")
    if folder is None:
        pytest.skip("--shared names no folder: Microsoft's definitions and cases are not part of this repository")
    if not folder.is_dir():
        pytest.fail(f"--shared {folder} is not a folder")
    return folder.resolve()


@pytest.fixture(scope="session")
def signing_key() -> Mapping[str, Any]:
    """The tenant's key, made once for all tests, for that takes a tenth of a second."""
    return dict(RSAKey.generate_key(2048, private=True, auto_kid=True).as_dict(private=True))


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket, which has a path and reaches nobody else
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_the_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"} and not _is_loopback(arguments[1]):
        raise OSError(f"tests reach loopback only; refused to connect to {arguments[1]}")
    if event == "socket.getaddrinfo" and not _is_loopback((arguments[0] or "127.0.0.1",)):
        raise OSError(f"tests look up no names; refused to look up {arguments[0]}")


sys.addaudithook(_refuse_the_network)


@pytest.fixture(scope="session", autouse=True)
def _guard_is_on() -> None:
    """A guard that has come off would let a test pass by the help of the network, so every run tries it once."""
    with pytest.raises(OSError, match="loopback only"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))
