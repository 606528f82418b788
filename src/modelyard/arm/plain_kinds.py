"""Kinds of resource of which Microsoft's types say all there is to know: one line each, and no module in any room.

A kind that decides something has its row in `kinds`. A line here says what people call the kind, the parent under whose
key its section of the stack file stands, and what the row's other fields say. The section is called as the last part of
the type.

An installed package adds lines of its own by an entry point of the group `modelyard.kinds`, which names a module with
`ROWS`: docs/own-kinds.md. Every process that reads the table runs in the same environment, so that all of them know it.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from modelyard.arm.json_path import ArmObject
from modelyard.arm.kinds import ACCOUNT, ACCOUNT_TYPE
from modelyard.arm.resource_types import ResourceType, own
from modelyard.arm.schema import SchemaMissing
from modelyard.failures import ExitStatus, Failure

GROUP = "modelyard.kinds"

CONNECTION: ArmObject = {
    "patch": True,
    "created": 200,
    "not_returned": frozenset({"properties.credentials"}),
}
"""A PUT answers 200 when it makes one too, and credentials are null in every reply (captured in recordings of azure-cli
and cloud-custodian, B)."""


def plain(token: str, arm_type: str, noun: str, parent: ResourceType | None = None, **facts: Any) -> ResourceType:
    """A row; `token` without `azure-native:`. What is in an account takes turns with all else there."""
    return ResourceType(
        token=f"azure-native:{token}",
        type=arm_type,
        noun=noun,
        parent=parent,
        lock=ACCOUNT_TYPE if arm_type.startswith(f"{ACCOUNT_TYPE}/") else "",
        **{"section": arm_type.rpartition("/")[2], **facts},
    )


# A project is written and deleted at once, with no operation to follow (captured in recordings of azure-cli, B).
PROJECT = plain("cognitiveservices:Project", f"{ACCOUNT_TYPE}/projects", "Foundry project", patch=True)
ROWS: tuple[ResourceType, ...] = (
    PROJECT,
    plain("cognitiveservices:AccountConnection", f"{ACCOUNT_TYPE}/connections", "connection", ACCOUNT, **CONNECTION),
    plain("cognitiveservices:ProjectConnection", f"{PROJECT.type}/connections", "connection", PROJECT, **CONNECTION),
    plain("cognitiveservices:EncryptionScope", f"{ACCOUNT_TYPE}/encryptionScopes", "encryption scope", ACCOUNT),
    plain("authorization:ManagementLockByScope", "Microsoft.Authorization/locks", "lock", ACCOUNT, last=True),
    plain("monitor:DiagnosticSetting", "Microsoft.Insights/diagnosticSettings", "diagnostic setting", ACCOUNT),
)


class KindsUnusable(Failure):
    """An installed package adds kinds that can't be used."""

    code = "arm.kinds-unusable"
    status = ExitStatus.USAGE

    def __init__(self, entry: str, problem: str, allowed: str = "") -> None:
        super().__init__(
            f"the kinds of resource that an installed package adds can't be used: {problem}",
            where=f"entry point {entry} of {GROUP}",
            allowed=allowed or "a module with ROWS, a tuple of rows that `modelyard.arm.plain_kinds.plain` made",
            remedy="correct the package, or uninstall it; docs/own-kinds.md has an example",
        )


@cache
def rows() -> tuple[ResourceType, ...]:
    """The lines of this table and those that installed packages add. Raises KindsUnusable."""
    return (*ROWS, *added())


@cache
def added() -> tuple[ResourceType, ...]:
    """The lines that installed packages add, in the order of their entry points' names. Raises KindsUnusable."""
    found = sorted(entry_points(group=GROUP), key=lambda each: each.name)
    if not found:
        return ()
    table = list(own())
    for entry in found:
        for row in _rows_of(entry):
            _check(row, table, entry.name)
            table.append(row)
    return tuple(table[len(list(own())) :])


def _rows_of(entry: EntryPoint) -> Iterable[ResourceType]:
    try:
        found = getattr(entry.load(), "ROWS", None)
    except Exception as wrong:  # whatever the package's own code raises
        raise KindsUnusable(entry.name, f"{entry.value} can't be imported: {wrong}") from wrong
    if not isinstance(found, tuple) or not all(isinstance(row, ResourceType) for row in found):
        raise KindsUnusable(entry.name, f"{entry.value} has no ROWS, or something in it is no row")
    return found


def _check(row: ResourceType, table: list[ResourceType], entry: str) -> None:
    for problem, allowed in _problems(row, table):
        raise KindsUnusable(entry, f"{row.type}: {problem}", allowed)


def _problems(row: ResourceType, table: list[ResourceType]) -> Iterator[tuple[str, str]]:
    """What keeps a row from standing beside those of the table, with what is allowed."""
    if any(row.token == each.token or row.type.lower() == each.type.lower() for each in table):
        yield "there is a row of this type already", "a type that Modelyard doesn't declare"
    if row.parent is not None and not any(row.parent is each for each in table):
        yield f"its parent, {row.parent.type}, is in no row", "a row of Modelyard's own, or one that stands before it"
    if not row.section:
        yield "it has no section", "the key of the stack file under which its resources stand"
    if any(row.section == each.section and row.parent is each.parent for each in table):
        yield f"the key {row.section} stands there already", "another `section`"
    try:
        schema = row.schema
    except (SchemaMissing, OSError, ValueError) as wrong:
        yield str(wrong), "an entry in `schema_file`, made by `python -m tools.arm_schema`"
        return
    if schema.type.lower() != row.type.lower():
        yield f"the entry of {row.token} is of {schema.type}", "the type that the entry has"
    if row.parent is not None and row.section in {*row.parent.schema.body["properties"], *members(row.parent)}:
        yield f"{row.section} is a member of {row.parent.type} too", "another `section`"
    if both := sorted(members(row) & row.envelope):
        yield f"members stand in `properties` and beside it: {', '.join(both)}", "a kind with modules of its own"


def members(row: ResourceType) -> frozenset[str]:
    """The members of `properties`, which stand beside those of the envelope in the stack file; of every variant."""
    inside = row.schema.properties
    variants = (variant.get("properties", ()) for variant in inside.get("oneOf", ()))
    return frozenset({*inside.get("properties", ()), *(name for each in variants for name in each)})
