"""A service principal's client id in the place of its object id is taken by Azure without a word, and opens nothing."""

from typing import Any

import pytest

from modelyard.engine.events import Started
from modelyard.engine.preview_findings import principal_findings

CLIENT, OBJECT = "256e3213-824d-495c-8da9-985920f02a88", "c7b85ac1-8580-528d-9748-6a4294f761cf"
URN = "urn:pulumi:dev::tried::modelyard:index:Yard$azure-native:authorization:RoleAssignment::app"


def step(principal: Any, op: str = "create") -> Started:
    return Started(URN, op, preview=True, inputs={"principalId": principal}, custom=True, id="")


@pytest.mark.parametrize("variable", ["AZURE_CLIENT_ID", "ARM_CLIENT_ID"])
def test_the_client_id_of_the_login_is_no_object_id(variable: str) -> None:
    (found,) = principal_findings([step(CLIENT.upper())], {variable: CLIENT})
    assert (found.path, found.found) == ("access.app", CLIENT.upper())


def test_it_is_told_as_long_as_it_stands_there() -> None:
    assert list(principal_findings([step(CLIENT, "same")], {"AZURE_CLIENT_ID": CLIENT}))
    assert not list(principal_findings([step(CLIENT, "delete")], {"AZURE_CLIENT_ID": CLIENT}))


def test_an_object_id_is_what_is_wanted() -> None:
    assert not list(principal_findings([step(OBJECT)], {"AZURE_CLIENT_ID": CLIENT}))
    assert not list(principal_findings([step(OBJECT)], {"AZURE_CLIENT_ID": ""}))
