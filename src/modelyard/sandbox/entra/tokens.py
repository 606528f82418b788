"""Access tokens of the sandbox's tenant: making them, and saying whose they are.

They have the shape of Entra's version 1.0 tokens, for that is what ARM and Azure AI Services take: an issuer of
`https://sts.windows.net/<tenant>/` (B: ARM's own words in Azure/azure-sdk-for-python#38382) and `appid` where version
2.0 says `azp`. The other claims are those of Microsoft's "access token claims reference" (recalled, R). Every time in a
token is read off the sandbox's clock.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from modelyard.sandbox.entra import keys
from modelyard.sandbox.entra.directory import COLLECTION, DirectoryPrincipal, PrincipalKind, directory
from modelyard.sandbox.local_azure import LocalAzure

LIFETIME = timedelta(hours=1)
REMEMBERED = 4096
"""Tokens whose signature need not be checked again; a check costs some 60 microseconds, a look-up one."""


class TokenRefusal(StrEnum):
    """Why a token was refused. Each service words it in its own way."""

    MALFORMED = "malformed"
    SIGNATURE = "signature"
    TENANT = "tenant"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"


class TokenRefused(Exception):
    """The token opens nothing here. Its text never quotes the token."""

    def __init__(self, reason: TokenRefusal) -> None:
        super().__init__(f"the token was refused: {reason.value}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling. `groups` are object ids, groups of groups among them."""

    object_id: str
    app_id: str
    name: str
    kind: PrincipalKind
    groups: tuple[str, ...] = ()

    @property
    def principals(self) -> tuple[str, ...]:
        """Every object id whose role assignments are this caller's."""
        return (self.object_id, *self.groups)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token whose signature was good, and what it says."""

    caller: Caller
    tenant: str
    audience: str
    not_before: float
    expires: float


def issuer(azure: LocalAzure) -> str:
    """The issuer that this tenant's tokens name."""
    return f"https://sts.windows.net/{azure.tenant_id}/"


def issue(azure: LocalAzure, object_id: str, audience: str, *, lifetime: timedelta = LIFETIME) -> str:
    """A token for a principal of the directory, good for `audience`; KeyError where there is no such principal."""
    principal = directory(azure).by_id[object_id.lower()]
    now = int(azure.clock.now().timestamp())
    claims: dict[str, Any] = {
        "aud": audience,
        "iss": issuer(azure),
        "iat": now,
        "nbf": now,
        "exp": now + int(lifetime.total_seconds()),
        "oid": principal.object_id,
        "sub": principal.object_id,
        "tid": azure.tenant_id,
        "uti": uuid.uuid4().hex,
        "ver": "1.0",
        **_identity_claims(azure, principal),
    }
    key = keys.signing_key(azure)
    header = {"alg": keys.ALGORITHM, "kid": str(key.kid), "x5t": str(key.kid)}
    return jwt.encode(header, claims, key, algorithms=[keys.ALGORITHM])


def verify(azure: LocalAzure, token: str, audiences: Collection[str]) -> Caller:
    """Whose token this is; TokenRefused where it isn't good for any of the audiences now.

    A slash at the end of an audience says nothing: the scope `https://management.azure.com//.default` yields one,
    `https://management.azure.com/.default` doesn't, and ARM takes both.
    """
    remembered: dict[str, _Checked] = azure.derived("tokens", (COLLECTION,), dict)
    checked = remembered.get(token)
    if checked is None:
        checked = _check(azure, token)
        remember(remembered, token, checked)
    if checked.tenant != azure.tenant_id:
        raise TokenRefused(TokenRefusal.TENANT)
    if checked.audience not in audiences and not any(checked.audience == one.rstrip("/") for one in audiences):
        raise TokenRefused(TokenRefusal.AUDIENCE)
    now = azure.clock.now().timestamp()
    if now >= checked.expires:
        raise TokenRefused(TokenRefusal.EXPIRED)
    if now < checked.not_before:
        raise TokenRefused(TokenRefusal.NOT_YET_VALID)
    return checked.caller


def remember(remembered: dict[str, _Checked], token: str, checked: _Checked, most: int = REMEMBERED) -> None:
    """Keep what was checked, of `most` tokens; a server that runs for weeks mustn't grow with every token it saw."""
    if len(remembered) >= most:
        remembered.clear()
    remembered[token] = checked


def _check(azure: LocalAzure, token: str) -> _Checked:
    if token.count(".") != 2:
        raise TokenRefused(TokenRefusal.MALFORMED)
    try:
        claims = jwt.decode(token, keys.signing_key(azure), algorithms=[keys.ALGORITHM]).claims
    except (JoseError, ValueError) as error:
        raise TokenRefused(TokenRefusal.SIGNATURE) from error
    if claims.get("iss") != issuer(azure):
        raise TokenRefused(TokenRefusal.TENANT)
    object_id = str(claims["oid"])
    known = directory(azure)
    principal = known.by_id.get(object_id.lower())
    caller = Caller(
        object_id=object_id,
        app_id=str(claims.get("appid", "")),
        name=principal.name if principal else object_id,
        kind=principal.kind if principal else _kind(claims),
        groups=known.groups.get(object_id.lower(), ()),
    )
    return _Checked(
        caller,
        tenant=str(claims["tid"]),
        audience=str(claims["aud"]).rstrip("/"),
        not_before=float(claims["nbf"]),
        expires=float(claims["exp"]),
    )


def _identity_claims(azure: LocalAzure, principal: DirectoryPrincipal) -> dict[str, Any]:
    if principal.kind is PrincipalKind.USER:
        groups = directory(azure).groups.get(principal.object_id.lower(), ())
        return {
            "idtyp": "user",
            "appid": AZURE_CLI,
            "upn": f"{principal.name}@{DOMAIN}",
            "name": principal.name,
            "scp": "user_impersonation",
            **({"groups": list(groups)} if groups else {}),
        }
    return {"idtyp": "app", "appid": principal.app_id, "appidacr": "1"}


def _kind(claims: dict[str, Any]) -> PrincipalKind:
    return PrincipalKind.USER if claims.get("idtyp") == "user" else PrincipalKind.SERVICE_PRINCIPAL


AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The public client that a user signs in with (Azure CLI's application id; azure-identity 1.27, `_constants.py`)."""

DOMAIN = "modelyard.onmicrosoft.com"
"""The tenant's domain. The sandbox's own."""
