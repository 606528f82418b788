"""What a sandbox's clock was advanced, read from the sandbox's folder by whoever judges a stack for it.

The sandbox need not run: its database is read as it was left. Programs that the engine starts find the folder by the
environment that `modelyard sandbox run`, `modelyard sandbox env` and `modelyard up` give them.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from modelyard.azure.target import in_sandbox
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market

HOME_VARIABLE = "MODELYARD_SANDBOX_HOME"
"""Names the sandbox's folder in the environment of its children."""

DATABASE = "azure.sqlite"
COLLECTION, KEY, MEMBER = "settings", "clock", "advancedSeconds"
"""Where the sandbox's store keeps it."""

MOST = timedelta(days=36525)
"""How far a clock is advanced in all, a century: what begins at its end must still have a date to end at."""


def advanced(home: Path) -> timedelta:
    """What the clock of the sandbox in this folder was advanced; nothing where there is none, or none that can be read.

    A database that can't be read is no reason to refuse a stack file: whatever starts the sandbox says what is wrong
    with it, and once that is mended the clock begins anew.
    """
    database = home / DATABASE
    if not database.is_file():
        return timedelta(0)
    import sqlite3

    # A reader of a database with a write-ahead log opens it for writing, so that it can take part in the locks.
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=rw", uri=True)) as connection:
            query = "SELECT document FROM documents WHERE collection = ? AND key = ?"
            row = connection.execute(query, (COLLECTION, KEY)).fetchone()
        kept = timedelta(seconds=json.loads(row[0])[MEMBER] if row else 0)
        return kept if kept <= MOST else timedelta(0)
    except (sqlite3.Error, ValueError, KeyError, TypeError, OverflowError):
        return timedelta(0)


def calendar(environment: Mapping[str, str], now: datetime) -> Calendar:
    """The calendar of a program that the engine runs: its environment says whether it is in a sandbox, and in which."""
    home = environment.get(HOME_VARIABLE)
    if not home or not in_sandbox(environment):
        return Calendar(now, Market.load().date)
    return Calendar(now, Market.load().date, advanced(Path(home)), "sandbox")
