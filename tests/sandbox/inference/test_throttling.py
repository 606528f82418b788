"""Limits bite as the deployment document states them, say how long to wait, and let in who waited that long."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.local_azure import LocalAzure

Ask = Callable[..., Any]


def test_every_reply_states_limits_and_what_is_left(ask: Ask, deploy: Callable[..., None]) -> None:
    deploy("small", "chat", limits=(5, 1000))
    headers = ask("models", "small").headers
    assert headers["x-ratelimit-limit-requests"] == "5"
    assert headers["x-ratelimit-remaining-requests"] == "4"
    assert headers["x-ratelimit-reset-requests"] == "12000", "rows 84 and 85: milliseconds of a continuous refill"
    assert headers["x-ratelimit-abusepenalty-active"] == "False"
    assert headers["x-ms-is-spilled-over"] == "false"
    assert headers["x-ratelimit-limit-tokens"] == "1000"
    assert headers["x-ratelimit-remaining-tokens"] == str(1000 - 3), "row 87: the prompt, where no length is asked for"


@pytest.mark.parametrize("endpoint", ["models", "openai", "openai-v1"])
def test_too_many_requests(contoso: LocalAzure, ask: Ask, deploy: Callable[..., None], endpoint: str) -> None:
    deploy("small", "chat", limits=(1, 10_000))
    assert ask(endpoint, "small").status_code == 200
    contoso.clock.advance(timedelta(seconds=12.5))
    refused = ask(endpoint, "small")
    assert refused.status_code == 429
    assert (refused.headers["retry-after"], refused.headers["retry-after-ms"]) == ("48", "47500")
    versions = {"models": "2024-05-01-preview", "openai": "2024-10-21", "openai-v1": "v1"}
    assert refused.json()["error"] == {
        "code": "RateLimitReached",
        "message": ANSWERS["rate-limit-reached"].quote(
            deployment="small",
            model="gpt-5.4",
            region="Sweden Central",
            limit="call",
            operation="ChatCompletions_Create",
            version=versions[endpoint],
            seconds=48,
        ),
    }
    contoso.clock.advance(timedelta(milliseconds=47_500))
    assert ask(endpoint, "small").status_code == 200, "who waits as long as told is let in"


def test_requests_must_come_evenly(contoso: LocalAzure, ask: Ask, deploy: Callable[..., None]) -> None:
    """The surprise of a quota that is hardly used: a limit for a minute is enforced over ten seconds (docs, quota)."""
    deploy("small", "chat", limits=(12, 10_000))
    replies = [ask("openai", "small") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    headers = replies[-1].headers
    assert (headers["retry-after-ms"], headers["x-ratelimit-remaining-requests"]) == ("5000", "10")
    contoso.clock.advance(timedelta(seconds=10))
    assert [ask("openai", "small").status_code for _ in range(3)] == [200, 200, 429]


def test_the_debit_is_what_was_asked_for_and_not_what_was_used(ask: Ask, deploy: Callable[..., None]) -> None:
    """Why a high max_tokens eats a limit though replies are short (Microsoft docs, quota)."""
    deploy("small", "chat", limits=(100, 1000))
    reply = ask("openai-v1", "small", max_completion_tokens=900)
    assert reply.json()["usage"]["total_tokens"] < 100
    assert reply.headers["x-ratelimit-remaining-tokens"] == str(1000 - 3 - 900)
    refused = ask("openai-v1", "small", max_completion_tokens=900)
    assert refused.status_code == 429
    assert refused.headers["policy-id"] == "DeploymentRatelimit-Token"
    assert "have exceeded the token rate limit" in refused.json()["error"]["message"]


def test_a_call_that_never_fits_is_not_told_to_come_back_at_once(ask: Ask, deploy: Callable[..., None]) -> None:
    """A client would hammer on with "retry after 0 seconds", and nobody would know why."""
    deploy("small", "chat", limits=(100, 2))
    refused = ask("openai", "small")
    assert refused.status_code == 429
    assert (refused.headers["retry-after"], refused.headers["retry-after-ms"]) == ("86400", "86400000"), "row 120"
    assert "3 tokens and the limit is 2" in refused.headers["x-modelyard-note"]


def test_a_request_that_fails_counts(ask: Ask, deploy: Callable[..., None]) -> None:
    deploy("small", "chat", limits=(1, 1000))
    assert ask("openai", "small", temperature=9).status_code == 400
    assert ask("openai", "small").status_code == 429


def test_one_limit_for_all_endpoints_and_one_for_each_deployment(ask: Ask, deploy: Callable[..., None]) -> None:
    deploy("small", "chat", limits=(1, 1000))
    assert ask("models", "small").status_code == 200
    assert ask("openai", "SMALL").status_code == 429
    assert ask("openai", "chat").status_code == 200


def test_a_changed_limit_takes_effect_at_once(ask: Ask, deploy: Callable[..., None]) -> None:
    deploy("small", "chat", limits=(1, 1000))
    assert [ask("openai", "small").status_code for _ in range(2)] == [200, 429]
    deploy("small", "chat", limits=(2, 1000))
    assert ask("openai", "small").status_code == 200


def test_a_write_elsewhere_does_not_forgive_what_was_used(ask: Ask, deploy: Callable[..., None]) -> None:
    """Windows outlive what is derived from documents; else any `up` would reset every limit."""
    deploy("small", "chat", limits=(1, 1000))
    assert ask("openai", "small").status_code == 200
    deploy("other", "chat")
    assert ask("openai", "small").status_code == 429
