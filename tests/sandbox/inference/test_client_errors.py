"""Each error that an application may meet, with each of Azure's official clients: its exception there, and the code.

One table for all, because an application that moves from one client to another has to change its `except` by it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx2
import openai
import pytest
from azure.ai.inference import ChatCompletionsClient
from azure.core.credentials import AccessToken, AzureKeyCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from tests.clients.node import install

from modelyard.operations.context import UserFolders
from modelyard.sandbox import seed_data
from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.environment import child
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import Running

MODELS = "https://{account}.services.ai.azure.com/models"
OPENAI = "https://{account}.openai.azure.com"
PATIENCE = 0.3  # seconds that a client waits for the reply that comes late, and 30 for every other


@dataclass(frozen=True)
class Case:
    """One error: how to meet it, and what clients make of it. `codes` are those of `/models` and of OpenAI's endpoints.

    `who` is a key, a wrong one, a principal of the seed, or an audience that the pipeline's token is for. A `fault` is
    one of a deployment of its own. Where no reply comes, `status` is 0 and `thrown` is what Node's client throws.
    """

    status: int
    codes: tuple[str, str]
    inference: type[Exception] | tuple[type[Exception], ...]
    openai: type[Exception]
    who: str = "key"
    account: str = "contoso"
    model: str = "chat"
    said: str = "Say hello."
    body: Mapping[str, Any] = field(default_factory=dict)
    fault: Mapping[str, Any] = field(default_factory=dict)
    thrown: str = ""


REFUSED = HttpResponseError
CASES = {
    "wrong key": Case(401, ("401", "401"), ClientAuthenticationError, openai.AuthenticationError, who="wrong key"),
    "no role": Case(
        401, ("PermissionDenied",) * 2, ClientAuthenticationError, openai.AuthenticationError, who="reader"
    ),
    "wrong audience": Case(
        401, ("", ""), ClientAuthenticationError, openai.AuthenticationError, who="https://ml.azure.com"
    ),
    "keys are off": Case(
        403, ("AuthenticationTypeDisabled",) * 2, REFUSED, openai.PermissionDeniedError, account="keyless"
    ),
    "no public access": Case(403, ("AccessDenied",) * 2, REFUSED, openai.PermissionDeniedError, account="private"),
    "firewall": Case(403, ("403",) * 2, REFUSED, openai.PermissionDeniedError, account="walled"),
    "no such deployment": Case(
        404, ("unknown_model", "DeploymentNotFound"), ResourceNotFoundError, openai.NotFoundError, model="nope"
    ),
    "no such operation": Case(400, ("OperationNotSupported",) * 2, REFUSED, openai.BadRequestError, model="embed"),
    "batch only": Case(400, ("OperationNotSupported",) * 2, REFUSED, openai.BadRequestError, model="batch"),
    "retired": Case(410, ("ModelRetired",) * 2, REFUSED, openai.APIStatusError, model="retired"),
    "bad value": Case(400, ("decimal_out_of_range",) * 2, REFUSED, openai.BadRequestError, body={"temperature": 9}),
    "unknown parameter": Case(400, ("", "unknown_parameter"), REFUSED, openai.BadRequestError, body={"shape": "round"}),
    "filtered prompt": Case(
        400, ("content_filter",) * 2, REFUSED, openai.BadRequestError, said="sandbox-violence-high"
    ),
    "too many requests": Case(429, ("RateLimitReached",) * 2, REFUSED, openai.RateLimitError, model="full"),
    "conflict": Case(
        409, ("Busy",) * 2, ResourceExistsError, openai.ConflictError, fault={"status": 409, "code": "Busy"}
    ),
    "server error": Case(
        500, ("Broken",) * 2, REFUSED, openai.InternalServerError, fault={"status": 500, "code": "Broken"}
    ),
    "unavailable": Case(503, ("Busy",) * 2, REFUSED, openai.InternalServerError, fault={"status": 503, "code": "Busy"}),
    "broken connection": Case(
        0,
        ("", ""),
        (ServiceRequestError, ServiceResponseError),  # by what urllib3 was about when it broke
        openai.APIConnectionError,
        fault={"reset": True},
        thrown="RestError",
    ),
    "late reply": Case(
        0,
        ("", ""),
        ServiceResponseTimeoutError,
        openai.APITimeoutError,
        fault={"delaySeconds": 2},
        thrown="AbortError",
    ),
}
Outcome = tuple[Exception | None, int, str]


def model(name: str) -> str:
    """The deployment that a case calls."""
    return name.replace(" ", "-") if CASES[name].fault else CASES[name].model


@pytest.fixture
def estate(contoso: LocalAzure, served: Running, account_id: str, deploy: Callable[..., None]) -> Running:
    """Beside `contoso` an account without keys, one without public access, and one with a firewall."""

    def write() -> None:
        deploy("full", "chat", limits=(0, 0))
        for name in (name for name, case in CASES.items() if case.fault):
            deploy(model(name), "chat")
        for name, properties in {
            "keyless": {"disableLocalAuth": True},
            "private": {"publicNetworkAccess": "Disabled"},
            "walled": {"networkAcls": {"defaultAction": "Deny", "ipRules": []}},
        }.items():
            document = {"id": name, "name": name, "location": "swedencentral", "properties": properties}
            contoso.store.put("resources", f"{account_id}-{name}", document)
            contoso.store.put("subdomains", name, {"account": f"{account_id}-{name}"})
            contoso.store.put("account-keys", f"{account_id}-{name}", {"key1": "1" * 32})

    served.do(write)
    url, control = f"{served.proxy}/_modelyard/faults", {HEADER: served.home.secrets().control}
    for name, case in CASES.items():
        if case.fault:
            fault = {"deployment": model(name), **case.fault}
            httpx2.post(url, json=fault, headers=control, trust_env=False).raise_for_status()
    return served


@pytest.fixture
def secret(estate: Running, contoso: LocalAzure) -> Callable[[Case], tuple[str, bool]]:
    """What a case presents, and whether it is a key."""

    def found(case: Case) -> tuple[str, bool]:
        if case.who.endswith("key"):
            return ("1" if case.who == "key" else "0") * 32, True
        audience = case.who if "://" in case.who else "https://cognitiveservices.azure.com"
        name = "pipeline" if "://" in case.who else case.who
        return estate.do(lambda: tokens.issue(contoso, seed_data.object_id(name), audience)), False

    return found


def patience(case: Case) -> float:
    """Seconds that a client waits: what else the machine does must not decide which error it is."""
    return PATIENCE if "delaySeconds" in case.fault else 30.0


def outcome(call: Callable[[], None]) -> Outcome:
    """What a call raises, with status and code where it has them."""
    try:
        call()
    except HttpResponseError as error:
        code = error.error.code if error.error is not None else None
        return error, error.status_code or 0, code or ""
    except openai.APIStatusError as error:
        return error, error.status_code, error.code or ""
    except Exception as error:
        return error, 0, ""
    return None, 200, ""


def unexpected(
    call: Callable[[str, Case], None], expected: Callable[[Case], tuple[Any, str]]
) -> dict[str, tuple[str, int, str]]:
    """The cases of which a client makes something else than the table says: exactly that type, status and code."""
    wrong = {}
    for name, case in CASES.items():
        error, status, code = outcome(partial(call, name, case))
        types, expected_code = expected(case)
        allowed = types if isinstance(types, tuple) else (types,)
        if type(error) not in allowed or (status, code) != (case.status, expected_code):
            wrong[name] = type(error).__name__, status, code
    return wrong


def test_azure_ai_inference(estate: Running, secret: Callable[..., Any]) -> None:
    options: dict[str, Any] = {
        "proxies": {"https": estate.proxy},
        "connection_verify": str(estate.ca_file),
        "retry_total": 0,
    }

    class Bearer:
        def __init__(self, token: str) -> None:
            self._token = token

        def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
            return AccessToken(self._token, 2**31)

    def call(name: str, case: Case) -> None:
        presented, is_key = secret(case)
        credential: Any = AzureKeyCredential(presented) if is_key else Bearer(presented)
        own = {"temperature": case.body["temperature"]} if "temperature" in case.body else {}
        with ChatCompletionsClient(
            MODELS.format(account=case.account), credential, read_timeout=patience(case), **options
        ) as client:
            messages: list[Any] = [{"role": "user", "content": case.said}]
            if "shape" in case.body:  # `model_extras` would ask for it to be handed on
                client.complete({"model": model(name), "messages": messages, **case.body})
            else:
                client.complete(model=model(name), messages=messages, **own)

    assert unexpected(call, lambda case: (case.inference, case.codes[0])) == {}


@pytest.mark.parametrize("path", ["", "/openai/v1/"])
def test_openai(session: httpx2.Client, secret: Callable[..., Any], path: str) -> None:
    """On Azure's paths, and on those without versions."""

    def call(name: str, case: Case) -> None:
        presented, is_key = secret(case)
        url = OPENAI.format(account=case.account)
        more: dict[str, Any] = {"http_client": session, "max_retries": 0, "timeout": patience(case)}
        if path:
            client: openai.OpenAI = openai.OpenAI(base_url=url + path, api_key=presented, **more)
        else:
            who = {"api_key": presented} if is_key else {"azure_ad_token": presented}
            client = openai.AzureOpenAI(azure_endpoint=url, api_version="2024-10-21", **who, **more)
        messages: list[Any] = [{"role": "user", "content": case.said}]
        client.chat.completions.create(model=model(name), messages=messages, extra_body=dict(case.body))

    assert unexpected(call, lambda case: (case.openai, case.codes[1])) == {}


STREAMS: dict[str, tuple[dict[str, Any], type[Exception] | None, type[Exception]]] = {
    # azure-ai-inference passes over an error among the events, so all that tells is that no reason came.
    "refused within": ({"streamEvents": 3}, None, openai.APIError),
    "broken within": ({"streamEvents": 3, "reset": True}, HttpResponseError, openai.APIConnectionError),
}


@pytest.mark.parametrize("name", STREAMS)
def test_streams_that_end_badly(estate: Running, session: httpx2.Client, name: str) -> None:
    fault, inference, client_of_openai = STREAMS[name]
    control = {HEADER: estate.home.secrets().control}
    url = f"{estate.proxy}/_modelyard/faults"
    httpx2.post(url, json={"deployment": "chat", **fault}, headers=control, trust_env=False).raise_for_status()
    hello: list[Any] = [{"role": "user", "content": "Say hello."}]
    reasons: list[object] = []

    def by_inference() -> None:
        options: Any = {"proxies": {"https": estate.proxy}, "connection_verify": str(estate.ca_file), "retry_total": 0}
        key = AzureKeyCredential("1" * 32)
        with ChatCompletionsClient(MODELS.format(account="contoso"), key, **options) as client:
            for update in client.complete(model="chat", messages=hello, stream=True):
                reasons.extend(choice.finish_reason for choice in update.choices)

    def by_openai() -> None:
        url = OPENAI.format(account="contoso") + "/openai/v1/"
        client = openai.OpenAI(base_url=url, api_key="1" * 32, http_client=session, max_retries=0)
        list(client.chat.completions.create(model="chat", messages=hello, stream=True))

    assert type(outcome(by_inference)[0]) is (type(None) if inference is None else inference)
    assert reasons == [None, None, None], "a reply without a reason is no whole one"
    assert type(outcome(by_openai)[0]) is client_of_openai


def test_node(estate: Running, secret: Callable[..., Any]) -> None:
    """It has no exceptions of its own for refusals: its reply has to be asked whether it is unexpected."""
    cache = UserFolders.of(os.environ).cache
    if reason := install.missing(cache):
        pytest.skip(reason)
    calls = {}
    for name, case in CASES.items():
        presented, is_key = secret(case)
        calls[name] = {
            "url": MODELS.format(account=case.account),
            "key" if is_key else "token": presented,
            "body": {"model": model(name), "messages": [{"role": "user", "content": case.said}], **case.body},
            "timeout": patience(case) * 1000,
        }
    finished = subprocess.run(
        [shutil.which("node") or "node", str(install.PACKAGE.with_name("errors.mjs")), str(install.folder(cache))],
        env=child({"PATH": os.environ["PATH"]}, estate.environment),
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == {
        name: {"thrown": case.thrown} if case.thrown else {"status": str(case.status), "code": case.codes[0]}
        for name, case in CASES.items()
    }
