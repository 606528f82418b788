"""A warm `modelyard up dev` that changes nothing, smoke tests and all, against `pulumi up` of an empty program.

Both as a pipeline runs them. Plain `pulumi up` previews first and so runs its program twice; `modelyard up` in the
sandbox doesn't, as nobody is asked there.
"""

from pathlib import Path

from bench import measure
from bench.sandboxed import Sandboxed


def rows(folder: Path) -> list[measure.Row]:
    """One row: the ratio of medians of 5 runs each."""
    with Sandboxed(folder / "up") as sandbox:
        sandbox.modelyard("up", "dev")
        empty = sandbox.program("empty")
        changed_nothing, nothing = measure.in_turn(
            lambda: sandbox.modelyard("up", "dev"),
            lambda: sandbox.pulumi(empty, "up", "--yes", "--non-interactive", "--stack", "dev"),
            runs=5,
        )
    return [measure.ratio("up dev, no change", changed_nothing, nothing, 3, "pulumi up of an empty program")]
