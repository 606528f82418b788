"""A finding about which somebody decided already asks for nothing."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("state", "settled"),
    [("Exempt", True), ("Protected", True), ("NonCompliant", False), ("Error", False), ("Undecided", False)],
)
def test_exempt_and_protected_are_as_somebody_decided(rule: Any, state: str, settled: bool) -> None:
    assert rule(state=state).settled is settled
