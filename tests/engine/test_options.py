"""A flag that is lost on the way changes what is deployed, so one that doesn't fit is an error."""

from pathlib import Path

import pytest

from modelyard.engine.run import KNOWN, EngineOptions, flags


@pytest.mark.parametrize(
    ("operation", "options", "expected"),
    [
        ("preview", EngineOptions(), []),
        ("preview", EngineOptions(save_plan=Path("/p"), refresh=True), ["--refresh", "--save-plan", "/p"]),
        ("up", EngineOptions(yes=True, plan=Path("/p")), ["--yes", "--plan", "/p"]),
        (
            "up",
            EngineOptions(yes=True, skip_preview=True, continue_on_error=True, parallel=4, message="why"),
            ["--yes", "--skip-preview", "--continue-on-error", "--parallel", "4", "--message", "why"],
        ),
        (
            "destroy",
            EngineOptions(yes=True, targets=("urn:1", "urn:2"), target_dependents=True),
            ["--yes", "--target-dependents", "--target", "urn:1", "--target", "urn:2"],
        ),
        ("up", EngineOptions(config={"a:b": "c=d"}), ["--config", "a:b=c=d"]),
        ("preview", EngineOptions(policy_packs=(Path("/p"),)), ["--policy-pack", "/p"]),
    ],
)
def test_options_become_flags(operation, options, expected):
    assert flags(operation, options) == expected


@pytest.mark.parametrize(
    ("operation", "options", "name"),
    [
        ("preview", EngineOptions(yes=True), "yes"),
        ("preview", EngineOptions(plan=Path("/p")), "plan"),
        ("up", EngineOptions(save_plan=Path("/p")), "save_plan"),
        ("refresh", EngineOptions(continue_on_error=True), "continue_on_error"),
        ("destroy", EngineOptions(plan=Path("/p")), "plan"),
        ("import", EngineOptions(targets=("urn:1",)), "targets"),
    ],
)
def test_a_flag_that_an_operation_does_not_know_is_refused(operation, options, name):
    with pytest.raises(ValueError, match=f"pulumi {operation} has no {name}"):
        flags(operation, options)


def test_every_known_flag_is_an_option():
    assert set().union(*KNOWN.values()) == set(EngineOptions.__dataclass_fields__)


def test_configuration_is_not_shown():
    assert "hush" not in repr(EngineOptions(config={"a:key": "hush"})), "a value given with -c may be a secret"
