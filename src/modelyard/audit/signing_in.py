"""A token for ARM: a login that isn't there is told in one line, and not as every way that was tried."""

from modelyard.audit.failures import NotSignedIn
from modelyard.target import Target


def token(target: Target) -> str:
    """Whoever is signed in, to ARM. Raises NotSignedIn."""
    from azure.core.exceptions import AzureError

    try:
        return target.credential().get_token(f"{target.resource_manager}/.default").token
    except AzureError as refused:
        raise NotSignedIn(target.resource_manager, str(refused.message)) from refused
