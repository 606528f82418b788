"""The Pulumi engine that a user's operations run."""

import os
import sys
from pathlib import Path

from modelyard.engine import discovery
from modelyard.operations.context import OperationContext
from modelyard.operations.user_dirs import Places


def locate(context: OperationContext) -> discovery.Engine:
    """The engine; it is installed or built where there is none. Raises `NoEngine`."""
    found = discovery.locate(
        cache=Places.here(context.environment).engine,
        environment=dict(context.environment),
        python=Path(sys.executable),
        progress=context.progress.line,
    )
    context.progress.clear()
    return found


def search_path(context: OperationContext, path: str, python: Path) -> str:
    """A PATH on which the engine, its language host and `modelyard` itself are found before everything else."""
    first = [str(locate(context).binary.parent), str(python.parent)]
    return os.pathsep.join([*first, *(part for part in path.split(os.pathsep) if part and part not in first)])
