"""Programs that outputs of a stack make, saved and run as they are printed, by somebody signed in to the sandbox."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.clients.node import install

from modelyard.operations.context import UserFolders

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("dev")]

ANSWERS = {"chat": "The deployment chat answered", "embed": "3072 dimensions", "deepseek": "The deployment deepseek"}


@pytest.fixture(scope="session")
def inside(dev: Any) -> dict[str, str]:
    return dict(dev.inside)


def written(dev: Any, file: Path, deployment: str, *words: str) -> Path:
    file.write_text(dev.modelyard("client", "dev", "--deployment", deployment, *words).out)
    return file


@pytest.mark.parametrize("api", ["openai-v1", "inference"])
@pytest.mark.parametrize("deployment", ANSWERS)
def test_python(dev: Any, inside: dict[str, str], tmp_path: Path, deployment: str, api: str) -> None:
    program = written(dev, tmp_path / "call.py", deployment, "--api", api)
    assert ANSWERS[deployment] in dev.run(dev.python, str(program), **inside).out


@pytest.mark.parametrize("api", ["openai-v1", "inference"])
def test_javascript(dev: Any, inside: dict[str, str], tmp_path: Path, api: str) -> None:
    cache = UserFolders.of(os.environ).cache
    if reason := install.missing(cache):
        pytest.skip(reason)
    (tmp_path / "node_modules").symlink_to(install.folder(cache) / "node_modules")
    program = written(dev, tmp_path / "call.mjs", "chat", "--language", "javascript", "--api", api)
    older = {"NODE_OPTIONS": f"--require {inside['MODELYARD_NODE_PROXY']}"}  # for a Node whose fetch heeds no proxy
    assert ANSWERS["chat"] in dev.run(shutil.which("node") or "node", str(program), **inside, **older).out


@pytest.mark.parametrize("api", ["openai-v1", "inference"])
def test_curl(dev: Any, inside: dict[str, str], tmp_path: Path, api: str) -> None:
    """The Azure CLI's place is taken by a command that gives the same token: the CLI isn't on every machine."""
    az = tmp_path / "az"
    az.write_text(f'#!/bin/sh\nexec "{dev.python}" -m modelyard.cli token --target sandbox --scope "$4"\n')
    az.chmod(0o755)
    program = written(dev, tmp_path / "call.sh", "embed", "--language", "curl", "--api", api)
    path = f"{tmp_path}{os.pathsep}{dev.environment['PATH']}"
    assert '"embedding"' in dev.run("sh", str(program), **inside | {"PATH": path}).out


def test_an_application_is_given_variables_and_no_key(dev: Any) -> None:
    said = dev.modelyard("client", "dev", "--env").out
    assert "CHAT_ENDPOINT=https://contoso-ai-dev.services.ai.azure.com/openai/v1\nCHAT_MODEL=chat\n" in said
    assert "KEY" not in said


def test_what_the_stack_hasnt_is_told(dev: Any) -> None:
    refused = dev.modelyard("client", "dev", "--auth", "key", expect=2)
    assert "keys are off" in refused.err
    unknown = dev.modelyard("client", "dev", "--deployment", "chatt", expect=2)
    assert "chat, chat-bulk, chat-mini, deepseek, embed, mistral-large" in unknown.err
