"""Conditions narrow what a role permits: whoever may hand on two roles must not be able to make himself Owner."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.arm.condition import ConditionError, read

WRITE = "Microsoft.Authorization/roleAssignments/write"
DELETE = "Microsoft.Authorization/roleAssignments/delete"
USER, OTHER = "a97b65f3-24c7-4388-baec-2e87135dc908", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ROLE = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
TYPE = "@Request[Microsoft.Authorization/roleAssignments:PrincipalType]"
GIVEN = {"request:roledefinitionid": USER, "request:principaltype": "Group"}

# In the form of Microsoft's template for delegating the management of roles.
DELEGATED = f"""
(
 (
  !(ActionMatches{{'{WRITE}'}})
 )
 OR
 (
  {ROLE} ForAnyOfAnyValues:GuidEquals {{{USER}, 5e0bd9bd-7b93-4f28-af87-19fc36ad61bd}}
  AND
  {TYPE} ForAnyOfAnyValues:StringEqualsIgnoreCase {{'group', 'ServicePrincipal'}}
 )
)
"""


@pytest.mark.parametrize(
    ("action", "attributes", "holds"),
    [
        (WRITE, GIVEN, True),
        (WRITE.lower(), GIVEN, True),
        (WRITE, {**GIVEN, "request:roledefinitionid": OTHER}, False),
        (WRITE, {**GIVEN, "request:principaltype": "User"}, False),
        (WRITE, {}, False),
        (DELETE, {}, True),
        ("Microsoft.CognitiveServices/accounts/read", {}, True),
    ],
)
def test_the_template_of_delegation(action, attributes, holds):
    assert read(DELEGATED).holds(action, attributes) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (f"{ROLE} GuidEquals '{USER.upper()}'", True),
        (f"{ROLE} GuidEquals {USER}", True),
        (f"{ROLE} GuidNotEquals {USER}", False),
        (f"{ROLE} ForAnyOfAllValues:GuidNotEquals {{{OTHER}, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9}}", True),
        (f"{ROLE} ForAnyOfAllValues:GuidNotEquals {{{OTHER}, {USER}}}", False),
        (f"{TYPE} StringEquals 'group'", False),
        (f"{TYPE} StringEqualsIgnoreCase 'group'", True),
        (f"{TYPE} StringNotEqualsIgnoreCase 'group'", False),
        (f"{TYPE} StringStartsWith 'Gr'", True),
        (f"{TYPE} StringLike 'G*p'", True),
        (f"{TYPE} StringLike 'g*p'", False),
        (f"{TYPE} StringNotLike 'G?'", True),
        ("'5' NumericGreaterThan '10'", False),
        ("'2026-01-02T00:00:00Z' DateTimeGreaterThan '2026-01-01T00:00:00Z'", True),
        ("'true' BoolEquals 'TRUE'", True),
        (f"Exists {ROLE}", True),
        ("Exists @Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Team_Name]", False),
        ("@Principal[Team] StringEquals 'a'", False),
        ("SubOperationMatches{'Blob.List'}", False),
        ("ActionMatches{'Microsoft.Authorization/*'} && !(ActionMatches{'*/delete'})", True),
        (f"NOT {TYPE} StringEquals 'User' and Exists {ROLE} Or 'a' StringEquals 'b'", True),
        (r"'it\'s' StringEquals 'it\'s'", True),
    ],
)
def test_operators_and_operands(text, holds):
    assert read(text).holds(WRITE, GIVEN) is holds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a value is expected at position 0, where the end is"),
        ("((x))", "an operator"),
        (f"{ROLE} GuidEquals", "a value is expected"),
        (f"{ROLE} Resembles 'x'", "an operator"),
        (f"{ROLE} ForSomeValues:GuidEquals {{'x'}}", "an operator"),
        (f"{ROLE} GuidEquals {{'x', 'y'}}", "a list needs ForAnyOfAnyValues:"),
        ("ActionMatches{'x'", "'}' is expected"),
        ("ActionMatches{'x'} ActionMatches{'y'}", "nothing is expected after position"),
        ("(ActionMatches{'x'}", "')' is expected"),
        ("'x", "can't be read"),
        ("(" * 5000, "nested too deeply"),
    ],
)
def test_what_is_no_condition_says_where(text, told):
    with pytest.raises(ConditionError) as wrong:
        read(text)
    assert told in str(wrong.value)


def test_what_the_sandbox_never_has_is_named():
    text = f"{ROLE} GuidEquals '{USER}' AND @Environment[UtcNow] DateTimeLessThan '2027-01-01T00:00:00Z'"
    assert read(text).unknown == ("@Environment[UtcNow]",)
    assert read(DELEGATED).unknown == ()


@given(text=st.text(alphabet="(){},!&|@[]'ab .:*\\", max_size=40))
def test_any_text_is_a_condition_or_is_refused(text):
    """Nothing else is raised: by reading it, nor by asking it."""
    with suppress(ConditionError):
        assert read(text).holds(WRITE, GIVEN) in (True, False)


@given(first=st.booleans(), second=st.booleans(), third=st.booleans())
def test_and_binds_before_or_and_not_before_both(first, second, third):
    def said(value: bool) -> str:
        return "'a' StringEquals 'a'" if value else "'a' StringEquals 'b'"

    text = f"{said(first)} OR NOT {said(second)} AND {said(third)}"
    assert read(text).holds(WRITE, {}) is (first or (not second and third))
