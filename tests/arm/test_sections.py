"""What the stack file can say of a type by its row: a key of two meanings would be lost on the way to ARM."""

import pytest

from modelyard.arm import plain_kinds
from modelyard.arm.resource_types import ResourceType, rows, scope_parameter

every_plain_row = pytest.mark.parametrize("row", plain_kinds.ROWS, ids=lambda row: row.type)


@every_plain_row
def test_a_member_of_properties_is_called_as_none_beside_them(row: ResourceType) -> None:
    """The stack file has no level `properties`: its members stand beside `identity`, `location`, `tags`."""
    inside = set(row.schema.properties.get("properties", ()))
    for variant in row.schema.properties.get("oneOf", ()):
        inside |= set(variant["properties"])
    assert not inside & row.envelope
    sections = {child.section for child in rows() if child.parent is row}
    assert not sections & (inside | row.envelope), "a child's section stands there too"


@every_plain_row
def test_it_stands_where_its_parent_stands_in_azure(row: ResourceType) -> None:
    if row.parent is not None and not scope_parameter(row.path):
        assert row.type == f"{row.parent.type}/{row.type.rpartition('/')[2]}"
    assert row.section
    assert row.noun


@every_plain_row
def test_what_is_in_an_account_takes_turns_there(row: ResourceType) -> None:
    assert bool(row.lock) == row.type.startswith("Microsoft.CognitiveServices/accounts/")
