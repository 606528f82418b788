"""`pulumi preview` with the policy pack, against the same preview without it: of stack dev, and of a large stack."""

from pathlib import Path

from bench import measure
from bench.sandboxed import ROOT, Sandboxed

FIXED, EACH = 1.0, 0.002
"""Seconds that the pack may add to a preview, and to each resource of it."""

MORE = 200
"""Entries that the large stack's blocklist has beside those of dev, so that what each resource takes shows."""

ENTRIES = "      entries:\n"
ENTRY = "        more-{number:03}: Word {number:03}\n"


def rows(folder: Path) -> list[measure.Row]:
    """Two rows: the differences of medians of 5 runs each, of stacks that don't exist yet."""
    with Sandboxed(folder / "pack") as sandbox:
        project = sandbox.copy(ROOT)
        small = _row("policy pack in a preview", sandbox, project)
        file = project / "stacks" / "Pulumi.dev.yaml"
        more = "".join(ENTRY.format(number=number) for number in range(MORE))
        file.write_text(file.read_text(encoding="utf-8").replace(ENTRIES, ENTRIES + more), encoding="utf-8")
        return [small, _row(f"the same, {MORE} resources more", sandbox, project)]


def _row(name: str, sandbox: Sandboxed, project: Path) -> measure.Row:
    words = ("preview", "--non-interactive", "--stack", "dev")
    resources = sandbox.pulumi(project, *words).count(" create")
    evaluated, plain = measure.in_turn(
        lambda: sandbox.pulumi(project, *words, "--policy-pack", "policies"),
        lambda: sandbox.pulumi(project, *words),
        runs=5,
    )
    added, bound = evaluated - plain, FIXED + EACH * resources
    return measure.Row(
        name,
        f"+ {added:.2f} s",
        f"≤ {FIXED:.0f} s + {EACH * 1000:.0f} ms a resource",
        added <= bound,
        f"{evaluated * 1000:.0f} ms against {plain * 1000:.0f} ms, about {resources} resources",
    )
