"""A reader who knows one room finds a kind of resource in every other, because the file has the same name there."""

from pathlib import Path

import pytest

import modelyard
from modelyard.arm import kinds
from modelyard.arm.resource_types import ResourceType

SOURCE = Path(modelyard.__file__).parent
ROOMS = ("config", "resources", "sandbox/arm")
ELSEWHERE = {
    "resource_group": {"config", "resources"},  # said and declared with the account
    "blocklist_item": {"config", "resources"},  # said and declared with its blocklist
}
STEMS = {name.lower(): row for name, row in vars(kinds).items() if isinstance(row, ResourceType)}


@pytest.mark.parametrize("stem", STEMS)
def test_a_kind_has_one_name_in_every_room(stem: str) -> None:
    missing = {room for room in ROOMS if not (SOURCE / room / f"{stem}.py").is_file()}
    assert missing == ELSEWHERE.get(stem, set())


def test_every_row_is_in_the_table() -> None:
    """A row that stands in the module and not in `ROWS` would be a kind that no room knows."""
    assert set(STEMS.values()) == set(kinds.ROWS)


def test_only_kinds_that_are_there_are_excused() -> None:
    assert set(ELSEWHERE) <= set(STEMS)
