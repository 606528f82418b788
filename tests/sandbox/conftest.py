"""A local Azure in memory, and the same behind its proxy on loopback."""

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from modelyard.sandbox import seed_data
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import Running, serve

CLIENT_ID = "2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11"
CLIENT_SECRET = "a secret of the tests"


@pytest.fixture
def azure(signing_key: Mapping[str, Any]) -> Iterator[LocalAzure]:
    """A seeded local Azure in memory."""
    local = LocalAzure.open()
    local.store.put("settings", "signing-key", signing_key)
    seed_data.seed(local, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    yield local
    local.store.close()


@pytest.fixture
def running(azure: LocalAzure, tmp_path: Path) -> Iterator[Running]:
    """The same local Azure, served on loopback. Its `environment` is what a child process would get."""
    with serve(azure, tmp_path / "sandbox") as server:
        yield server


@pytest.fixture
def client(running: Running) -> Iterator[httpx2.Client]:
    """An HTTP client that goes through the proxy and trusts the sandbox, as any client in its environment does."""
    context = ssl.create_default_context(cafile=str(running.ca_file))
    with httpx2.Client(proxy=running.proxy, verify=context, trust_env=False) as http:
        yield http
