"""Faults of single deployments: errors, broken connections, slow words, limits that dip, a stream that ends badly."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import openai
import pytest

from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.faults import Fault, Faults
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import Running

Ask = Callable[..., Any]
BODY = {"model": "chat", "messages": [{"role": "user", "content": "Say hello."}]}
URL = "https://contoso.openai.azure.com/openai/v1/chat/completions"


@pytest.mark.parametrize("endpoint", ["models", "openai", "openai-v1"])
def test_a_fault_holds_for_its_deployment_wherever_it_is_named(ask: Ask, faults: Faults, endpoint: str) -> None:
    faults.add(Fault(deployment="CHAT", status=503, code="Busy", times=1))
    response = ask(endpoint, "chat")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "Busy")
    assert response.headers["x-modelyard-fault"] == "true"
    assert ask(endpoint, "chat").status_code == 200, "so many times and no more"
    faults.add(Fault(deployment="mist*", status=500))
    assert ask(endpoint, "chat").status_code == 200


def test_a_429_says_when_to_come_back(ask: Ask, faults: Faults) -> None:
    faults.add(Fault(deployment="chat", status=429, times=1))
    headers = ask("openai", "chat").headers
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("1", "1000")
    faults.add(Fault(deployment="chat", status=429, headers={"Retry-After": "7"}))
    headers = ask("openai", "chat").headers
    assert headers["retry-after"] == "7"
    assert "retry-after-ms" not in headers


def test_limits_may_dip(ask: Ask, deploy: Callable[..., None], faults: Faults) -> None:
    """Microsoft docs, quota: the stated limit of tokens can for a while be below the configured one."""
    deploy("small", "chat", limits=(100, 10_000))
    assert ask("openai", "small").headers["x-ratelimit-limit-tokens"] == "10000"
    faults.add(Fault(deployment="small", limit_percent=60))
    headers = ask("openai", "small").headers
    assert (headers["x-ratelimit-limit-tokens"], headers["x-ratelimit-limit-requests"]) == ("6000", "60")
    faults.clear()
    assert ask("openai", "small").headers["x-ratelimit-limit-tokens"] == "10000"


def test_a_dip_forgives_nothing(contoso: LocalAzure, ask: Ask, deploy: Callable[..., None], faults: Faults) -> None:
    """What was used stays used, or a dip would let in more than there was before it."""
    deploy("small", "chat", limits=(4, 10_000))

    def later() -> Any:
        contoso.clock.advance(timedelta(seconds=10))
        return ask("openai", "small")

    assert [later().status_code for _ in range(3)] == [200] * 3
    faults.add(Fault(deployment="small", limit_percent=25, times=1))
    refused = later()
    assert (refused.status_code, refused.headers["x-ratelimit-remaining-requests"]) == (429, "0")
    back = later()
    assert (back.status_code, back.headers["x-ratelimit-remaining-requests"]) == (200, "2"), (
        "the limit is back, and with it what was used"
    )


def test_an_ordered_refusal_states_the_limits_like_any_reply(
    ask: Ask, deploy: Callable[..., None], faults: Faults
) -> None:
    deploy("small", "chat", limits=(4, 10_000))
    faults.add(Fault(deployment="small", status=429))
    headers = ask("openai", "small").headers
    assert headers["x-ratelimit-limit-requests"] == "4"
    assert headers["x-ratelimit-remaining-requests"] == "3", "failed requests count"


@pytest.mark.parametrize("stream", [True, False])
def test_filters_that_are_down_let_everything_pass_and_say_so(ask: Ask, faults: Faults, stream: bool) -> None:
    """Azure answers with 200 then (Microsoft docs, content filter): who needs a filter has to read the annotation."""
    faults.add(Fault(deployment="chat", filter_down=True, times=1))
    response = ask("openai", "chat", said="sandbox-hate-high", stream=stream)
    assert response.status_code == 200
    said = response.text.partition("\n")[0].removeprefix("data: ") if stream else response.text
    (prompt,) = json.loads(said)["prompt_filter_results"]
    down = {"error": {"code": "content_filter_error", "message": "The contents are not filtered"}}
    assert prompt["content_filter_results"] == down
    if not stream:
        assert response.json()["choices"][0]["content_filter_results"] == down
    assert ask("openai", "chat", said="sandbox-hate-high").status_code == 400, "for as long as was ordered"


def test_a_429_within_a_stream(ask: Ask, faults: Faults) -> None:
    """Grade C: clients that take a stream that began well for one that ends well are found out."""
    faults.add(Fault(deployment="chat", status=429, stream_events=4))
    response = ask("openai", "chat", stream=True)
    assert response.status_code == 200
    blocks = response.text.strip().split("\n\n")
    assert len(blocks) == 5
    assert json.loads(blocks[-1].removeprefix("data: "))["error"]["code"] == "429"
    assert ask("openai", "chat").status_code == 200, "a reply in one piece has no middle"


@pytest.fixture
def order(served: Running) -> Callable[..., None]:
    """Order a fault by the control API."""
    headers = {HEADER: served.home.secrets().control}

    def post(**fault: Any) -> None:
        url = f"{served.proxy}/_modelyard/faults"
        assert httpx2.post(url, json=fault, headers=headers, trust_env=False).status_code == 200

    return post


def test_a_connection_that_breaks(
    client: httpx2.Client, key: dict[str, str], order: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    order(deployment="chat", reset=True, times=1)
    with pytest.raises(httpx2.TransportError):
        client.post(URL, json=BODY, headers=key)
    assert client.post(URL, json=BODY, headers=key).status_code == 200
    assert "ASGI" not in capfd.readouterr().err, "an ordered break is no mistake of the sandbox's"


def test_any_request_may_break(client: httpx2.Client, served: Running, order: Callable[..., None]) -> None:
    order(host="login.*", reset=True, times=1)
    url = "https://login.microsoftonline.com/common/discovery/instance"
    with pytest.raises(httpx2.TransportError):
        client.get(url)
    assert client.get(url).status_code == 200


def test_a_stream_that_breaks(client: httpx2.Client, key: dict[str, str], order: Callable[..., None]) -> None:
    order(deployment="chat", reset=True, streamEvents=4, times=1)
    pieces: list[bytes] = []

    def read() -> None:
        with client.stream("POST", URL, json={**BODY, "stream": True}, headers=key) as reply:
            pieces.extend(reply.iter_bytes())

    with pytest.raises(httpx2.TransportError):
        read()
    assert b"".join(pieces).count(b"data: ") == 4


def test_words_that_come_late(client: httpx2.Client, key: dict[str, str], order: Callable[..., None]) -> None:
    """The head of the reply comes at once, so a client's time for the connection isn't what runs out."""
    order(deployment="chat", firstTokenSeconds=1)
    timeout = httpx2.Timeout(10, read=0.3)
    with client.stream("POST", URL, json={**BODY, "stream": True}, headers=key, timeout=timeout) as reply:
        assert reply.status_code == 200
        with pytest.raises(httpx2.ReadTimeout):
            next(reply.iter_bytes())


def test_the_official_client_tells_a_429_within_a_stream(
    session: Any, served: Running, order: Callable[..., None]
) -> None:
    order(deployment="chat", status=429, streamEvents=4)
    client = openai.OpenAI(
        base_url="https://contoso.openai.azure.com/openai/v1/", api_key="1" * 32, http_client=session, max_retries=0
    )
    hello: Any = BODY["messages"]
    with pytest.raises(openai.APIError) as refused:
        list(client.chat.completions.create(model="chat", messages=hello, stream=True))
    assert refused.value.code == "429"


@pytest.mark.parametrize(
    "fault",
    [
        {"limitPercent": 50},
        {"streamEvents": 3},
        {"firstTokenSeconds": 1},
        {"filterDown": True},
        {"deployment": ""},
        {"deployment": 7},
    ],
)
def test_a_fault_that_says_nothing_of_a_deployment(served: Running, fault: dict[str, Any]) -> None:
    headers = {HEADER: served.home.secrets().control}
    url = f"{served.proxy}/_modelyard/faults"
    assert httpx2.post(url, json=fault, headers=headers, trust_env=False).status_code == 400
