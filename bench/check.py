"""`modelyard check dev` in a fresh process, against the bare imports it can't do without; `audit dev` against that."""

import subprocess
import sys
from pathlib import Path

from bench import measure

ROOT = Path(__file__).parent.parent
CHECK = [str(Path(sys.executable).parent / "modelyard"), "check", "dev", "--on", "2026-11-23"]
AUDIT = [str(Path(sys.executable).parent / "modelyard"), "audit", "dev"]
IMPORTS = [sys.executable, "-c", "import pydantic, yaml, cyclopts"]


def rows(_: Path) -> list[measure.Row]:
    """Two rows: ratios of medians of 15 runs each."""
    checked, imported = measure.in_turn(lambda: _run(CHECK), lambda: _run(IMPORTS), runs=15)
    audited, again = measure.in_turn(lambda: _run(AUDIT), lambda: _run(CHECK), runs=15)
    return [
        measure.ratio("check dev", checked, imported, 2.2, "import pydantic, yaml, cyclopts"),
        measure.ratio("audit dev", audited, again, 1.6, "check dev"),
    ]


def _run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
