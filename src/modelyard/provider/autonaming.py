"""How a resource gets its name where the program gives none, as azure-native names it."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum

from modelyard.arm.resource_types import Autoname, ResourceType

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
