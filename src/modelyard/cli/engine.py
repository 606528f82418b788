"""`modelyard engine`: which Pulumi engine commands use; gets one where there is none."""

from modelyard.cli.options import Plain
from modelyard.cli.process_context import context
from modelyard.operations.engine_location import locate
from modelyard.report.result import Report


def engine(*, common: Plain = Plain()) -> Report:
    """Find the Pulumi engine, and get one where there is none.

    Looks on PATH and in the cache, then tries Pulumi's installer, then builds the engine from Go modules. That needs Go
    1.26 and takes about four minutes the first time; the engine is kept for all projects. Other commands do the same
    when they need an engine.

        modelyard engine
    """
    found = locate(context())
    return Report(
        command="engine",
        text=f"Pulumi {found.version} ({found.source}): {found.binary}",
        data={"version": found.version, "source": found.source, "binary": str(found.binary)},
    )
