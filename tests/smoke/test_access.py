"""Others are let in and kept out as they should be; and no token of theirs is told."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from modelyard.azure.target import Target
from modelyard.failures import Failure
from modelyard.report.result import Check, Outcome
from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.smoke import Profile, SmokeOptions, run

Make = Callable[..., SmokeOptions]
Token = Callable[[str], Callable[[], str]]


@pytest.fixture
def token_of(azure: LocalAzure) -> Token:
    """A provider for somebody of the sandbox's directory."""

    def provider(name: str) -> Callable[[], str]:
        return lambda: tokens.issue(azure, seed_data.object_id(name), "https://cognitiveservices.azure.com")

    return provider


def of(checks: tuple[Check, ...], id: str) -> list[Check]:  # noqa: A002
    return [check for check in checks if check.id == id]


def test_who_should_and_who_should_not(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, token_of: Token
) -> None:
    strangers = {name: token_of(name) for name in ("reader", "outsider")}
    checks = run(outputs, target(), options(), principals={"developer": token_of("developer")}, strangers=strangers)
    allowed, refused = of(checks, "access.allows"), of(checks, "access.refuses-without-role")
    assert {check.outcome for check in (*allowed, *refused)} == {Outcome.PASSED}
    assert (len(allowed), len(refused)) == (2, 4), "on each endpoint but /models, which may be gone"
    assert refused[0].subject == "reader: chat on /openai/v1, chat"
    assert "PermissionDenied" in refused[0].observed


def test_a_role_that_is_there_and_should_not_be(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, token_of: Token
) -> None:
    checks = run(outputs, target(), options(), strangers={"developer": token_of("developer")})
    found = of(checks, "access.refuses-without-role")
    assert {(check.outcome, check.reason) for check in found} == {
        (Outcome.FAILED, "somebody without a role was answered")
    }


def test_a_role_that_is_missing_may_have_yet_to_propagate(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, token_of: Token, waits: Any
) -> None:
    principals = {"reader": token_of("reader")}
    checks = run(outputs, target(), options(select=("access.*",), budget=10), principals=principals)
    assert {check.outcome for check in of(checks, "access.allows")} == {Outcome.INCONCLUSIVE}
    checks = run(outputs, target(), options(select=("access.*",), propagation=5), principals=principals)
    assert {check.outcome for check in of(checks, "access.allows")} == {Outcome.FAILED}


def test_a_token_that_is_refused_says_nothing_of_roles(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    checks = run(outputs, target(), options(select=("access.*",)), strangers={"nobody": lambda: "no.such.token"})
    found = of(checks, "access.refuses-without-role")
    assert {check.outcome for check in found} == {Outcome.FAILED}
    assert "nothing is known of roles" in found[0].reason
    assert "no.such.token" not in repr(checks)


def test_who_has_no_token_is_told(outputs: dict[str, Any], target: Callable[..., Target], options: Make) -> None:
    def fails() -> str:
        raise RuntimeError("the vault is shut")

    checks = run(outputs, target(), options(select=("access.*",)), strangers={"nobody": fails})
    assert {check.outcome for check in checks} == {Outcome.INCONCLUSIVE}
    assert "the vault is shut" in checks[0].reason


def test_whoever_is_named_is_asked_about_in_liveness_too(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, token_of: Token
) -> None:
    """Naming somebody is asking; against Azure, where liveness is the default, it would else be lost in silence."""
    people: dict[str, Any] = {
        "principals": {"developer": token_of("developer")},
        "strangers": {"reader": token_of("reader")},
    }
    checks = run(outputs, target(), options(profile=Profile.LIVENESS), **people)
    assert {check.id for check in checks} == {"deployment.answers", "access.allows", "access.refuses-without-role"}
    assert {check.outcome for check in checks} == {Outcome.PASSED, Outcome.NOT_PROVED}


def test_nobody_is_allowed_and_refused_at_once(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, token_of: Token
) -> None:
    both = {"developer": token_of("developer")}
    with pytest.raises(
        Failure, match="developer", check=lambda failure: failure.code == "smoke.both-allowed-and-refused"
    ):
        run(outputs, target(), options(), principals=both, strangers=both)


def test_a_principal_without_a_token_leaves_the_others_their_proof(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, token_of: Token
) -> None:
    """Whoever runs the checks can show that the account answers, so the stranger's refusal means something."""

    def fails() -> str:
        raise RuntimeError("the vault is shut")

    checks = run(
        outputs,
        target(),
        options(select=("access.*",)),
        principals={"nobody": fails},
        strangers={"reader": token_of("reader")},
    )
    assert {check.outcome for check in of(checks, "access.allows")} == {Outcome.INCONCLUSIVE}
    assert {check.outcome for check in of(checks, "access.refuses-without-role")} == {Outcome.PASSED}


@pytest.fixture
def limited(outputs: dict[str, Any]) -> dict[str, Any]:
    """One deployment on one endpoint."""
    return {**outputs, "deployments": {"chat": {**outputs["deployments"]["chat"], "endpoints": ["models"]}}}


CHAT = {"model": "gpt-5.4-2026-03-05", "choices": [{"message": {"content": "ready"}}]}


def replies(*responses: httpx2.Response) -> Callable[[httpx2.Request], httpx2.Response]:
    left = list(responses)

    def answer(_request: httpx2.Request) -> httpx2.Response:
        response = left.pop(0) if len(left) > 1 else left[0]
        return httpx2.Response(response.status_code, headers=response.headers, content=response.content)

    return answer


@pytest.mark.parametrize(
    ("first", "outcome", "waited"),
    [
        (httpx2.Response(429, headers={"retry-after-ms": "2500"}), Outcome.PASSED, [2.5]),
        (httpx2.Response(429, headers={"retry-after": "7"}), Outcome.PASSED, [7.0]),
        (httpx2.Response(429), Outcome.FAILED, [1.0]),
        (httpx2.Response(429, headers={"retry-after": "86400"}), Outcome.INCONCLUSIVE, []),
        (httpx2.Response(200, json=CHAT), Outcome.SKIPPED, []),
    ],
)
def test_limits_are_honoured(
    limited: dict[str, Any],
    scripted: Callable[..., Target],
    options: Make,
    waits: Any,
    first: httpx2.Response,
    outcome: Outcome,
    waited: list[float],
) -> None:
    """Waiting as long as one is told is all there is to it; nothing is sent to provoke a limit."""
    target = scripted(replies(first, httpx2.Response(200, json=CHAT)))
    checks = run(limited, target, options(select=("deployment.answers", "limits.*")))
    (check,) = of(checks, "limits.429-honoured")
    assert check.outcome is outcome
    assert waits.asked == waited
    assert sum(one.attempts for one in checks) == len(waited) + 1


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"x-ms-spillover-from-deployment": "chat", "x-ms-deployment-name": "overflow"}, Outcome.PASSED),
        ({"x-ms-spillover-from-deployment": "chat", "x-ms-deployment-name": "other"}, Outcome.FAILED),
        ({"x-ms-spillover-error": "429"}, Outcome.FAILED),
        ({"x-ms-deployment-name": "chat"}, Outcome.SKIPPED),
    ],
)
def test_spillover(
    limited: dict[str, Any], scripted: Callable[..., Target], options: Make, headers: dict[str, str], outcome: Outcome
) -> None:
    limited["deployments"]["chat"]["spilloverDeploymentName"] = "overflow"
    target = scripted(lambda _: httpx2.Response(200, json=CHAT, headers=headers))
    (check,) = of(run(limited, target, options()), "spillover.routes")
    assert check.outcome is outcome


def test_spillover_in_vain_is_told_by_the_refusal(
    limited: dict[str, Any], scripted: Callable[..., Target], options: Make
) -> None:
    """The caller sees the provisioned deployment's 429; that the other one failed stands in a header of it."""
    limited["deployments"]["chat"]["spilloverDeploymentName"] = "overflow"
    full = httpx2.Response(429, headers={"x-ms-spillover-error": "500", "retry-after": "1"})
    checks = run(limited, scripted(replies(full)), options(budget=0))
    (check,) = of(checks, "spillover.routes")
    assert (check.outcome, check.observed) == (Outcome.FAILED, "500 from overflow")


def test_a_model_with_responses_alone_is_asked_for_one(
    limited: dict[str, Any], scripted: Callable[..., Target], options: Make
) -> None:
    entry = {"model": "gpt-5.1-codex", "version": "2025-11-13", "format": "OpenAI", "sku": "GlobalStandard"}
    reply = {"object": "response", "model": "gpt-5.1-codex", "output": []}
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(200, json=reply)

    limited["deployments"] = {"coder": entry}
    checks = run(limited, scripted(answer), options(select=("deployment.answers",)))
    assert [check.outcome for check in checks] == [Outcome.PASSED]
    assert asked == ["/openai/v1/responses"]
    reply["model"] = "coder"
    checks = run(limited, scripted(answer), options(select=("deployment.answers",)))
    assert [check.outcome for check in checks] == [Outcome.INCONCLUSIVE]
