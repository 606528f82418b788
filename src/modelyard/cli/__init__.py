"""The command line: one file a command, and the frame they share.

A command takes its parameters, returns a `Report` and prints nothing itself. `app.py` lists the commands and turns a
report into text or JSON and an exit status. This room alone reads the environment.
"""

from modelyard.cli.app import main

__all__ = ["main"]
