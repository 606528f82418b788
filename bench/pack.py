"""`pulumi preview` of stack dev with the policy pack, against the same preview without it."""

from pathlib import Path

from bench import measure
from bench.sandboxed import ROOT, Sandboxed

FIXED, EACH = 1.0, 0.002
"""Seconds that the pack may add to a preview, and to each resource of it."""


def rows(folder: Path) -> list[measure.Row]:
    """One row: the difference of medians of 5 runs each, of a stack that doesn't exist yet."""
    with Sandboxed(folder / "pack") as sandbox:
        project = sandbox.copy(ROOT)
        words = ("preview", "--non-interactive", "--stack", "dev")
        said = sandbox.pulumi(project, *words)
        resources = said.count(" create")
        judged, plain = measure.in_turn(
            lambda: sandbox.pulumi(project, *words, "--policy-pack", "policies"),
            lambda: sandbox.pulumi(project, *words),
            runs=5,
        )
    added, bound = judged - plain, FIXED + EACH * resources
    return [
        measure.Row(
            "policy pack in a preview",
            f"+ {added:.2f} s",
            f"≤ {FIXED:.0f} s + {EACH * 1000:.0f} ms a resource",
            added <= bound,
            f"{judged * 1000:.0f} ms against {plain * 1000:.0f} ms, about {resources} resources",
        )
    ]
