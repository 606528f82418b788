"""Azure is changed only with somebody's consent, also without a command line; else it is refused."""

import pytest

from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.operations.context import OperationContext, answerable, confirmed


def context(answer: bool | None, asked: list[str]) -> OperationContext:
    def confirm(question: str) -> bool:
        asked.append(question)
        return bool(answer)

    return OperationContext(environment={}, confirm=None if answer is None else confirm)


@pytest.mark.parametrize(
    ("target", "answer", "asked", "refused"),
    [
        ("sandbox", None, False, False),
        ("sandbox", False, False, False),
        ("azure", True, True, False),
        ("azure", False, True, True),
        ("azure", None, False, True),
    ],
)
def test_only_azure_needs_consent(target: TargetName, answer: bool | None, asked: bool, refused: bool) -> None:
    questions: list[str] = []
    caller = context(answer, questions)
    if refused:
        with pytest.raises(Failure, check=lambda failure: failure.code == "cli.not-confirmed"):
            confirmed("Do this?", target, caller)
    else:
        confirmed("Do this?", target, caller)
    assert questions == ["Do this?"] * asked


def test_a_change_that_nobody_can_consent_to_is_refused_before_any_work() -> None:
    with pytest.raises(Failure, check=lambda failure: failure.code == "cli.not-confirmed") as refused:
        answerable("azure", context(None, []))
    assert "`confirm`" in refused.value.remedy, "a caller of Python has no --yes"
    answerable("azure", context(False, []))
    answerable("sandbox", context(None, []))


def test_an_environment_is_never_shown() -> None:
    """It holds tokens, and a context ends in a traceback or a notebook's cell sooner or later."""
    assert "secret" not in repr(OperationContext(environment={"MODELYARD_TOKEN_APP_TEAM": "secret"}))
