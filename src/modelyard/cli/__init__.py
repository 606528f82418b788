"""The command line: words in, a report out as text or JSON, and an exit status.

A command takes its parameters, returns a `Report` and prints nothing itself. `app.py` lists the commands and turns a
report into text or JSON and an exit status. This room alone reads the environment.
"""

import gc
import sys
from collections.abc import Sequence
from types import ModuleType


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and tell its exit status. Without `arguments` the process is the command's own.

    Such a process lives for a second and keeps what it loads. To look for garbage would only delay it: several times
    while it loads, and once more among everything when the interpreter ends, which `freeze` spares it. Together that is
    a fifth of a quick command's time.
    """
    if arguments is None:
        gc.disable()
        _without_plugins()
    from modelyard.cli.app import main as run

    try:
        return run(arguments)
    finally:
        if arguments is None:
            gc.freeze()


def _without_plugins() -> None:
    """Spare the command the module in which pydantic looks for plugins, which a command has none of (`NO_PLUGINS`).

    It loads `importlib.metadata`, and with that email, sockets and archives: a twentieth of a quick command's time.
    """
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)


__all__ = ["main"]
