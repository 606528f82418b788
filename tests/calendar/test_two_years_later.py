"""What works today works in two years: a clone that lies untouched still brings its example up, and passes its tests.

Every Python process of these runs has a day of its own; `later/sitecustomize.py` says how, and what keeps the real one.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.end_to_end.conftest import Yard, copy_project, make

DAYS = 730
LATER = Path(__file__).parent / "later"
ROOT = Path(__file__).parent.parent.parent
SLICE = (
    "tests/cli/test_check.py",
    "tests/sandbox/test_certificates.py",
    "tests/sandbox/entra/test_tokens.py",
    "tests/sandbox/inference/test_refusals.py",
    "tests/audit/test_project_policies.py",
)
"""Where days are counted: retirements, certificates, tokens, the age of what was pulled."""


QUIET = ("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
"""The package that moves the day is a plugin of pytest too, which would rather import it first."""


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(LATER), "MODELYARD_TEST_DAYS_LATER": str(DAYS)}


@pytest.fixture
def later(tmp_path: Path) -> Iterator[Yard]:
    """A project and a sandbox whose commands live two years later."""
    yard = make(copy_project(tmp_path / "project"), tmp_path / "state")
    yard = Yard(yard.project, yard.state, {**yard.environment, **environment()})
    try:
        yield yard
    finally:
        yard.modelyard("sandbox", "stop", expect=None)


def steps(said: str) -> Mapping[str, str]:
    """What each step of `make up` says, by its name."""
    return dict(re.findall(r"^✓ (\w+) +[\d.]+ s +(.*)$", said, re.MULTILINE))


@pytest.mark.engine
def test_make_up_works_and_changes_nothing_the_second_time(later: Yard) -> None:
    first = steps(later.modelyard("quickstart", "dev").err)
    assert list(first) == ["check", "engine", "sandbox", "preview", "up", "smoke"]
    assert first["check"].endswith("no errors")
    assert re.search(r"\d+ created", first["up"])
    assert " 0 failed" in first["smoke"]
    assert "nothing to change" in later.modelyard("quickstart", "dev").err
    clock = later.modelyard("sandbox", "clock", "--json").json["data"]
    now = datetime.fromisoformat(clock["now"])
    assert now - datetime.now(UTC) > timedelta(days=DAYS - 1), "or the day was never moved, and nothing was proved"
    assert clock["marketDay"] < f"{now:%Y-%m-%d}"


def test_a_slice_of_the_suite_passes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *QUIET, *SLICE],
        cwd=ROOT,
        env={**os.environ, **environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 50, "a slice that shrinks proves less"
