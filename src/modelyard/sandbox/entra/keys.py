"""The keys that tokens are signed with: the tenant's own, and those of the issuers it takes federated tokens from.

Private keys live in the store, in the sandbox's folder that only its owner can read, and are worth nothing outside it.
"""

from typing import cast

from joserfc.jwk import KeySet, KeySetSerialization, RSAKey

from modelyard.files import JsonObject
from modelyard.sandbox.entra.errors import EntraDocument
from modelyard.sandbox.local_azure import LocalAzure

SETTINGS = "settings"
ALGORITHM = "RS256"

TEST_ISSUER = "https://issuer.modelyard.invalid"
"""The sandbox's own issuer of federated tokens, so that a pipeline's OIDC can be played. Not Azure's; `.invalid` is a
name that no server on the internet can have (RFC 6761)."""


def signing_key(azure: LocalAzure) -> RSAKey:
    """The tenant's key; made when it is first asked for."""
    return _private(azure, "signing-key")


def test_issuer_key(azure: LocalAzure) -> RSAKey:
    """The key of the sandbox's own issuer of federated tokens; made when it is first asked for."""
    return _private(azure, "test-issuer-key")


def key_set(azure: LocalAzure) -> EntraDocument:
    """The tenant's public keys as `/discovery/v2.0/keys` lists them."""
    key = signing_key(azure)
    issuer = f"https://login.microsoftonline.com/{azure.tenant_id}/v2.0"
    return {"keys": [{**key.as_dict(private=False), "use": "sig", "issuer": issuer}]}


def trust_issuer(azure: LocalAzure, issuer: str, keys: JsonObject) -> None:
    """Take tokens of this issuer from now on. Entra would fetch the keys from the issuer; the sandbox reaches nobody,
    so it must be given them: `keys` is a JSON Web Key Set, and ValueError tells one that can't be read.
    """
    KeySet.import_key_set(cast("KeySetSerialization", dict(keys)))
    azure.store.put(SETTINGS, f"issuer:{issuer}", dict(keys))


def issuer_keys(azure: LocalAzure, issuer: str) -> KeySet | None:
    """The public keys of an issuer; None for one the sandbox was told nothing about."""
    if issuer == TEST_ISSUER:
        return KeySet([test_issuer_key(azure)])
    document = azure.store.get(SETTINGS, f"issuer:{issuer}")
    return None if document is None else KeySet.import_key_set(cast("KeySetSerialization", dict(document)))


def _private(azure: LocalAzure, name: str) -> RSAKey:
    document = azure.store.get(SETTINGS, name)
    if document is None:
        fresh = RSAKey.generate_key(2048, private=True, auto_kid=True)
        document = fresh.as_dict(private=True)
        azure.store.put(SETTINGS, name, document)
    key = dict(document)
    return azure.derived(f"key:{key['kid']}", (), lambda: RSAKey.import_key(key))
