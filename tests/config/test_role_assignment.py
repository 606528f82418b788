"""Access, as it comes out of a stack file: roles by GUID, principals by kind."""

import pytest

HEAD = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account: {name: contoso, resourceGroup: rg-contoso, network: {publicNetworkAccess: Enabled}}
"""
SOMEBODY = "00000000-0000-4000-8000-00000000000A"


def access(stack, role: str, principal: str = f"group: {SOMEBODY}", more: str = ""):
    return stack(f"{HEAD}  modelyard:access: {{one: {{principal: {{{principal}}}, role: {role}{more}}}}}\n")


@pytest.mark.parametrize(
    ("role", "guid"),
    [
        ("Foundry User", "53ca6127-db72-4b80-b1b0-d745d6d5456d"),
        ("Azure AI User", "53ca6127-db72-4b80-b1b0-d745d6d5456d"),
        ("cognitive services user", "a97b65f3-24c7-4388-baec-2e87135dc908"),
        ("A97B65F3-24C7-4388-BAEC-2E87135DC908", "a97b65f3-24c7-4388-baec-2e87135dc908"),
        ("F6C7C914-8DB3-469D-8CA1-694A8F32E121", "f6c7c914-8db3-469d-8ca1-694a8f32e121"),
    ],
)
def test_a_role_comes_to_its_guid(stack, role, guid):
    """Azure renames roles and keeps their GUIDs; a file with either name must go on meaning the same."""
    loaded = access(stack, role)
    assert not loaded.errors
    entry = loaded.stack.access["one"]
    assert (entry.role_guid, entry.role_definition) == (guid, None)


@pytest.mark.parametrize(
    ("kind", "type"),
    [
        ("group", "Group"),
        ("user", "User"),
        ("servicePrincipal", "ServicePrincipal"),
        ("managedIdentity", "ServicePrincipal"),
    ],
)
def test_the_kind_of_principal_is_always_known(stack, kind, type):  # noqa: A002 - ARM's word
    """Left out, Azure looks the principal up, and doesn't find one that has just been made."""
    entry = access(stack, "Reader", f"{kind}: {SOMEBODY}").stack.access["one"]
    assert (entry.principal_type, entry.principal_id) == (type, SOMEBODY.lower())


def test_a_custom_role_comes_first(stack):
    """Its key is the team's own, and may be the name of a built-in one."""
    roles = "  modelyard:roleDefinitions: {Reader: {roleName: Contoso reader, actions: ['*/read']}}\n"
    loaded = stack(f"{HEAD}  modelyard:access: {{one: {{principal: {{user: {SOMEBODY}}}, role: Reader}}}}\n{roles}")
    assert (loaded.stack.access["one"].role_guid, loaded.stack.access["one"].role_definition) == (None, "Reader")


def test_a_condition_has_a_version(stack):
    until = "@Environment[UtcNow] DateTimeLessThan '2027-06-30T00:00:00Z'"
    entry = access(stack, "Reader", more=f', condition: "{until}"').stack.access["one"]
    assert (entry.condition, entry.condition_version) == (until, "2.0")


def test_the_same_role_on_another_scope_is_another_access(stack):
    two = f"principal: {{user: {SOMEBODY}}}, role: Cognitive Services User"
    loaded = stack(f"{HEAD}  modelyard:access: {{one: {{{two}}}, two: {{{two}, scope: resourceGroup}}}}\n")
    assert not loaded.findings
