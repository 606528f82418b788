"""`modelyard sandbox status`."""

import os

from modelyard.cli.options import Plain
from modelyard.operations.user_dirs import Places
from modelyard.report.result import Report
from modelyard.sandbox import process
from modelyard.sandbox.failures import NotRunning


def status(*, common: Plain = Plain()) -> Report:
    """Show whether the sandbox runs, where, and what it holds. The exit status is 5 if it doesn't."""
    home = Places.here(os.environ).sandbox
    running = process.status(home)
    if running is None:
        raise NotRunning(home)
    return told("sandbox status", running, "is running")


def told(command: str, running: process.Status, what: str) -> Report:
    """A report on a running sandbox."""
    lines = [
        f"the sandbox {what}: http://127.0.0.1:{running.port}, process {running.pid}",
        f"  home    {running.home}",
        f"  clock   {running.now}" + (f", {running.advanced_seconds:g} s ahead" if running.advanced_seconds else ""),
        f"  market  {running.market_day}, the day by which models retire here",
        f"  served  {running.requests} requests in {running.uptime_seconds:.0f} s",
        *(f"  holds   {count} {kind}" for kind, count in running.counts.items()),
    ]
    return Report(
        command=command,
        text="\n".join(lines),
        data={
            "pid": running.pid,
            "port": running.port,
            "proxy": f"http://127.0.0.1:{running.port}",
            "home": str(running.home),
            "version": running.version,
            "uptimeSeconds": running.uptime_seconds,
            "requests": running.requests,
            "now": running.now,
            "advancedSeconds": running.advanced_seconds,
            "marketDay": running.market_day,
            "resources": dict(running.counts),
            "principals": running.principals,
        },
    )
