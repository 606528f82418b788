"""`modelyard sandbox clock`."""

import re

from modelyard.cli.options import Common
from modelyard.cli.places import Places
from modelyard.failures import ExitStatus, Failure
from modelyard.report.result import Report
from modelyard.sandbox import remote
from modelyard.sandbox.home import Home

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


class NotADuration(Failure):
    """The words after `advance` are no length of time."""

    code = "cli.not-a-duration"
    status = ExitStatus.USAGE

    def __init__(self, found: str) -> None:
        super().__init__(f"{found!r} is no length of time", allowed="numbers with s, m, h, d or w: 90s, 5m, 1h30m, 2d")


def clock(action: str = "show", by: str = "0s", *, common: Common = Common()) -> Report:
    """Tell or advance the sandbox's clock.

    For example:

        modelyard sandbox clock
        modelyard sandbox clock advance 5m     roles have spread, limits are fresh
        modelyard sandbox clock advance 2d     soft-deleted accounts are purged

    Every delay, expiry and window of the sandbox follows this clock. It only moves forward; a reset sets it right.

    Parameters
    ----------
    action
        `show` or `advance`.
    by
        How far: 90s, 5m, 1h30m, 2d.

    """
    home = Home(Places.here().sandbox)
    if action == "advance":
        answer = remote.advance(home, seconds(by))
    elif action == "show":
        answer = remote.ask(home, "GET", "clock")
    else:
        raise NotADuration(action) if by == "0s" else NotADuration(f"{action} {by}")
    ahead = answer["advancedSeconds"]
    return Report(
        command="sandbox clock",
        text=f"{answer['now']}" + (f", {ahead:g} s ahead of real time" if ahead else ""),
        data=answer,
    )


def seconds(text: str) -> float:
    """`1h30m` in seconds; raises `NotADuration`."""
    found = DURATION.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        raise NotADuration(text)
    return sum(float(number) * SECONDS[unit] for number, unit in found)
