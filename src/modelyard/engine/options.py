"""What an operation can be told, and which operation knows which flag."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What an operation is told. A flag that an operation doesn't know is a ValueError, never left out in silence.

    `yes` is always the caller's to say. `config` reaches the program and is written into the stack's file, as Pulumi
    does with `-c`; give the stack a `config_file` where that must not be. It is part of the command line, so it is no
    place for a secret. `save_plan` and `plan` are files.
    """

    yes: bool = False
    skip_preview: bool = False
    continue_on_error: bool = False
    refresh: bool = False
    expect_no_changes: bool = False
    targets: tuple[str, ...] = ()
    target_dependents: bool = False
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    plan: Path | None = None
    save_plan: Path | None = None
    policy_packs: tuple[Path, ...] = ()
    parallel: int | None = None
    message: str | None = None


CHANGES = frozenset({"yes", "skip_preview", "parallel", "message", "config", "targets", "target_dependents"})
KNOWN: Mapping[str, frozenset[str]] = {
    "preview": frozenset(
        {"refresh", "expect_no_changes", "targets", "target_dependents", "config", "save_plan", "policy_packs"}
        | {"parallel", "message"}
    ),
    "up": CHANGES | {"continue_on_error", "refresh", "expect_no_changes", "plan", "policy_packs"},
    "refresh": CHANGES | {"expect_no_changes"},
    "destroy": CHANGES | {"continue_on_error", "refresh"},
    "import": frozenset({"yes", "skip_preview", "parallel", "message"}),
}
SWITCHES = ("yes", "skip_preview", "continue_on_error", "refresh", "expect_no_changes", "target_dependents")


def flags(operation: str, options: EngineOptions) -> list[str]:
    """The command line for these options. ValueError names one that the operation doesn't know."""
    standard = EngineOptions()
    for name in EngineOptions.__dataclass_fields__:
        if getattr(options, name) != getattr(standard, name) and name not in KNOWN[operation]:
            raise ValueError(f"pulumi {operation} has no {name}")
    given = [f"--{name.replace('_', '-')}" for name in SWITCHES if getattr(options, name)]
    for name in ("plan", "save_plan", "parallel", "message"):
        value = getattr(options, name)
        if value is not None:
            given += [f"--{name.replace('_', '-')}", str(value)]
    for target in options.targets:
        given += ["--target", target]
    for pack in options.policy_packs:
        given += ["--policy-pack", str(pack)]
    for key, value in options.config.items():
        given += ["--config", f"{key}={value}"]
    return given
