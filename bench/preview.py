"""`pulumi preview` of stack dev, against the same resources written by hand with azure-native.

Then `modelyard preview`, whose live check is asked while the engine previews, against the same without the live check.
"""

from pathlib import Path

from bench import measure
from bench.sandboxed import ROOT, Sandboxed


def rows(folder: Path) -> list[measure.Row]:
    """Two rows: ratios of medians of 5 runs each, all of stacks that don't exist yet."""
    with Sandboxed(folder / "preview") as sandbox:
        handwritten = sandbox.program("handwritten")
        project = sandbox.copy(ROOT)
        words = ("preview", "--non-interactive", "--stack", "dev")
        ours, theirs = measure.in_turn(
            lambda: sandbox.pulumi(project, *words), lambda: sandbox.pulumi(handwritten, *words), runs=5
        )
        live, offline = measure.in_turn(
            lambda: sandbox.modelyard("preview", "dev", "--project", str(project)),
            lambda: sandbox.modelyard("preview", "dev", "--project", str(project), "--offline"),
            runs=5,
        )
    return [
        measure.ratio("preview dev", ours, theirs, 1.05, "a program written by hand"),
        measure.ratio("modelyard preview dev", live, offline, 1.05, "the same with --offline"),
    ]
