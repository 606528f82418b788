"""Azure's clients for Node, in a process of their own with nothing but the sandbox's environment to lead them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.clients.node import install

from modelyard.cli.places import Places
from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.environment import child
from modelyard.sandbox.server import Running

CALLS = Path(install.__file__).with_name("calls.mjs")
MODELS = "https://contoso.services.ai.azure.com/models"


@pytest.fixture
def packages() -> Path:
    cache = Places.here().cache
    reason = install.missing(cache)
    if reason:
        pytest.skip(reason)
    return install.folder(cache)


def test_azure_rest_ai_inference(contoso: LocalAzure, running: Running, packages: Path, key: dict[str, str]) -> None:
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
    assert (said["wrongKey"]["status"], said["wrongKey"]["error"]["code"]) == ("401", "401")
    assert (said["unknown"]["status"], said["unknown"]["error"]["code"]) == ("404", "unknown_model")
    assert (said["filtered"]["status"], said["filtered"]["error"]["code"]) == ("400", "content_filter")
    assert said["stream"]["content"] == said["token"]["content"]
    assert said["embeddings"] == {"status": "200", "dimensions": 3072}
