"""How long until a sandbox answers, and how much memory it takes once it has."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench import measure

RUNS = 7
SECONDS = 1.5
MEGABYTES = 100


def rows(folder: Path) -> list[measure.Row]:
    """Two rows: median seconds from the command to its end, when the sandbox answers; resident memory after that."""
    state = folder / "sandbox"
    environment = {**os.environ, "MODELYARD_STATE": str(state)}
    times, memory = [], 0.0
    for _ in range(RUNS):
        shutil.rmtree(state, ignore_errors=True)
        begun = time.perf_counter()
        started = _modelyard("start", environment)
        times.append(time.perf_counter() - begun)
        memory = max(memory, _megabytes(int(re.search(r"process (\d+)", started)[1])))  # type: ignore[index]  # it says so
        _modelyard("stop", environment)
    median = statistics.median(times)
    return [
        measure.Row("sandbox answers", f"{median:.2f} s", f"≤ {SECONDS} s", median <= SECONDS, "from a new home"),
        measure.Row("sandbox memory", f"{memory:.0f} MB", f"≤ {MEGABYTES} MB", memory <= MEGABYTES, "resident"),
    ]


def _modelyard(command: str, environment: dict[str, str]) -> str:
    words = [sys.executable, "-m", "modelyard.cli", "sandbox", command]
    return subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]  # Linux has the line
