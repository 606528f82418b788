"""`modelyard sandbox clock`."""

import os
import re
from typing import Literal

from modelyard.cli.options import Plain
from modelyard.cli.usage import OptionWithoutEffect
from modelyard.failures import ExitStatus, Failure
from modelyard.operations.user_dirs import Places
from modelyard.report.result import Report
from modelyard.sandbox import control_client
from modelyard.sandbox.state_dir import Home

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


class NotADuration(Failure):
    """A length of time is missing, or it can't be read as one."""

    code = "cli.not-a-duration"
    status = ExitStatus.USAGE

    def __init__(self, found: str) -> None:
        super().__init__(
            f"{found!r} is not a length of time" if found else "a length of time is missing",
            allowed="numbers with s, m, h, d or w: 90s, 5m, 1h30m, 2d",
        )


def clock(action: Literal["show", "advance"] = "show", by: str = "", *, common: Plain = Plain()) -> Report:
    """Show or advance the sandbox's clock.

    For example:

        modelyard sandbox clock
        modelyard sandbox clock advance 5m     role assignments take effect
        modelyard sandbox clock advance 2d     soft-deleted accounts are purged
        modelyard sandbox clock advance 52w    models retire as in Azure

    Every delay, expiry and window of the sandbox follows this clock. It only moves forward.
    `modelyard sandbox reset` sets it back to real time, and deletes everything else.
    Models retire by the market's day: the catalog's date plus what the clock was advanced. Real time that goes by
    retires no model here; in Azure the real day counts.

    Parameters
    ----------
    action
        `show` or `advance`.
    by
        How far to advance: numbers with s, m, h, d or w, such as 90s, 5m, 1h30m, 2d.

    """
    if by and action == "show":
        raise OptionWithoutEffect(by, "with `clock show`", f"advance the clock: modelyard sandbox clock advance {by}")
    home = Home(Places.here(os.environ).sandbox)
    answer = (
        control_client.advance(home, seconds(by)) if action == "advance" else control_client.ask(home, "GET", "clock")
    )
    ahead = answer["advancedSeconds"]
    return Report(
        command="sandbox clock",
        text=f"{answer['now']}"
        + (f", {ahead:g} s ahead of real time" if ahead else "")
        + f"\nthe market's day is {answer['marketDay']}: the catalog's date"
        + (" and what the clock was advanced" if ahead else ""),
        data=answer,
    )


def seconds(text: str) -> float:
    """`1h30m` in seconds; raises `NotADuration`."""
    found = DURATION.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        raise NotADuration(text)
    return sum(float(number) * SECONDS[unit] for number, unit in found)
