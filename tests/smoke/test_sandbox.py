"""The whole run against the sandbox's data plane: what a platform team reads after `up`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from modelyard.azure.target import Target
from modelyard.failures import Failure
from modelyard.report.result import Check, Outcome
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.smoke import Profile, SmokeOptions, run

KEY = "1" * 32
Make = Callable[..., SmokeOptions]


def by_id(checks: tuple[Check, ...]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for check in checks:
        found.setdefault(check.id, []).append(check.outcome)
    return found


def test_a_good_stack_passes(outputs: dict[str, Any], target: Callable[..., Target], options: Make) -> None:
    checks = run(outputs, target(), options())
    assert not {check.outcome for check in checks} & {Outcome.FAILED, Outcome.INCONCLUSIVE}
    assert by_id(checks) == {
        "deployment.answers": [Outcome.PASSED] * 8
        + [Outcome.NOT_PROVED],  # 3 + 3 + 2 endpoints, and a batch deployment
        "deployment.keeps-limits": [Outcome.PASSED] * 3,
        "limits.429-honoured": [Outcome.SKIPPED],
        "account.refuses-keys": [Outcome.PASSED] * 2,  # not on /models, which may be gone
        "endpoint.refuses-anonymous": [Outcome.PASSED] * 2,
        "endpoint.refuses-unknown-model": [Outcome.PASSED] * 2,
    }


def test_a_check_says_what_it_expected_and_saw(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    checks = run(outputs, target(), options())
    assert checks[0].subject == "chat: chat on /openai/v1, with a token"
    assert checks[0].expected == "gpt-5.4-2026-03-05"
    assert checks[0].observed == "200, gpt-5.4-2026-03-05"
    embedding = next(check for check in checks if check.subject.startswith("embed: "))
    assert "3072 dimensions" in embedding.observed
    unasked = next(check for check in checks if check.outcome is Outcome.NOT_PROVED)
    assert "/batches" in unasked.reason, "what isn't asked says where it could be"


def test_keys_are_tried_where_the_stack_has_them(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, with_keys: Callable[[], None]
) -> None:
    with_keys()
    found = by_id(run({**outputs, "keys": {"key1": KEY}}, target(), options()))
    assert found["deployment.answers-with-key"] == [Outcome.PASSED] * 8
    assert found["account.refuses-wrong-key"] == [Outcome.PASSED] * 2
    assert "account.refuses-keys" not in found


def test_keys_that_should_be_off_and_are_not(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, with_keys: Callable[[], None]
) -> None:
    with_keys()
    checks = [one for one in run(outputs, target(), options()) if one.id == "account.refuses-keys"]
    assert {one.outcome for one in checks} == {Outcome.FAILED}
    assert "keys are not off" in checks[0].reason


def test_another_model_than_configured_fails(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    """The drift that nothing else sees: an alias that leads elsewhere."""
    outputs["deployments"]["chat"]["version"] = "2026-01-01"
    checks = [one for one in run(outputs, target(), options()) if one.subject.startswith("chat: chat")]
    assert {one.outcome for one in checks} == {Outcome.FAILED}
    assert "another model answered" in checks[0].reason


@pytest.mark.parametrize(
    ("declared", "outcome"),
    [(50_000, Outcome.PASSED), (40_000, Outcome.FAILED), (60_000, Outcome.INCONCLUSIVE)],
)
def test_limits_against_what_was_declared(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, declared: int, outcome: Outcome
) -> None:
    """More than declared is a mistake; less may be a dip that Azure documents."""
    outputs["deployments"]["chat"]["tokensPerMinute"] = declared
    checks = run(outputs, target(), options(select=("chat",)))
    assert [one.outcome for one in checks if one.id == "deployment.keeps-limits"] == [outcome]


def test_a_principal_without_the_role_is_told_which_delay_it_may_be(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    checks = run(outputs, target("reader"), options(budget=10, propagation=300, select=("chat",)))
    answers = [one for one in checks if one.id == "deployment.answers"]
    assert [one.outcome for one in checks if one.id == "deployment.keeps-limits"] == [Outcome.SKIPPED]
    assert {one.outcome for one in answers} == {Outcome.INCONCLUSIVE}, "after 10 seconds it may still be propagation"
    assert all("role assignment" in one.reason for one in answers)
    checks = run(outputs, target("reader"), options(budget=10, propagation=5, select=("chat",)))
    assert {one.outcome for one in checks} == {Outcome.FAILED, Outcome.SKIPPED}, "nothing left to wait for"


def test_refusals_prove_nothing_to_whom_everything_is_refused(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    found = by_id(run(outputs, target("outsider"), options(budget=0)))
    assert set(found["endpoint.refuses-unknown-model"]) == {Outcome.SKIPPED}
    assert set(found["account.refuses-keys"]) == {Outcome.SKIPPED}


def test_liveness_asks_little_and_nothing_that_must_fail(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    checks = run(outputs, target(), options(profile=Profile.LIVENESS))
    assert [one.id for one in checks] == ["deployment.answers"] * 4
    assert sum(one.attempts for one in checks) == 3


@pytest.mark.parametrize(
    ("select", "ids"),
    [
        (("deployment.answers",), {"deployment.answers"}),
        (("account.*",), {"account.refuses-keys"}),
        (("mist*",), {"deployment.answers", "deployment.keeps-limits"}),
        (("deployment.keeps-*",), {"deployment.keeps-limits"}),
    ],
)
def test_checks_are_selected_by_id_or_deployment(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make, select: tuple[str, ...], ids: set[str]
) -> None:
    checks = run(outputs, target(), options(select=select))
    assert {one.id for one in checks} == ids
    assert {one.outcome for one in checks} <= {Outcome.PASSED, Outcome.NOT_PROVED}, "negative ones alone are proven too"


@pytest.mark.parametrize(
    ("select", "profile", "told"),
    [
        (("filtr.*", "chat"), Profile.BEHAVIOUR, "nothing is called 'filtr.*'"),
        (("filter.*",), Profile.LIVENESS, "profile liveness doesn't ask 'filter.*'"),
        (("chatt", "limits.*"), Profile.LIVENESS, "nothing is called 'chatt'; profile liveness doesn't ask 'limits.*'"),
    ],
)
def test_a_pattern_that_chooses_nothing_proves_nothing(
    outputs: dict[str, Any],
    target: Callable[..., Target],
    options: Make,
    select: tuple[str, ...],
    profile: Profile,
    told: str,
) -> None:
    """A pipeline with a slip in its pattern would be green for ever."""
    with pytest.raises(Failure, check=lambda failure: failure.code == "smoke.nothing-selected") as failure:
        run(outputs, target(), options(select=select, profile=profile))
    assert told in str(failure.value)
    assert "filter.annotates" in str(failure.value), "and what could have been meant is told"


def test_what_this_stack_has_not_may_still_be_selected(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    """One pipeline serves stacks with and without filters."""
    assert run(outputs, target(), options(select=("filter.*",))) == ()


def test_progress_tells_each_check_once(outputs: dict[str, Any], target: Callable[..., Target], options: Make) -> None:
    told: list[Check] = []
    checks = run(outputs, target(), options(progress=told.append))
    assert sorted(told, key=repr) == sorted(checks, key=repr)


def test_a_retired_model_is_called_that(
    azure: LocalAzure, outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    azure.clock.advance(timedelta(days=3650))
    checks = run(outputs, target(), options(select=("chat",)))
    assert {one.reason for one in checks if one.id == "deployment.answers"} == {"the model has been retired"}


def test_what_a_failed_run_left_out_is_told_as_not_proved(
    outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    """A deployment that isn't there can't be asked; a report without it would look like a proof of everything."""
    checks = run(outputs, target(), options(), missing=("new",), keys_lost=True)
    unproved = {(one.id, one.subject) for one in checks if one.outcome is Outcome.INCONCLUSIVE}
    assert unproved == {
        ("deployment.answers", "new: not deployed"),
        ("deployment.answers-with-key", "the account's keys"),
    }
    assert not any(one.id == "account.refuses-keys" for one in checks), "keys are on, whatever they are"
    (chosen,) = run(outputs, target(), options(select=("new",)), missing=("new",))
    assert chosen.outcome is Outcome.INCONCLUSIVE
