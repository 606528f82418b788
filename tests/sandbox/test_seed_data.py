"""A new sandbox has somebody for each part in the play of least privilege, the same in every sandbox."""

import pytest

from modelyard.arm import kinds
from modelyard.catalog.roles import role
from modelyard.sandbox import seed_data
from modelyard.sandbox.authorization import allows
from modelyard.sandbox.entra import directory
from modelyard.sandbox.local_azure import LocalAzure

READ = "Microsoft.CognitiveServices/accounts/read"
WRITE = "Microsoft.CognitiveServices/accounts/write"
CHAT = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"

MAY = [
    ("pipeline", True, True, True),
    ("developer", True, False, False),
    ("reader", True, False, False),
    ("outsider", False, False, False),
]


def may(azure: LocalAzure, name: str, action: str, *, data: bool = False) -> bool:
    """Whether the principal may do this to an account, by its own roles and those of its groups."""
    principal = directory.find(azure, name)
    assert principal is not None
    scope = f"/subscriptions/{azure.subscription_id}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a"
    groups = directory.directory(azure).groups.get(principal.object_id, ())
    return allows(azure, (principal.object_id, *groups), action, scope, data=data)


@pytest.mark.parametrize(("name", "reads", "writes", "calls"), MAY)
def test_each_principal_may_do_its_part_and_no_more(azure: LocalAzure, name, reads, writes, calls):
    """Smoke checks prove a refusal with `reader` and `outsider`; they'd prove nothing if those could call."""
    assert (may(azure, name, READ), may(azure, name, WRITE), may(azure, name, CHAT, data=True)) == (
        reads,
        writes,
        calls,
    )


def test_a_role_that_a_stack_gives_the_group_is_all_that_lets_its_member_call(azure: LocalAzure):
    """A role of the seed's beside it would hide that the stack's own was taken away."""
    scope = f"/subscriptions/{azure.subscription_id}"
    name = "7c1e0a4e-1f0c-4b44-9a55-0c9f4f6a6d11"
    identifier = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    roles = f"{scope}/providers/Microsoft.Authorization/roleDefinitions"
    properties = {
        "principalId": seed_data.object_id("app-team"),
        "roleDefinitionId": f"{roles}/{seed_data.COGNITIVE_SERVICES_USER}",
        "scope": scope,
    }
    azure.store.put("resources", identifier.lower(), {"id": identifier, "properties": properties})
    assert may(azure, "developer", CHAT, data=True)
    azure.store.delete("resources", identifier.lower())
    assert not may(azure, "developer", CHAT, data=True)


def test_seeding_again_changes_nothing_but_the_credential(azure: LocalAzure):
    """Every start of the server seeds; what a user changed since must stay."""
    before = dict(azure.store.scan("resources"))
    azure.store.delete("principals", seed_data.object_id("outsider"))
    directory.put(
        azure, directory.DirectoryPrincipal(seed_data.object_id("reader"), "auditor", directory.PrincipalKind.USER)
    )
    seed_data.seed(azure, client_id="8b0f5d52-0c0b-4e5f-9c1e-6a5b9d3f2c10", client_secret="another")
    assert dict(azure.store.scan("resources")) == before
    known = directory.directory(azure)
    assert known.by_id[seed_data.object_id("reader")].name == "auditor"
    assert known.by_name["pipeline"].accepts("another")
    assert not known.by_name["pipeline"].accepts("a secret of the tests")
    assert "outsider" in known.by_name, "what is missing comes back"


def test_role_assignments_are_documents_as_arm_has_them(azure: LocalAzure):
    assignments = [
        document
        for _, document in azure.store.scan("resources")
        if document.get("type") == "Microsoft.Authorization/roleAssignments"
    ]
    assert len(assignments) == 6
    for document in assignments:
        found = kinds.ROLE_ASSIGNMENT.match(document["id"])
        assert found is not None
        assert found["roleAssignmentName"] == document["name"]
        assert role(document["properties"]["roleDefinitionId"].rpartition("/")[2]) is not None


def test_object_ids_are_the_same_in_every_sandbox():
    """An example stack names them; a golden value, because changing one breaks every stack file that does."""
    assert seed_data.object_id("app-team") == "2473279e-c807-550f-a457-34c52b4507f2"
    assert seed_data.object_id("reader") == seed_data.object_id("reader") != seed_data.object_id("outsider")
