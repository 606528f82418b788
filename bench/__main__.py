"""`make bench`: every figure the project promises, measured in one run; `python -m bench check` runs only that one."""

import importlib
import os
import sys
import tempfile
from pathlib import Path

from bench import measure

FIGURES = (
    "check",
    "sandbox",
    "chat",
    "limits",
    "smoke",
    "preview",
    "up",
    "policy",
    "regorus",
    "audit",
    "pack",
    "what_runs",
)


def main(names: list[str]) -> int:
    """Run the figures named (all when none is) and print one table; 1 when a bound was missed."""
    rows: list[measure.Row] = []
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # where it is set, each process measured would compile its sources
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as folder:
        for name in names or FIGURES:
            sys.stderr.write(f"measuring {name}\n")
            rows += importlib.import_module(f"bench.{name}").rows(Path(folder))
    print(measure.table(rows))
    return 1 if any(row.kept is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
