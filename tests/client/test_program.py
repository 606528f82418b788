"""A program is pasted by somebody who doesn't know this product: it has to be whole, and to call what answers."""

import ast
import itertools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelyard.client.program import APIS, KEY_VARIABLE, LANGUAGES, Callee, api_of, program
from modelyard.failures import Failure

HOST = "https://contoso-ai.services.ai.azure.com"
GOLDEN = Path(__file__).parent / "golden"

CALLEES = {
    "chat": Callee(HOST, "chat", "gpt-5.4", "OpenAI", "GlobalStandard"),
    "embeddings": Callee(HOST, "embed", "text-embedding-3-large", "OpenAI", "Standard"),
    "responses": Callee(HOST, "codex", "gpt-5-codex", "OpenAI", "GlobalStandard"),
    "messages": Callee(HOST, "claude", "claude-sonnet-4-5", "Anthropic", "GlobalStandard"),
}
BATCH = Callee(HOST, "jobs", "gpt-5.4", "OpenAI", "GlobalBatch")
REALTIME = Callee(HOST, "voice", "gpt-realtime", "OpenAI", "GlobalStandard")


def combinations() -> Iterator[Any]:
    """Each language, each API that it has a package for, each kind of answer that this gives, with both credentials."""
    for (language, row), auth in itertools.product(LANGUAGES.items(), ("entra", "key")):
        for api, (operation, callee) in itertools.product(row.packages, CALLEES.items()):
            if operation in APIS[api].operations and not (operation == "responses" and api != "openai-v1"):
                yield pytest.param(callee, language, auth, api, id=f"{language}-{api}-{operation}-{auth}")


@pytest.mark.parametrize(("callee", "language", "auth", "api"), list(combinations()))
def test_a_program_is_whole(callee, language, auth, api):
    made = program(callee, language, auth, api)
    assert made.endpoint == HOST + APIS[api].path
    assert made.endpoint in made.code
    assert callee.deployment in made.code
    assert "{%" not in made.code
    assert "{{ " not in made.code
    assert (KEY_VARIABLE in made.code) == (auth == "key"), "a key is read from the environment, and never in the text"
    assert (APIS[api].scope in made.code) == (auth == "entra")
    assert not re.search(r"\n\n\n", made.code)
    assert made.code.endswith("\n")
    if language != "curl":
        assert made.install, "nobody knows what to install otherwise"
    if language == "python":
        ast.parse(made.code)
    if language == "curl":
        body = re.search(r"-d '(.*)'", made.code)
        assert body
        assert json.loads(body[1])["model"] == callee.deployment
    if language in {"csharp", "java", "go"}:
        path = GOLDEN / f"{language}-{api}-{callee.operation}-{auth}.txt"
        if os.environ.get("MODELYARD_ACCEPT"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(made.code, encoding="utf-8")
        assert made.code == path.read_text(encoding="utf-8"), "renew it with MODELYARD_ACCEPT=1 when that is meant"


@pytest.mark.parametrize(
    ("callee", "api"),
    [
        (CALLEES["chat"], "openai-v1"),
        (CALLEES["embeddings"], "openai-v1"),
        (CALLEES["responses"], "openai-v1"),
        (CALLEES["messages"], "anthropic"),
    ],
)
def test_the_api_is_the_newest_that_serves_the_model(callee, api):
    assert api_of(callee) == api


@pytest.mark.parametrize(
    ("callee", "wanted", "words"),
    [
        (BATCH, None, "https://<account>.openai.azure.com/openai/v1/batches"),
        (REALTIME, None, "https://<account>.openai.azure.com/openai/v1/realtime (WebSocket)"),
        (CALLEES["responses"], "inference", "use --api openai-v1"),
        (CALLEES["messages"], "openai-v1", "use --api anthropic"),
        (CALLEES["chat"], "anthropic", "use --api openai-v1 or inference"),
    ],
)
def test_what_isnt_served_is_refused_with_the_place_that_serves_it(callee, wanted, words):
    with pytest.raises(Failure) as refused:
        program(callee, "python", "entra", wanted)
    assert refused.value.code == "client.not-served"
    assert words in refused.value.remedy


def test_a_language_without_a_package_names_those_that_have_one():
    with pytest.raises(Failure) as refused:
        program(CALLEES["chat"], "go", "entra", "inference")
    assert refused.value.code == "client.no-package"
    assert "python" in str(refused.value.allowed)
