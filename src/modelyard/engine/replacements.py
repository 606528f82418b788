"""What a preview says of the account itself, when it would be replaced.

Name, resource group and region of an account can't be changed, so that a new one is made. Before that the old one is
deleted, with all that is in it. Azure keeps a deleted account for 48 hours, and its subdomain with it: a new account
that wants the same one is refused, and then there is neither.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modelyard.arm import kinds
from modelyard.engine.events import Started, type_of
from modelyard.findings import Finding, warning

CODES = (
    warning(
        "engine.account-replaced",
        "The account would be replaced",
        "The old account is deleted first, with everything in it; Azure keeps its name and its subdomain for 48 hours.",
    ),
)
(REPLACED,) = CODES


def replaced(planned: Iterable[Started]) -> str:
    """The name of the account that would be deleted; empty where none would be."""
    steps = _steps(planned)
    return steps[0].id.rpartition("/")[2] if steps else ""


def findings(planned: Iterable[Started]) -> Iterator[Finding]:
    """What to know before an account is replaced; nothing where none is."""
    steps = _steps(planned)
    if steps is None:
        return
    old, new = steps
    subdomain = _subdomain(new.inputs)
    kept = subdomain and subdomain == _subdomain(old.inputs)
    then = f"; Azure keeps its subdomain {subdomain} for 48 hours, so that the new one is refused" if kept else ""
    yield Finding(
        REPLACED.code,
        REPLACED.severity,
        f"the account is deleted with all that is in it, and made anew{then}",
        path="account",
        found=old.id,
        remedy="put name, resourceGroup and region back; or give the new account a customSubDomainName of its own"
        if kept
        else "put name, resourceGroup and region back, unless nobody calls the old account any more",
    )


def _steps(planned: Iterable[Started]) -> tuple[Started, Started] | None:
    """The delete and the create of a replaced account."""
    steps = {each.op: each for each in planned if type_of(each.urn) == kinds.ACCOUNT.token}
    if not {"delete-replaced", "create-replacement"} <= steps.keys():
        return None
    return steps["delete-replaced"], steps["create-replacement"]


def _subdomain(inputs: Mapping[str, Any]) -> str:
    """The first label of the account's host names; empty where it isn't known."""
    properties = inputs.get("properties")
    said = properties.get("customSubDomainName") if isinstance(properties, dict) else None
    return said.lower() if isinstance(said, str) else ""
