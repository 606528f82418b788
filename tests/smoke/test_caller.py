"""What the sandbox never does of itself: delays, limits, broken connections. Nothing here waits for real."""

import ssl
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from azure.core.exceptions import ClientAuthenticationError

from modelyard.azure.target import Target
from modelyard.failures import Failure
from modelyard.report.result import Check, Outcome
from modelyard.smoke import SmokeOptions, run

Make = Callable[..., SmokeOptions]
Script = Callable[[Callable[[httpx2.Request], httpx2.Response]], Target]

CHAT = {"model": "gpt-5.4-2026-03-05", "choices": [{"message": {"content": "ready"}}]}
DENIED = {"error": {"code": "PermissionDenied", "message": "The principal lacks the required data action"}}
NOT_FOUND = {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}}
ONE = ("deployment.answers",)


@pytest.fixture
def one(outputs: dict[str, Any]) -> dict[str, Any]:
    """One deployment on one endpoint."""
    chat = {**outputs["deployments"]["chat"], "endpoints": ["models"]}
    return {**outputs, "deployments": {"chat": chat}}


def in_turn(*responses: httpx2.Response | Exception) -> Callable[[httpx2.Request], httpx2.Response]:
    """Each response once; the last one from then on."""
    left = list(responses)

    def answer(_request: httpx2.Request) -> httpx2.Response:
        response = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(response, Exception):
            raise response
        return httpx2.Response(response.status_code, headers=response.headers, content=response.content)

    return answer


def only(checks: tuple[Check, ...]) -> Check:
    (check,) = checks
    return check


@pytest.mark.parametrize(
    "delay", [httpx2.Response(401, json=DENIED), httpx2.Response(404, json=NOT_FOUND), httpx2.Response(503)]
)
def test_delays_of_azure_are_waited_out(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any, delay: httpx2.Response
) -> None:
    check = only(run(one, scripted(in_turn(delay, delay, httpx2.Response(200, json=CHAT))), options(select=ONE)))
    assert (check.outcome, check.attempts) == (Outcome.PASSED, 3)
    assert waits.asked == [1.0, 2.0], "waits grow"


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "soon"}, 1.0),
        ({"retry-after-ms": "0"}, 0.1),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:07 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 7.0),
        ({"x-ms-retry-after-ms": "2500"}, 2.5),
        ({}, 1.0),
    ],
)
def test_a_limit_is_waited_out_as_long_as_azure_says(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any, headers: dict[str, str], waited: float
) -> None:
    limited = httpx2.Response(429, headers=headers)
    check = only(run(one, scripted(in_turn(limited, httpx2.Response(200, json=CHAT))), options(select=ONE)))
    assert check.outcome is Outcome.PASSED
    assert waits.asked == [waited]


def test_a_limit_that_says_0_for_ever_is_not_hammered(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any
) -> None:
    limited = httpx2.Response(429, headers={"retry-after-ms": "0"})
    check = only(run(one, scripted(in_turn(limited)), options(select=ONE, budget=300)))
    assert waits.asked[:4] == pytest.approx([0.1, 0.2, 0.4, 0.8]), "pauses grow though none was asked for"
    assert (max(waits.asked), sum(waits.asked)) == (30, pytest.approx(300)), "and all the time there is is used"
    assert check.outcome is Outcome.INCONCLUSIVE
    assert check.attempts < 25


def test_a_service_that_says_when_it_is_back_is_given_the_time(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any
) -> None:
    away = httpx2.Response(503, headers={"retry-after": "7"})
    check = only(run(one, scripted(in_turn(away, httpx2.Response(200, json=CHAT))), options(select=ONE)))
    assert (check.outcome, waits.asked, check.waited) == (Outcome.PASSED, [7.0], 7.0)
    waits.asked.clear()
    away = httpx2.Response(503, headers={"retry-after": "3600"})
    check = only(run(one, scripted(in_turn(away)), options(select=ONE, budget=300)))
    assert (check.outcome, waits.asked) == (Outcome.FAILED, [])


def test_a_wait_longer_than_the_budget_is_not_begun(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any
) -> None:
    limited = httpx2.Response(
        429, headers={"retry-after": "86400"}, json={"error": {"code": "429", "message": "later"}}
    )
    check = only(run(one, scripted(in_turn(limited)), options(select=ONE, budget=300)))
    assert (check.outcome, check.attempts, waits.asked) == (Outcome.INCONCLUSIVE, 1, [])
    assert "limit" in check.reason
    assert "asks for 86400 s more" in check.reason


def test_propagation_is_given_its_time_and_no_more(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any
) -> None:
    check = only(run(one, scripted(in_turn(httpx2.Response(401, json=DENIED))), options(select=ONE, budget=330)))
    assert check.outcome is Outcome.FAILED
    assert 300 <= sum(waits.asked) <= 330
    assert "role assignment" in check.reason


def test_what_propagates_gets_less_time_than_a_limit(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any
) -> None:
    """The sandbox's limits last a minute like Azure's, but nothing there propagates: a mistake must show at once."""
    check = only(
        run(one, scripted(in_turn(httpx2.Response(404, json=NOT_FOUND))), options(select=ONE, budget=70, propagation=5))
    )
    assert (check.outcome, sum(waits.asked)) == (Outcome.FAILED, 5)
    waits.asked.clear()
    limited = httpx2.Response(429, headers={"retry-after": "60"})
    answers = in_turn(limited, httpx2.Response(200, json=CHAT))
    check = only(run(one, scripted(answers), options(select=ONE, budget=70, propagation=5)))
    assert (check.outcome, waits.asked) == (Outcome.PASSED, [60.0])


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (httpx2.Response(401, json={"statusCode": 401, "message": "Unauthorized."}), "credential"),
        (httpx2.Response(403, json={"error": {"code": "AccessDenied", "message": "Public access"}}), "network"),
        (httpx2.Response(410, json={"error": {"code": "gone", "message": "gone"}}), "retired"),
        (httpx2.Response(400, json={"error": "a text"}), "doesn't answer"),
        (httpx2.Response(200, json={"choices": []}), "isn't a chat completion"),
        (httpx2.Response(200, content=b"<html>"), "isn't a chat completion"),
    ],
)
def test_what_no_delay_explains_is_final(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any, response: httpx2.Response, reason: str
) -> None:
    check = only(run(one, scripted(in_turn(response)), options(select=ONE)))
    assert (check.outcome, check.attempts, waits.asked) == (Outcome.FAILED, 1, [])
    assert reason in check.reason


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx2.ConnectError("[Errno -2] Name or service not known"), Outcome.FAILED),
        (httpx2.ConnectError(str(ssl.SSLCertVerificationError("certificate verify failed"))), Outcome.FAILED),
        (httpx2.ProxyError("403 Forbidden"), Outcome.FAILED),
        (httpx2.RemoteProtocolError("Server disconnected without sending a response."), Outcome.FAILED),
        (httpx2.ReadTimeout("timed out"), Outcome.INCONCLUSIVE),
        (httpx2.ConnectTimeout("timed out"), Outcome.INCONCLUSIVE),
    ],
)
def test_a_network_that_fails_is_an_outcome(
    one: dict[str, Any], scripted: Script, options: Make, error: Exception, outcome: Outcome
) -> None:
    """A pipeline wants a report, not a traceback."""
    check = only(run(one, scripted(in_turn(error)), options(select=ONE)))
    assert (check.outcome, check.attempts) == (outcome, 3)
    assert check.observed
    assert check.reason


def test_an_expected_refusal_is_asked_for_once(
    one: dict[str, Any], scripted: Script, options: Make, waits: Any
) -> None:
    """Asking again would turn a slow success of the wrong kind into a pass."""
    unknown: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        if b"no-such-deployment" in request.content:
            unknown.append(request.url.path)
            return httpx2.Response(404, json=NOT_FOUND)
        return httpx2.Response(200, json=CHAT)

    checks = run(one, scripted(answer), options())
    assert unknown == ["/models/chat/completions"]
    assert waits.asked == []
    assert next(one for one in checks if one.id == "endpoint.refuses-unknown-model").outcome is Outcome.PASSED
    assert next(one for one in checks if one.id == "endpoint.refuses-anonymous").outcome is Outcome.FAILED
    keys = next(one for one in checks if one.id == "account.refuses-keys")
    assert (keys.outcome, keys.reason) == (Outcome.FAILED, "a key was taken, though keys are off")


def test_no_secret_is_sent_where_a_refusal_is_expected_nor_told(
    one: dict[str, Any], scripted: Script, options: Make
) -> None:
    """A key that a misconfigured account takes would have been used, and an error that echoes one would be printed."""
    key = "the-real-key-of-the-account"
    seen: dict[str, list[str]] = {}

    def answer(request: httpx2.Request) -> httpx2.Response:
        presented = request.headers.get("api-key", "")
        token = request.headers.get("authorization", "")
        seen.setdefault("key" if presented == key else "wrong" if presented else "token", []).append(presented)
        return httpx2.Response(400, json={"error": {"code": "x", "message": f"echo {presented} {token}"}})

    checks = run({**one, "keys": {"key1": key}}, scripted(answer), options())
    assert seen["key"] == [key]
    told = repr(checks)
    assert key not in told
    assert "the.access.token" not in told
    assert "[secret]" in told


def test_without_a_token_the_reason_is_told_once_for_each_check(
    one: dict[str, Any], pointed_at: Callable[..., Target], options: Make
) -> None:
    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"nothing may be asked without a token: {request.url}")

    target = pointed_at(httpx2.MockTransport(never), ClientAuthenticationError("AADSTS7000215: invalid secret\nmore"))
    check = only(run(one, target, options(select=ONE)))
    assert check.outcome is Outcome.INCONCLUSIVE
    assert check.reason == "no token was to be had: ClientAuthenticationError: AADSTS7000215: invalid secret"


@pytest.mark.parametrize("select", ["deployment.keeps-limits", "deployment.answers"])
def test_what_could_not_be_read_from_an_answer_is_no_success(
    one: dict[str, Any], scripted: Script, options: Make, select: str
) -> None:
    """Selected alone, it has to tell itself that there was no answer; beside the call, the call does."""
    gone = scripted(in_turn(httpx2.Response(410, json={"error": {"code": "gone", "message": "gone"}})))
    check = only(run(one, gone, options(select=(select,))))
    assert (check.id, check.outcome) == (
        select,
        Outcome.INCONCLUSIVE if select == "deployment.keeps-limits" else Outcome.FAILED,
    )
    assert (check.attempts, check.observed) == (1, "410 gone: gone")
    checks = run(one, gone, options(select=("deployment.*",)))
    assert [check.outcome for check in checks] == [Outcome.FAILED, Outcome.SKIPPED]


def test_without_a_token_only_what_was_selected_is_told(
    one: dict[str, Any], pointed_at: Callable[..., Target], options: Make
) -> None:
    target = pointed_at(httpx2.MockTransport(in_turn(httpx2.Response(200))), ClientAuthenticationError("no"))
    check = only(run(one, target, options(select=("deployment.keeps-limits",))))
    assert (check.id, check.outcome) == ("deployment.keeps-limits", Outcome.INCONCLUSIVE)
    assert "no token was to be had" in check.reason


@pytest.mark.parametrize("missing", ["deployments", "inferenceEndpoint"])
def test_outputs_that_say_nothing_are_a_failure(
    outputs: dict[str, Any], scripted: Script, options: Make, missing: str
) -> None:
    outputs[missing] = None
    if missing == "inferenceEndpoint":
        outputs["openaiEndpoint"] = None
    with pytest.raises(Failure, check=lambda failure: failure.code == "smoke.missing-output") as raised:
        run(outputs, scripted(in_turn(httpx2.Response(200))), options())
    assert missing in str(raised.value)


def test_numbers_may_come_as_json_gives_them(one: dict[str, Any], scripted: Script, options: Make) -> None:
    """The engine gives every number as a float."""
    one["deployments"]["chat"]["tokensPerMinute"] = 50_000.0
    reply = httpx2.Response(200, json=CHAT, headers={"x-ratelimit-limit-tokens": "50000"})
    checks = run(one, scripted(in_turn(reply)), options(select=("deployment.*",)))
    assert [check.outcome for check in checks] == [Outcome.PASSED, Outcome.PASSED]
