"""What a proof took of what it may take stands in the report, so that a slow pipeline can be explained by its log."""

from pathlib import Path

import pytest

from modelyard.azure.target import Target, Transport
from modelyard.operations import stack_smoke
from modelyard.report.result import Check, Outcome
from modelyard.smoke import Profile, SmokeOptions

ONCE = Check("deployment.answers", "chat", Outcome.PASSED, "200", attempts=1)
AGAIN = Check("deployment.answers", "embed", Outcome.PASSED, "200", attempts=3, waited=2.5)
UNASKED = Check("spillover.routes", "chat", Outcome.SKIPPED, "200", attempts=0)
WITHIN = SmokeOptions(Profile.LIVENESS, budget=300, propagation=60)


def target(name: str) -> Target:
    def nobody() -> None:
        raise AssertionError("options need no credential")

    return Target(name, "tenant", "subscription", Transport("", Path("ca.pem")), nobody)  # type: ignore[arg-type]


def test_calls_are_counted_with_those_that_were_made_again() -> None:
    took = stack_smoke.spent([ONCE, AGAIN, UNASKED], WITHIN)
    assert took == {
        "profile": "liveness",
        "calls": 4,
        "repeated": 2,
        "waited": 2.5,
        "budget": 300,
        "propagation": 60,
        "timeout": 60.0,
    }
    assert stack_smoke.told(took) == (
        "liveness: 4 calls, 2 of them again, the longest wait 2.5 s; "
        "a check may wait 300 s, and 60 s for what propagates"
    )


@pytest.mark.parametrize(
    ("checks", "told"),
    [([ONCE], "liveness: 1 call; a check may wait"), ([UNASKED], "liveness: nothing was asked")],
)
def test_what_was_not_needed_is_not_mentioned(checks: list[Check], told: str) -> None:
    assert stack_smoke.told(stack_smoke.spent(checks, WITHIN)).startswith(told)


@pytest.mark.parametrize(
    ("name", "profile", "budget"), [("sandbox", Profile.BEHAVIOUR, 70), ("azure", Profile.LIVENESS, 300)]
)
def test_azure_is_asked_little_and_given_time(name: str, profile: Profile, budget: float) -> None:
    """Nothing that alarms is sent to Azure unasked, and nothing propagates in the sandbox."""
    chosen = stack_smoke.options(target(name))
    assert (chosen.profile, chosen.budget) == (profile, budget)
    assert stack_smoke.options(target(name), "behaviour", ("chat",)).select == ("chat",)
