"""Where assignments reach: everything below their scope, with what a repository of policies excludes by pattern."""

import pytest

from modelyard.policy.documents import scopes

ACCOUNT = "/subscriptions/s/resourceGroups/Managed-1/providers/Microsoft.CognitiveServices/accounts/a"
CONTOSO = "/providers/Microsoft.Management/managementGroups/contoso"


@pytest.mark.parametrize(
    ("scope", "reaches"),
    [
        ("/subscriptions/S", True),
        ("/subscriptions/s/resourcegroups/managed-1/", True),
        ("/subscriptions/s/resourceGroups/Managed", False),
        (CONTOSO, True),
        (f"{CONTOSO}-online", False),
        ("/subscriptions/*/resourceGroups/managed-*", True),
        ("/subscriptions/*/resourceGroups/other-*", False),
        ("/subscriptions/*", True),
        (f"{CONTOSO}*", True),
    ],
)
def test_a_scope_reaches_what_is_below_it(scope: str, reaches: bool) -> None:
    assert scopes.within(scope, ACCOUNT, (CONTOSO.upper(),)) is reaches
