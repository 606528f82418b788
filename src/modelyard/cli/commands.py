"""The table of commands: what there is, in which panel of `--help` it stands, and in which order.

A new command is one word here and one function of its name; a group is a row of `GROUPS` and a module of its name. The
order is that in which a newcomer needs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PANELS: Mapping[str, tuple[str, ...]] = {
    "Start": ("init", "quickstart", "doctor", "engine", "upgrade"),
    "Change": ("check", "preview", "up", "smoke", "destroy"),
    "What runs": ("inventory", "drift", "quota", "audit", "adopt", "detach"),
    "Callers": ("client", "token"),
    "Groups": ("models", "pipeline", "policy", "sandbox"),
}
"""Every command and group, by its panel."""


@dataclass(frozen=True, slots=True)
class Group:
    """Commands under one name. `line` is what help says of the group."""

    line: str
    commands: tuple[str, ...]


GROUPS: Mapping[str, Group] = {
    "models": Group(
        "Look up models: what there is, where, with which SKUs, when it retires; and move deployments.",
        ("show", "search", "retirements", "bump"),
    ),
    "pipeline": Group(
        "Run stacks in a pipeline: its file, the stacks of a change, one comment.",
        ("render", "affected", "comment"),
    ),
    "policy": Group(
        "Work with Azure Policy: which policies apply to a stack and why, tests, and the policies of others.",
        ("list", "test", "explain", "coverage", "pull", "export", "impact", "remediate"),
    ),
    "sandbox": Group(
        "Run the sandbox: a local Azure behind Azure's own host names, on loopback only.",
        ("start", "stop", "status", "run", "env", "seed", "reset", "logs", "clock", "faults", "assertion"),
    ),
}

MODULES: Mapping[str, tuple[str, ...]] = {
    "machine": ("quickstart", "doctor", "engine", "client", "token"),
    "stack": ("check", "preview", "up", "smoke", "destroy"),
    "audit": ("audit",),
    "project": ("init", "upgrade"),
    "inventory": ("inventory", "drift", "quota", "adopt", "detach"),
}
"""The commands that are in no group, by the module of this room that has them. A group's module has its name."""

COMMANDS: tuple[str, ...] = tuple(name for names in PANELS.values() for name in names if name not in GROUPS)
"""The commands that are in no group."""

WORDS: frozenset[str] = frozenset({*COMMANDS, *GROUPS, *(name for group in GROUPS.values() for name in group.commands)})


def module_of(command: str) -> str:
    """The module of a command, as it is typed: `sandbox start` is in `sandbox`, `up` in `stack`."""
    first = command.partition(" ")[0]
    return next((module for module, names in MODULES.items() if first in names), first)
