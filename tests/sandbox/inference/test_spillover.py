"""A provisioned deployment that is full hands its calls over, and the headers tell so (docs, spillover)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from modelyard.sandbox.faults import Fault, Faults
from modelyard.sandbox.local_azure import LocalAzure

Ask = Callable[..., Any]
FROM, ERROR, SERVED_BY = "x-ms-spillover-from-deployment", "x-ms-spillover-error", "x-ms-deployment-name"


@pytest.fixture
def full(deploy: Callable[..., None], ask: Ask) -> None:
    """A provisioned deployment that takes one call a minute, and has taken it."""
    deploy("reserved", limits=(1, 100_000), spilloverDeploymentName="chat")
    assert SERVED_BY in ask("openai", "reserved").headers


def test_what_does_not_fit_goes_to_the_other(ask: Ask, full: None) -> None:
    response = ask("openai", "reserved")
    assert response.status_code == 200
    assert (response.headers[FROM], response.headers[SERVED_BY]) == ("reserved", "chat")
    assert "deployment chat" in response.json()["choices"][0]["message"]["content"]


def test_as_long_as_it_fits_nothing_spills(ask: Ask, deploy: Callable[..., None]) -> None:
    deploy("reserved", spilloverDeploymentName="chat")
    headers = ask("openai", "reserved").headers
    assert headers[SERVED_BY] == "reserved"
    assert FROM not in headers


def test_units_are_full_of_what_microsoft_says_they_take(
    contoso: LocalAzure, ask: Ask, deploy: Callable[..., None]
) -> None:
    """One unit of gpt-5.4 takes 2,400 input tokens a minute, and a token of output counts as six (docs, determine PTU
    requirements). So spillover is met without anybody ordering it.
    """
    deploy("reserved", spilloverDeploymentName="chat")
    asked = {"max_completion_tokens": 300}
    first = ask("openai", "reserved", **asked).headers
    assert first[SERVED_BY] == "reserved"
    assert "x-ratelimit-limit-tokens" not in first, "nobody says that Azure states one"
    assert ask("openai", "reserved", **asked).headers[FROM] == "reserved", "3 + 6 × 300 fit once, not twice"
    contoso.clock.advance(timedelta(minutes=1))
    assert FROM not in ask("openai", "reserved", **asked).headers
    deploy("reserved")
    refused = ask("openai", "reserved", **asked)
    assert refused.status_code == 429
    assert "how busy they are" in refused.headers["x-modelyard-note"]
    assert int(refused.headers["retry-after-ms"]) > 0


def test_streams_spill_too(ask: Ask, full: None) -> None:
    response = ask("openai", "reserved", stream=True)
    assert response.headers[FROM] == "reserved"
    assert "[DONE]" in response.text


def test_where_the_other_fails_the_first_refusal_stands(ask: Ask, full: None, deploy: Callable[..., None]) -> None:
    deploy("chat", limits=(0, 0))
    response = ask("openai", "reserved")
    assert response.status_code == 429
    assert response.headers[ERROR] == "429"
    assert "Your requests to reserved" in response.json()["error"]["message"]


@pytest.mark.parametrize(("status", "spills"), [(429, True), (500, True), (503, True), (502, False), (401, False)])
def test_errors_that_spill(ask: Ask, deploy: Callable[..., None], faults: Faults, status: int, spills: bool) -> None:
    deploy("reserved", spilloverDeploymentName="chat")
    faults.add(Fault(deployment="reserved", status=status))
    response = ask("openai", "reserved")
    assert response.status_code == (200 if spills else status)
    assert (FROM in response.headers) is spills


def test_a_callers_mistake_does_not_spill(ask: Ask, full: None, deploy: Callable[..., None]) -> None:
    deploy("reserved", spilloverDeploymentName="chat")
    response = ask("openai", "reserved", messages=None)
    assert response.status_code == 400
    assert FROM not in response.headers


def test_a_request_may_name_the_other_itself(ask: Ask, deploy: Callable[..., None], key: dict[str, str]) -> None:
    deploy("reserved", limits=(0, 0))
    asked = {**key, "x-ms-spillover-deployment": "chat"}
    assert ask("openai", "reserved", headers=asked).headers[FROM] == "reserved"
    assert ask("openai", "reserved").status_code == 429
    deploy("reserved", limits=(0, 0), spilloverDeploymentName="nope")
    assert ask("openai", "reserved", headers=asked).status_code == 429, "the deployment's own setting goes first (docs)"


@pytest.mark.parametrize(
    ("name", "status"),
    [("nope", "404"), ("embed", "400"), ("retired", "410"), ("chat-old", "400"), ("reserved", "400"), ("batch", "400")],
)
def test_not_everything_may_stand_in(
    ask: Ask, deploy: Callable[..., None], key: dict[str, str], name: str, status: str
) -> None:
    """A request may name anything; an embedding model that answers a chat would be worse than a 429."""
    deploy("reserved", limits=(0, 0))
    response = ask("openai", "reserved", headers={**key, "x-ms-spillover-deployment": name})
    assert (response.status_code, response.headers[ERROR]) == (429, status)
    assert "Your requests to reserved" in response.json()["error"]["message"]


def test_only_provisioned_deployments_spill(ask: Ask, deploy: Callable[..., None]) -> None:
    deploy("small", "chat", limits=(0, 0), spilloverDeploymentName="chat")
    assert ask("openai", "small").status_code == 429
