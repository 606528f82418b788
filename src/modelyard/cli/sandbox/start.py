"""`modelyard sandbox start`."""

from modelyard.cli.options import Common
from modelyard.cli.places import Places
from modelyard.cli.sandbox.status import told
from modelyard.report.result import Report
from modelyard.sandbox import process


def start(*, port: int | None = None, common: Common = Common()) -> Report:
    """Start the sandbox; does nothing where it runs.

    It runs in the background until `modelyard sandbox stop`, on loopback only. What it holds outlives a stop, a
    restart and a kill. It takes the port it had before, so that an environment once exported stays true.

    Parameters
    ----------
    port
        The proxy's port.

    """
    home = Places.here().sandbox
    was_running = process.status(home) is not None
    running = process.start(home, port=port)
    return told("sandbox start", running, "was running already" if was_running else "started")
