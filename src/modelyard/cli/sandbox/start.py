"""`modelyard sandbox start`."""

import os

from modelyard.cli.options import Plain
from modelyard.cli.sandbox.status import told
from modelyard.cli.usage import OptionWithoutEffect
from modelyard.operations.user_dirs import Places
from modelyard.report.result import Report
from modelyard.sandbox import process


def start(*, port: int | None = None, common: Plain = Plain()) -> Report:
    """Start the sandbox. Does nothing where it runs already.

    The sandbox runs in the background until `modelyard sandbox stop`, on loopback only. Its contents survive a stop, a
    restart and a kill. It uses the port that it had before, so that an environment that was exported stays valid.

        modelyard sandbox start
        modelyard sandbox start --port 8443

    Parameters
    ----------
    port
        The port of the proxy, 1 to 65535. Without it, the port it had before, or a free one.

    """
    home = Places.here(os.environ).sandbox
    before = process.status(home)
    if before is not None and port is not None and port != before.port:
        remedy = "stop it first: modelyard sandbox stop"
        raise OptionWithoutEffect(f"--port {port}", f"while the sandbox runs on port {before.port}", remedy)
    running = process.start(home, port=port)
    return told("sandbox start", running, "started" if before is None else "was running already")
