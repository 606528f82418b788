"""Federated credentials: whether an assertion of some issuer proves that its bearer is a principal of the directory.

The sandbox reaches no issuer, so it takes assertions of those whose keys it was given (`keys.trust_issuer`), and of
its own test issuer, whose assertions `assertion` makes. Subjects are compared with regard to case, as Entra does since
2024 (Microsoft's list of breaking changes, named in Azure/login#515).
"""

import base64
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from modelyard.sandbox.entra import keys
from modelyard.sandbox.entra.directory import DirectoryPrincipal
from modelyard.sandbox.entra.errors import NotEmulated, refuse
from modelyard.sandbox.local_azure import LocalAzure

AUDIENCE = "api://AzureADTokenExchange"
ALGORITHMS = ("RS256",)


def assertion(
    azure: LocalAzure, subject: str, *, audience: str = AUDIENCE, lifetime: timedelta = timedelta(minutes=10)
) -> str:
    """What a pipeline's OIDC provider would say of `subject`, said and signed by the sandbox's test issuer."""
    key = keys.test_issuer_key(azure)
    now = int(azure.clock.now().timestamp())
    claims: dict[str, Any] = {
        "iss": keys.TEST_ISSUER,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now + int(lifetime.total_seconds()),
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode({"alg": keys.ALGORITHM, "kid": str(key.kid)}, claims, key, algorithms=[keys.ALGORITHM])


def prove(azure: LocalAzure, principal: DirectoryPrincipal, presented: str) -> None:
    """Raise the EntraError that says why the assertion doesn't prove the caller to be this principal.

    NotEmulated is raised of one that a client certificate signed.
    """
    claims = _unverified(presented)
    issuer, subject = str(claims.get("iss", "")), str(claims.get("sub", ""))
    audiences = _audiences(claims)
    if issuer.lower() == principal.app_id.lower():  # a client certificate's assertion is about itself
        raise NotEmulated("a client certificate")
    of_issuer = [one for one in principal.federated if one.issuer == issuer]
    trusted = keys.issuer_keys(azure, issuer)
    if not of_issuer or trusted is None:
        raise refuse("700211", issuer=issuer)
    _check_signature(presented, trusted)
    of_subject = [one for one in of_issuer if one.subject == subject]
    if not of_subject:
        alike = any(one.subject.lower() == subject.lower() for one in of_issuer)
        raise refuse("7002138" if alike else "700213", subject=subject)
    if not any(set(one.audiences) & set(audiences) for one in of_subject):
        raise refuse("700212", audience=", ".join(audiences))
    _check_time(claims, azure.clock.now())


def _unverified(presented: str) -> dict[str, Any]:
    """The claims before anybody vouched for them; only their issuer is used, to find the key."""
    try:
        _, payload, _ = presented.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError as error:
        raise refuse("5002730") from error
    if not isinstance(claims, dict):
        raise refuse("5002730")
    return claims


def _audiences(claims: dict[str, Any]) -> Sequence[str]:
    audience = claims.get("aud", ())
    return (audience,) if isinstance(audience, str) else tuple(str(one) for one in audience)


def _check_signature(presented: str, trusted: KeySet) -> None:
    try:
        jwt.decode(presented, trusted, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError) as error:
        raise refuse("700027") from error


def _check_time(claims: dict[str, Any], now: datetime) -> None:
    try:
        start = datetime.fromtimestamp(float(claims.get("nbf", 0)), UTC)
        end = datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise refuse("5002730") from error
    if not start <= now < end:
        raise refuse("700024", now=now.isoformat(), start=start.isoformat(), end=end.isoformat())
