"""What must hold before inputs go any further: names and defaults filled in, and all that URL and body need.

A resource to which the program gives no name is named as azure-native names it.
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from modelyard.arm.json_path import find, members, surface, with_value
from modelyard.arm.resource_types import Autoname, ResourceType, scope_parameter
from modelyard.arm.translation import NOTE, PulumiInputs
from modelyard.provider.values import UNKNOWN, SecretValue, reveal

RANDOM_DIGITS = 8


class Mode(StrEnum):
    """What the engine's autonaming configuration asks for."""

    PROPOSE = "PROPOSE"
    ENFORCE = "ENFORCE"
    DISABLE = "DISABLE"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The engine's autonaming configuration for one resource."""

    name: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and whether chance made it: then a replacement may be created before the old one is deleted."""

    text: str
    random: bool


def autoname(row: ResourceType, logical_name: str, seed: bytes, proposal: Proposal | None) -> Name | None:
    """A name for a resource; None where the configuration forbids making one.

    `seed` is the engine's: the same seed gives the same name, so that a preview and its update agree.
    """
    if proposal is not None:
        if proposal.mode is Mode.DISABLE:
            return None
        if proposal.mode is Mode.ENFORCE or row.autoname is not Autoname.UUID:
            return Name(proposal.name, random=True)
    digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(32)
    match row.autoname:
        case Autoname.COPY:
            return Name(logical_name, random=False)
        case Autoname.UUID:
            return Name(str(uuid.UUID(digits[:32])), random=True)
        case Autoname.RANDOM:
            return Name(logical_name + digits[:RANDOM_DIGITS], random=True)


# azure-native's own note in the state: chance made the name, so a replacement can be created before the old is deleted.
CREATE_BEFORE_DELETE = "__createBeforeDelete"

LOCATION = "location"


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """One thing wrong with the inputs, at a property path."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """Inputs with their defaults, and what is wrong with them."""

    inputs: PulumiInputs
    failures: tuple[CheckFailure, ...]


def check(
    row: ResourceType,
    old: PulumiInputs,
    new: PulumiInputs,
    *,
    logical_name: str,
    seed: bytes,
    proposal: Proposal | None,
    location: Callable[[PulumiInputs], Any],
) -> Checked:
    """The inputs as they will be sent. `location` finds the default place for inputs that state none."""
    inputs = dict(new)
    name = row.name_parameter
    if name not in inputs:
        if name in old:
            inputs[name] = old[name]
            if CREATE_BEFORE_DELETE in old:
                inputs[CREATE_BEFORE_DELETE] = old[CREATE_BEFORE_DELETE]
        elif (made := autoname(row, logical_name, seed, proposal)) is not None:
            inputs[name] = made.text
            if made.random:
                inputs[CREATE_BEFORE_DELETE] = True
    if LOCATION in row.envelope and LOCATION not in inputs:
        default = old.get(LOCATION) or location(inputs)
        if default is not None:
            inputs[LOCATION] = default
    for place in surface(row, row.secret):
        inputs = with_value(inputs, place, _hidden)
    return Checked(inputs, tuple(_failures(row, reveal(inputs))))


def _hidden(value: Any) -> Any:
    """What ARM's types call a secret is one in the state and in what the engine shows, however a program gives it."""
    return value if isinstance(value, SecretValue) or value is UNKNOWN else SecretValue(value)


def _failures(row: ResourceType, inputs: dict[str, Any]) -> list[CheckFailure]:
    whole = scope_parameter(row.path)
    found = [_parameter(name, inputs.get(name), whole=name == whole) for name in row.parameters]
    for place in sorted(surface(row, row.required)):
        around, _, _ = place.rpartition(".")
        surroundings = find(inputs, around) if around else inputs
        if isinstance(surroundings, dict) and find(inputs, place) is None:
            found.append(CheckFailure(place, _missing(place)))
    # azure-native drops an input that it doesn't know without a word. Its typed classes have none such, and in a
    # program that bypasses them a misplaced value is better told than lost.
    known = {*row.parameters, *members(row)}
    allowed = ", ".join(sorted(known))
    found += [
        CheckFailure(name, f"'{name}' is no input of {row.token}; it has {allowed}")
        for name in sorted(inputs)
        if name not in known and not name.startswith(NOTE)
    ]
    return [failure for failure in found if failure is not None]


def _missing(place: str) -> str:
    reason = f"missing required property '{place}'"
    if place == LOCATION:
        reason += ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
    return reason


def _parameter(name: str, value: Any, *, whole: bool) -> CheckFailure | None:
    """A URL parameter goes into the path: it must be there, be text, and stay within its own segment.

    `whole` says that it is an ARM id of its own.
    """
    if value is None or value == "":
        return CheckFailure(name, _missing(name))
    if value is UNKNOWN:
        return None
    if not isinstance(value, str):
        return CheckFailure(name, f"'{name}' should be a string but is {value!r}")
    segments = value.strip("/").split("/") if whole else [value]
    if any(segment in {"", ".", ".."} or "/" in segment for segment in segments):
        return CheckFailure(name, f"'{name}' can't be part of a URL: '{value}'")
    return None
