"""A deleted account is kept for 48 hours with what was in it: provisioned deployments, which go on costing money."""

from modelyard.engine.exported_state import contents


def test_what_goes_with_another_resource_is_what_has_to_go_before_it() -> None:
    resources = [
        {"urn": "account"},
        {"urn": "deployment", "deletedWith": "account"},
        {"urn": "filter", "deletedWith": "account"},
        {"urn": "role", "deletedWith": ""},
        {"urn": "somebody-else's", "deletedWith": "account", "external": True},
    ]
    assert contents({"deployment": {"resources": resources}}) == ("deployment", "filter")


def test_a_lock_goes_too_for_it_would_keep_the_rest() -> None:
    """A lock of the account is inherited by all that is in it."""
    lock = {"urn": "lock", "type": "azure-native:authorization:ManagementLockByScope"}
    assert contents({"deployment": {"resources": [{"urn": "group"}, lock]}}) == ("lock",)


def test_a_stack_without_resources_has_nothing_to_empty() -> None:
    assert contents({"deployment": {}}) == ()
