"""`pulumi preview` of stack dev, against the same resources written by hand with azure-native."""

from pathlib import Path

from bench import measure
from bench.sandboxed import ROOT, Sandboxed


def rows(folder: Path) -> list[measure.Row]:
    """One row: the ratio of medians of 5 runs each, both of stacks that don't exist yet."""
    with Sandboxed(folder / "preview") as sandbox:
        handwritten = sandbox.program("handwritten")
        project = sandbox.copy(ROOT)
        words = ("preview", "--non-interactive", "--stack", "dev")
        ours, theirs = measure.in_turn(
            lambda: sandbox.pulumi(project, *words), lambda: sandbox.pulumi(handwritten, *words), runs=5
        )
    return [measure.ratio("preview dev", ours, theirs, 1.05, "a program written by hand")]
