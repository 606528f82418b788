"""Whether a principal may act decides most of what the sandbox is for: proving that a stack's access is right."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.catalog.roles import role
from modelyard.sandbox.authorization import Handed, _patterns, allows, propagate
from modelyard.sandbox.local_azure import LocalAzure

SUBSCRIPTION = "/subscriptions/5a9db0c5-0000-4000-8000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-one"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/ai"
CHAT = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"
READ = "Microsoft.CognitiveServices/accounts/read"
KEYS = "Microsoft.CognitiveServices/accounts/listKeys/action"
ASSIGN = "Microsoft.Authorization/roleAssignments/write"

ANN, BOB, TEAM = (str(uuid.uuid5(uuid.NAMESPACE_DNS, name)) for name in ("ann", "bob", "team"))


@pytest.fixture
def empty() -> Iterator[LocalAzure]:
    azure = LocalAzure.open()
    yield azure
    azure.store.close()


def assign(azure: LocalAzure, principal: str, definition: str, scope: str) -> str:
    name = str(uuid.uuid4())
    definition_id = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{definition}"
    identifier = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    properties = {
        "principalId": principal,
        "roleDefinitionId": definition_id,
        "scope": scope,
        "createdOn": azure.clock.now().isoformat(),
    }
    azure.store.put("resources", identifier.lower(), {"id": identifier, "name": name, "properties": properties})
    return identifier.lower()


def guid(name: str) -> str:
    found = role(name)
    assert found is not None
    return found.guid


@pytest.mark.parametrize(
    ("name", "action", "data", "may"),
    [
        ("Owner", KEYS, False, True),
        ("Owner", CHAT, True, False),
        ("Owner", ASSIGN, False, True),
        ("Contributor", "Microsoft.CognitiveServices/accounts/write", False, True),
        ("Contributor", ASSIGN, False, False),
        ("Contributor", "microsoft.authorization/roleassignments/WRITE", False, False),
        ("Reader", READ, False, True),
        ("Reader", KEYS, False, False),
        ("Reader", CHAT, True, False),
        ("Cognitive Services User", CHAT, True, True),
        ("Cognitive Services User", "Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action", True, True),
        ("Cognitive Services User", KEYS, False, True),
        ("Cognitive Services User", "Microsoft.CognitiveServices/accounts/deployments/write", False, False),
        ("Cognitive Services OpenAI User", CHAT, True, True),
        ("Cognitive Services OpenAI User", "Microsoft.CognitiveServices/accounts/OpenAI/responses/write", True, True),
        (
            "Cognitive Services OpenAI User",
            "Microsoft.CognitiveServices/accounts/OpenAI/stored-completions/read",
            True,
            False,
        ),
        (
            "Cognitive Services OpenAI User",
            "Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action",
            True,
            False,
        ),
        ("Cognitive Services Contributor", CHAT, True, False),
        ("Cognitive Services Usages Reader", "Microsoft.CognitiveServices/locations/usages/read", False, True),
    ],
)
def test_a_role_permits_what_its_definition_says(empty, name, action, data, may):
    assign(empty, ANN, guid(name), SUBSCRIPTION)
    assert allows(empty, [ANN], action, ACCOUNT, data=data) is may


@pytest.mark.parametrize(
    ("granted_at", "asked_at", "may"),
    [
        ("/", ACCOUNT, True),
        (SUBSCRIPTION, ACCOUNT, True),
        (GROUP, ACCOUNT, True),
        (GROUP.upper(), ACCOUNT, True),
        (ACCOUNT, ACCOUNT.lower(), True),
        (ACCOUNT, f"{ACCOUNT}/deployments/chat", True),
        (ACCOUNT, GROUP, False),
        (ACCOUNT, f"{ACCOUNT}-two", False),
        (GROUP, f"{SUBSCRIPTION}/resourceGroups/rg-one-more", False),
    ],
)
def test_a_grant_holds_for_its_scope_and_everything_below(empty, granted_at, asked_at, may):
    assign(empty, ANN, guid("Reader"), granted_at)
    assert allows(empty, [ANN], READ, asked_at) is may


def test_nobody_may_anything_without_an_assignment(empty):
    assign(empty, BOB, guid("Owner"), SUBSCRIPTION)
    assert not allows(empty, [ANN], READ, ACCOUNT)


def test_a_group_speaks_for_its_members(empty):
    assign(empty, TEAM, guid("Reader"), SUBSCRIPTION)
    assert allows(empty, [ANN, TEAM], READ, ACCOUNT)
    assert not allows(empty, [ANN], READ, ACCOUNT)


def test_what_one_role_takes_out_another_may_still_give(empty):
    assign(empty, ANN, guid("Contributor"), SUBSCRIPTION)
    assign(empty, ANN, guid("User Access Administrator"), GROUP)
    assert allows(empty, [ANN], ASSIGN, ACCOUNT), "notActions is no deny: rights of several roles add up"
    assert not allows(empty, [ANN], ASSIGN, SUBSCRIPTION)


def test_a_decision_follows_the_assignments_at_once(empty):
    assert not allows(empty, [ANN], READ, ACCOUNT)
    key = assign(empty, ANN, guid("Reader"), SUBSCRIPTION)
    assert allows(empty, [ANN], READ, ACCOUNT), "a decision of before would be a stale one"
    empty.store.delete("resources", key)
    assert not allows(empty, [ANN], READ, ACCOUNT)


def test_propagation_takes_as_long_as_the_delays_say(empty):
    assign(empty, BOB, guid("Reader"), SUBSCRIPTION)
    empty.delays = {"Microsoft.Authorization/roleAssignments": 300.0}
    propagate(empty, assign(empty, ANN, guid("Reader"), SUBSCRIPTION))
    assert not allows(empty, [ANN], READ, ACCOUNT)
    assert allows(empty, [BOB], READ, ACCOUNT), "a delay set later takes nothing away from those who had it"
    empty.clock.advance(timedelta(minutes=6))
    assert allows(empty, [ANN], READ, ACCOUNT)


def test_a_conditional_role_hands_on_only_what_its_condition_names(empty):
    assign(empty, ANN, guid("Foundry Account Owner"), SUBSCRIPTION)
    assert allows(empty, [ANN], ASSIGN, ACCOUNT, assigning=Handed(guid("Foundry User")))
    assert not allows(empty, [ANN], ASSIGN, ACCOUNT, assigning=Handed(guid("Owner"))), "else it could make itself Owner"
    assert allows(empty, [ANN], KEYS, ACCOUNT)


def test_a_custom_role_is_read_from_the_store(empty):
    definition = str(uuid.uuid4())
    identifier = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{definition}"
    permissions = [{"actions": ["Microsoft.CognitiveServices/*"], "notActions": [KEYS], "dataActions": [CHAT]}]
    empty.store.put("resources", identifier.lower(), {"id": identifier, "properties": {"permissions": permissions}})
    assign(empty, ANN, definition, SUBSCRIPTION)
    assert allows(empty, [ANN], READ, ACCOUNT)
    assert allows(empty, [ANN], CHAT, ACCOUNT, data=True)
    assert not allows(empty, [ANN], KEYS, ACCOUNT)


WORD = st.text(alphabet="abcXYZ.-+()[]|", min_size=1, max_size=6)
ACTION = st.lists(WORD, min_size=1, max_size=5).map("/".join)


@given(action=ACTION)
def test_an_action_matches_itself_in_any_case_and_a_star_matches_all(action):
    assert _patterns((action,)).fullmatch(action.swapcase())
    assert _patterns(("*",)).fullmatch(action)
    assert not _patterns(()).fullmatch(action), "no pattern grants nothing"


@given(head=ACTION, middle=ACTION, tail=WORD)
def test_a_star_stands_for_any_text_and_everything_else_for_itself(head, middle, tail):
    pattern = _patterns((f"{head}/*/{tail}",))
    assert pattern.fullmatch(f"{head}/{middle}/{tail}")
    assert not pattern.fullmatch(f"{head}/{middle}/{tail}!")
    assert not pattern.fullmatch(f"!{head}/{middle}/{tail}")


@given(first=ACTION, second=ACTION, asked=ACTION)
def test_patterns_together_grant_what_one_of_them_grants(first, second, asked):
    together = bool(_patterns((first, second)).fullmatch(asked))
    assert together is any(_patterns((one,)).fullmatch(asked) for one in (first, second))
