"""`modelyard engine`: which Pulumi engine commands use; gets one where there is none."""

import os
import sys
from pathlib import Path

from modelyard.cli.options import Plain
from modelyard.cli.progress import Progress
from modelyard.cli.user_dirs import Places
from modelyard.engine import discovery
from modelyard.report.result import Report


def engine(*, common: Plain = Plain()) -> Report:
    """Find the Pulumi engine, and get one where there is none.

    Looks on PATH and in the cache, then tries Pulumi's installer, then builds the engine from Go modules. That needs Go
    1.26 and takes about four minutes the first time; the engine is kept for all projects. Other commands do the same
    when they need an engine.

        modelyard engine
    """
    found = locate(Progress())
    return Report(
        command="engine",
        text=f"Pulumi {found.version} ({found.source}): {found.binary}",
        data={"version": found.version, "source": found.source, "binary": str(found.binary)},
    )


def locate(progress: Progress) -> discovery.Engine:
    """The engine this user's commands run; raises `NoEngine`."""
    found = discovery.locate(
        cache=Places.here().engine, environment=dict(os.environ), python=Path(sys.executable), progress=progress.line
    )
    progress.clear()
    return found


def search_path(path: str, python: Path) -> str:
    """A PATH on which the engine, its language host and `modelyard` itself are found before everything else."""
    first = [str(locate(Progress()).binary.parent), str(python.parent)]
    return os.pathsep.join([*first, *(part for part in path.split(os.pathsep) if part and part not in first)])
