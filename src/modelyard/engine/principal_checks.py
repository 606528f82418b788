"""Access that would be given to an application's id instead of an object's, where a preview can see it.

A service principal has two ids, and Azure gives roles to its object id. Where the principal's kind is said, as it is
here, Azure asks nobody whether the id exists (inferred from the words of PrincipalNotFound), and whoever was meant
stays without access. Only the client id of whoever is signed in is known here; it is the one that pipelines are set up
with, and so the one that gets copied.
"""

from collections.abc import Iterable, Iterator, Mapping

from modelyard.arm import kinds
from modelyard.engine.events import Started, name_of, type_of
from modelyard.findings import Finding, warning

CODES = (
    warning(
        "engine.principal-is-application",
        "Access names a client id instead of an object id",
        "A role is given to an object id of Entra. Azure may well take an application (client) id, and then nobody has "
        "access.",
    ),
)
(APPLICATION,) = CODES
CLIENT_IDS = ("ARM_CLIENT_ID", "AZURE_CLIENT_ID")


def findings(planned: Iterable[Started], environment: Mapping[str, str]) -> Iterator[Finding]:
    """One for each entry of access that names the client id of the login."""
    known = {environment[name].lower() for name in CLIENT_IDS if environment.get(name)}
    for each in planned:
        if type_of(each.urn) != kinds.ROLE_ASSIGNMENT.token or each.op.startswith("delete"):
            continue
        principal = each.inputs.get("principalId")
        if isinstance(principal, str) and principal.lower() in known:
            yield Finding(
                APPLICATION.code,
                APPLICATION.severity,
                f"{name_of(each.urn)} names the application (client) id of whoever deploys: nobody gets access by it",
                path=f"access.{name_of(each.urn)}",
                found=principal,
                allowed="the object id of the service principal (enterprise application)",
                remedy=f"write what this says: az ad sp show --id {principal} --query id",
            )
