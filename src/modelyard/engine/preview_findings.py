"""What the plan of a preview says that its steps alone don't tell a reader: findings about what is about to happen."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modelyard.arm import kinds
from modelyard.engine.events import Started, name_of, type_of
from modelyard.findings import Finding

CLIENT_IDS = ("ARM_CLIENT_ID", "AZURE_CLIENT_ID")


def replaced_account(planned: Iterable[Started]) -> str:
    """The name of the account that would be deleted; empty where none would be."""
    steps = _steps(planned)
    return steps[0].id.rpartition("/")[2] if steps else ""


def account_findings(planned: Iterable[Started]) -> Iterator[Finding]:
    """What to know before an account is replaced; nothing where none is.

    Name, resource group and region of an account can't be changed, so that a new one is made. Before that the old one
    is deleted, with all that is in it. Azure keeps a deleted account for 48 hours, and its subdomain with it: a new
    account that wants the same one is refused, and then there is neither.
    """
    steps = _steps(planned)
    if steps is None:
        return
    old, new = steps
    subdomain = _subdomain(new.inputs)
    kept = subdomain and subdomain == _subdomain(old.inputs)
    then = f"; Azure keeps its subdomain {subdomain} for 48 hours, so that the new one is refused" if kept else ""
    yield Finding.of(
        "engine.account-replaced",
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


def principal_findings(planned: Iterable[Started], environment: Mapping[str, str]) -> Iterator[Finding]:
    """One for each entry of access that names the client id of the login, where Azure wants an object's id.

    A service principal has two ids, and Azure gives roles to its object id. Where the principal's kind is said, as it
    is here, Azure asks nobody whether the id exists (inferred from the words of PrincipalNotFound), and whoever was
    meant stays without access. Only the client id of whoever is signed in is known here; it is the one that pipelines
    are set up with, and so the one that gets copied.
    """
    known = {environment[name].lower() for name in CLIENT_IDS if environment.get(name)}
    for each in planned:
        if type_of(each.urn) != kinds.ROLE_ASSIGNMENT.token or each.op.startswith("delete"):
            continue
        principal = each.inputs.get("principalId")
        if isinstance(principal, str) and principal.lower() in known:
            yield Finding.of(
                "engine.principal-is-application",
                f"{name_of(each.urn)} names the application (client) id of whoever deploys: nobody gets access by it",
                path=f"access.{name_of(each.urn)}",
                found=principal,
                allowed="the object id of the service principal (enterprise application)",
                remedy=f"write what this says: az ad sp show --id {principal} --query id",
            )
