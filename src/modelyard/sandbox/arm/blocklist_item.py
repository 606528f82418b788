"""Entries of a blocklist: a word or phrase, or a regular expression.

Which dialect of those Azure takes is not published; the sandbox takes what Python's `re` takes (R).
"""

import re
from dataclasses import replace
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.kinds import BLOCKLIST_ITEM
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud
from modelyard.sandbox.arm.account_parts import account_of
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import SPEC

NAME = re.compile(r"[0-9A-Za-z._~-]{1,64}")


def _check(change: ResourceChange) -> None:
    if not NAME.fullmatch(change.name):
        rule = "up to 64 letters, digits, hyphens, periods, underscores and tildes"
        raise refuse("bad-name", name=change.name, type=BLOCKLIST_ITEM.type, rule=rule)
    pattern, is_regex = str(change.properties.get("pattern") or ""), change.properties.get("isRegex")
    if not pattern.strip():
        raise refuse("bad-content", reason="properties.pattern is required")
    if is_regex:
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise refuse("bad-pattern", pattern=pattern, reason=wrong) from None


def _fill(change: ResourceChange) -> dict[str, Any]:
    return {**change.wanted, "properties": {"isRegex": False, **change.properties}}


KIND = SandboxKind(
    row=BLOCKLIST_ITEM,
    grade=Grade.A,
    source=SPEC,
    check=_check,
    fill=_fill,
    lock=account_of,
    long_running=frozenset({"DELETE"}),
    removed_at_once=204,
)


def write(call: ArmCall, name: str, body: ArmDocument) -> None:
    """Create or replace one entry of the list that the call is about."""
    one = replace(call, method="PUT", parameters={**call.parameters, BLOCKLIST_ITEM.name_parameter: name}, body=body)
    crud.put(KIND, one)


ROUTES = crud.routes(KIND, patch=False)
