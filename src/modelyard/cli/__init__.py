"""The command line: words in, a report out as text or JSON, and an exit status.

A command takes its parameters, returns a `Report` and prints nothing itself. `app.py` lists the commands and turns a
report into text or JSON and an exit status. This room alone reads the environment.
"""

import gc
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and tell its exit status. Without `arguments` the process is the command's own.

    Such a process lives for a second and keeps what it loads. To look for garbage would only delay it: several times
    while it loads, and once more among everything when the interpreter ends, which `freeze` spares it. Together that is
    a fifth of a quick command's time.
    """
    if arguments is None:
        gc.disable()
    from modelyard.cli.app import main as run

    try:
        return run(arguments)
    finally:
        if arguments is None:
            gc.freeze()


__all__ = ["main"]
