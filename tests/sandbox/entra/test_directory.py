"""Who belongs to what decides who may do what."""

from modelyard.sandbox.entra import directory
from modelyard.sandbox.entra.directory import DirectoryPrincipal, FederatedCredential, PrincipalKind
from modelyard.sandbox.local_azure import LocalAzure


def group(name: str, *members: str) -> DirectoryPrincipal:
    return DirectoryPrincipal(
        f"id-of-{name}", name, PrincipalKind.GROUP, members=tuple(f"id-of-{member}" for member in members)
    )


def test_membership_goes_through_groups_of_groups(azure: LocalAzure):
    """A role given to the outer group is the user's too; Azure counts nested groups."""
    for one in (group("inner", "ada"), group("outer", "inner"), group("other", "bob")):
        directory.put(azure, one)
    groups = directory.directory(azure).groups
    assert groups["id-of-ada"] == ("id-of-inner", "id-of-outer")
    assert groups["id-of-bob"] == ("id-of-other",)


def test_groups_may_be_members_of_each_other(azure: LocalAzure):
    """A loop in somebody's directory must not hang the server."""
    directory.put(azure, group("a", "b", "ada"))
    directory.put(azure, group("b", "a"))
    assert directory.directory(azure).groups["id-of-ada"] == ("id-of-a", "id-of-b")
    assert directory.directory(azure).groups["id-of-a"] == ("id-of-b",)


def test_principals_are_found_by_id_application_and_name_in_any_case(azure: LocalAzure):
    identity = directory.managed_identity(azure, "contoso-ai")
    for which in (identity.object_id.upper(), identity.app_id.upper(), "Contoso-AI"):
        assert directory.find(azure, which) == identity
    assert directory.remove(azure, identity.object_id)
    assert directory.find(azure, "contoso-ai") is None


def test_a_principal_is_what_it_was_after_a_round_through_the_store():
    principal = DirectoryPrincipal(
        "id",
        "name",
        PrincipalKind.SERVICE_PRINCIPAL,
        app_id="app",
        secrets=(directory.hashed("s"),),
        federated=(FederatedCredential("f", "https://issuer", "subject", ("a", "b")),),
    )
    assert DirectoryPrincipal.of(principal.document()) == principal
    assert "'s'" not in repr(principal.document()), "the directory keeps hashes, never secrets"


def test_arm_calls_a_managed_identity_a_service_principal():
    assert PrincipalKind.MANAGED_IDENTITY.principal_type == "ServicePrincipal"
