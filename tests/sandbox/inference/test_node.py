"""Azure's clients for Node, in a process of their own with nothing but the sandbox's environment to lead them."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from tests.clients.node import install

from modelyard.operations.context import UserFolders
from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.environment import child
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import Running

CALLS = Path(install.__file__).with_name("calls.mjs")
MODELS = "https://contoso.services.ai.azure.com/models"


@pytest.fixture
def packages() -> Path:
    cache = UserFolders.of(os.environ).cache
    reason = install.missing(cache)
    if reason:
        pytest.skip(reason)
    return install.folder(cache)


@pytest.fixture
def limited(contoso: LocalAzure, running: Running, deploy: Callable[..., None]) -> str:
    """A deployment that says 429 once, and that a millisecond later will do: when a client comes back isn't ours."""
    running.do(lambda: deploy("limited", "mistral"))
    fault = {"deployment": "limited", "status": 429, "headers": {"retry-after-ms": "1", "Retry-After": "0"}, "times": 1}
    headers = {HEADER: running.home.secrets().control}
    url = f"{running.proxy}/_modelyard/faults"
    httpx2.post(url, json=fault, headers=headers, trust_env=False).raise_for_status()
    return url


def test_azure_rest_ai_inference(
    running: Running,
    packages: Path,
    key: dict[str, str],
    limited: str,
) -> None:
    node = shutil.which("node") or "node"
    finished = subprocess.run(
        [node, str(CALLS), str(packages), MODELS, key["api-key"]],
        env=child({"PATH": os.environ["PATH"]}, running.environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    said = json.loads(finished.stdout)
    assert said["token"]["status"] == "200", said
    assert said["token"]["model"] == "Mistral-Large-3"
    assert "deployment mistral" in said["token"]["content"]
    assert said["key"]["model"] == "gpt-5.4-2026-03-05"
    assert said["retried"]["status"] == "200", "a 429 is tried again by the client itself"
    assert httpx2.get(limited, headers={HEADER: running.home.secrets().control}, trust_env=False).json() == {
        "faults": []
    }, "it was refused once"
    assert said["stream"]["content"] == said["token"]["content"]
    assert said["embeddings"] == {"status": "200", "dimensions": 3072}


FETCH = """
const reply = await fetch("https://contoso.openai.azure.com/openai/v1/chat/completions", {
  method: "POST",
  headers: { "content-type": "application/json", "api-key": process.argv[2] },
  body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "Say: through the proxy" }] }),
});
console.log(JSON.stringify({ status: reply.status, body: await reply.json() }));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node not found: its own fetch is not tried")
def test_nodes_own_fetch(contoso: LocalAzure, running: Running, key: dict[str, str], tmp_path: Path) -> None:
    """openai's package for Node calls by `fetch`, which heeds a proxy by itself since 22.21 and 24 only."""
    program = tmp_path / "fetch.mjs"
    program.write_text(FETCH, encoding="utf-8")
    environment = child({"PATH": os.environ["PATH"]}, running.environment)
    environment["NODE_OPTIONS"] = f"--require {environment['MODELYARD_NODE_PROXY']}"
    finished = subprocess.run(
        [shutil.which("node") or "node", str(program), key["api-key"]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    said = json.loads(finished.stdout)
    assert (said["status"], said["body"]["choices"][0]["message"]["content"]) == (200, "through the proxy")
