"""Roles decide who may call a model, so their facts are held against what Microsoft publishes."""

import re

import pytest

from modelyard.catalog.roles import role, roles

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_every_role_is_well_formed_and_says_where_it_is_from():
    for found in roles():
        assert GUID.fullmatch(found.guid), found
        assert found.names
        assert all(found.names)
        assert found.grade in {"A", "B", "C", "R"}
        assert found.source
        assert all(GUID.fullmatch(guid) and role(guid) for guid in found.may_assign)


def test_guids_and_names_are_unique():
    keys = [key.casefold() for found in roles() for key in (found.guid, *found.names)]
    assert len(keys) == len(set(keys)), "a name that means two roles would grant the wrong rights"


@pytest.mark.parametrize(
    ("former", "current"),
    [
        ("Azure AI User", "Foundry User"),
        ("Azure AI Project Manager", "Foundry Project Manager"),
        ("Azure AI Account Owner", "Foundry Account Owner"),
        ("Azure AI Owner", "Foundry Owner"),
    ],
)
def test_a_renamed_role_is_found_by_both_names(former, current):
    assert role(former) is role(current)
    assert role(current.upper()) is role(former)


def test_an_unknown_role_is_none():
    assert role("Emperor") is None


@pytest.mark.parametrize(
    ("name", "calls_models"),
    [
        ("Owner", False),
        ("Contributor", False),
        ("Reader", False),
        ("Cognitive Services Contributor", False),
        ("Azure AI Account Owner", False),
        ("Azure AI Administrator", False),
        ("Cognitive Services User", True),
        ("Cognitive Services OpenAI User", True),
        ("Azure AI User", True),
    ],
)
def test_only_roles_with_data_actions_can_call_models(name, calls_models):
    found = role(name)
    assert found is not None
    assert bool(found.data_actions) is calls_models, "Owner may create a model and still not call it with a token"


@pytest.mark.parametrize("name", ["Foundry Account Owner", "Foundry Project Manager"])
def test_conditional_roles_say_what_they_may_hand_on(name):
    found, handed_on = role(name), role("Foundry User")
    assert found is not None
    assert handed_on is not None
    assert found.may_assign == (handed_on.guid,)
