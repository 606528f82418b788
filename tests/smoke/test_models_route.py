"""`/models` was announced to retire: a sound stack must not turn red for it, and a fault must not hide behind it."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from modelyard.azure.target import Target
from modelyard.report.result import Check, Outcome, Report
from modelyard.sandbox import inference
from modelyard.sandbox.control_request import read_fault
from modelyard.sandbox.faults import Faults, faulty
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.smoke import SmokeOptions, run

Make = Callable[..., SmokeOptions]

ROUTES = {"/models/": "models", "/openai/v1/": "openai-v1", "/openai/deployments/": "openai"}
GONE = (404, {"error": {"code": "404", "message": "Resource not found"}})
RETIRED = (410, {"error": {"code": "Gone", "message": "The endpoint has been retired."}})
BARE = (404, None)
NO_DEPLOYMENT = (404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}})
UNKNOWN_MODEL = (404, {"error": {"code": "unknown_model", "message": "Unknown model: chat"}})
BUSY = (503, {"error": {"code": "ServiceUnavailable", "message": "busy"}})
CHAT = (200, {"model": "gpt-5.4-2026-03-05", "choices": [{"message": {"content": "ready"}}]})
REFUSED = (401, {"error": {"code": "PermissionDenied", "message": "no"}})

Reply = tuple[int, Any]


@pytest.fixture
def one(outputs: dict[str, Any]) -> dict[str, Any]:
    return {**outputs, "deployments": {"chat": outputs["deployments"]["chat"]}}


def on(checks: tuple[Check, ...], endpoint: str) -> Check:
    return next(one for one in checks if one.id == "deployment.answers" and f"on {endpoint}," in one.subject)


@pytest.mark.parametrize(
    ("models", "v1", "outcome"),
    [
        (GONE, CHAT, Outcome.SKIPPED),
        (RETIRED, CHAT, Outcome.SKIPPED),
        (BARE, CHAT, Outcome.SKIPPED),
        (NO_DEPLOYMENT, CHAT, Outcome.FAILED),
        (UNKNOWN_MODEL, CHAT, Outcome.FAILED),
        (REFUSED, CHAT, Outcome.FAILED),
        (BUSY, CHAT, Outcome.FAILED),
        (GONE, GONE, Outcome.FAILED),
        (RETIRED, RETIRED, Outcome.FAILED),
        (GONE, REFUSED, Outcome.FAILED),
        (GONE, (200, {"model": "gpt-4o-2024-11-20", "choices": [{}]}), Outcome.FAILED),
        (CHAT, CHAT, Outcome.PASSED),
    ],
)
def test_when_the_route_is_gone(
    one: dict[str, Any],
    scripted: Callable[..., Target],
    options: Make,
    models: Reply,
    v1: Reply,
    outcome: Outcome,
) -> None:
    """Only a 404 or 410 that doesn't speak of the deployment, beside a pass on `/openai/v1`, means that it is gone."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        status, body = models if request.url.path.startswith("/models/") else v1
        return httpx2.Response(status, json=body) if body else httpx2.Response(status)

    checks = run(one, scripted(answer), options(select=("deployment.answers",), propagation=5))
    assert on(checks, "/models").outcome is outcome
    if outcome is Outcome.SKIPPED:
        assert f"answers {models[0]}" in on(checks, "/models").reason
        assert "/openai/v1" in on(checks, "/models").reason


def test_a_deployment_that_only_the_route_serves_fails_with_it(
    one: dict[str, Any], scripted: Callable[..., Target], options: Make
) -> None:
    one["deployments"]["chat"]["endpoints"] = ["models"]
    (check,) = run(one, scripted(lambda _: httpx2.Response(404)), options(select=("deployment.answers",)))
    assert check.outcome is Outcome.FAILED


def test_another_deployment_s_answer_is_no_excuse(
    outputs: dict[str, Any], scripted: Callable[..., Target], options: Make
) -> None:
    """The same deployment has to pass on `/openai/v1`, or a deployment that is missing would look like a route."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.startswith("/models/") or b'"mistral"' in request.content:
            return httpx2.Response(404)
        return httpx2.Response(200, json=CHAT[1])

    checks = run(outputs, scripted(answer), options(select=("deployment.answers",)))
    found = {one.subject.partition(":")[0]: one.outcome for one in checks if "on /models," in one.subject}
    assert found["chat"] is Outcome.SKIPPED
    assert found["mistral"] is Outcome.FAILED


@pytest.mark.parametrize("status", [404, 410])
def test_the_sandbox_plays_the_retirement(
    azure: LocalAzure,
    outputs: dict[str, Any],
    target: Callable[..., Target],
    pointed_at: Callable[..., Target],
    options: Make,
    status: int,
) -> None:
    """The fault that the docs tell to order: the stack stays green, and the report counts what wasn't proved there."""
    faults = Faults()
    faults.add(read_fault({"path": "/models/*", "status": status, "code": "ResourceNotFound"}))
    token = target().credential().get_token("https://cognitiveservices.azure.com/.default").token
    whole = faulty(inference.app(azure), faults)
    checks = run(outputs, pointed_at(httpx2.ASGITransport(whole, client=("127.0.0.1", 50000)), token), options())
    gone = [one for one in checks if "/models is gone" in one.reason]
    assert [(one.id, one.outcome) for one in gone] == [("deployment.answers", Outcome.SKIPPED)] * 3
    assert Report("smoke", checks=checks).status == 0
    assert not [one for one in checks if one.id.startswith(("account.", "endpoint.")) and "/models" in one.subject]


def test_v1_is_asked_first_whatever_the_outputs_say(
    one: dict[str, Any], scripted: Callable[..., Target], options: Make
) -> None:
    """Outputs of a stack that was declared before the order changed are still there."""
    one["deployments"]["chat"] |= {"endpoints": ["models", "openai", "openai-v1"], "requestsPerMinute": 1}
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(next(name for path, name in ROUTES.items() if request.url.path.startswith(path)))
        return httpx2.Response(200, json=CHAT[1])

    run(one, scripted(answer), options(select=("deployment.answers",)))
    assert asked == ["openai-v1", "openai", "models"]


@pytest.mark.parametrize(("stated", "outcome"), [("-1", Outcome.SKIPPED), ("50000", Outcome.PASSED)])
def test_a_limit_of_minus_one_is_no_figure(
    one: dict[str, Any], scripted: Callable[..., Target], options: Make, stated: str, outcome: Outcome
) -> None:
    """Azure states -1 where it states no limit; compared as a figure it would be less than was declared."""

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=CHAT[1], headers={"x-ratelimit-limit-tokens": stated})

    (check,) = [one for one in run(one, scripted(answer), options()) if one.id == "deployment.keeps-limits"]
    assert check.outcome is outcome
