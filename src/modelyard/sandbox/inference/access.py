"""Who may call: network first, then key or token, then, for tokens, the data action.

Keys come as `api-key` or `Ocp-Apim-Subscription-Key`; azure-ai-inference sends its key as `Authorization: Bearer` too,
beside `api-key`. On `/openai/v1` a bearer value that is no token is taken for a key, because that is how openai's own
client sends one there (Microsoft docs, Foundry Models endpoints). Tokens are good for the audiences that Microsoft's
docs and samples use; one for https://ml.azure.com is refused (captured in Azure/azure-sdk-for-net#54506).
"""

import hmac
import ipaddress
from collections.abc import Mapping

from modelyard.sandbox.authorization import allows
from modelyard.sandbox.entra.tokens import Caller, TokenRefused, verify
from modelyard.sandbox.inference.accounts import InferenceAccount
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.routes import InferenceRoute
from modelyard.sandbox.local_azure import LocalAzure

AUDIENCES = frozenset({"https://cognitiveservices.azure.com", "https://ai.azure.com"})
TRAFFIC_DENIED = {"policy-id": "ThrowExceptionDueToTrafficDenied"}
LOOPBACK = "127.0.0.1"


def admit(account: InferenceAccount, address: str) -> None:
    """Refuse what the account's network settings refuse; the address is the caller's as the account sees it."""
    if not account.public:
        raise InferenceRefusal("public-access-disabled", headers=TRAFFIC_DENIED)
    if str(account.acls.get("defaultAction", "Allow")).lower() != "deny":
        return
    caller = ipaddress.ip_address(address)
    rules = (str(rule.get("value", "")) for rule in account.acls.get("ipRules") or ())
    if not any(_covers(rule, caller) for rule in rules):
        raise InferenceRefusal("address-refused")


def _covers(rule: str, caller: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address or range holds the caller; one that is none holds nobody."""
    try:
        return caller in ipaddress.ip_network(rule, strict=False)
    except ValueError:
        return False


def caller(
    azure: LocalAzure, account: InferenceAccount, route: InferenceRoute, headers: Mapping[bytes, bytes]
) -> Caller | None:
    """Who calls with a token; None where a key opened the door, for a key has no name."""
    key = headers.get(b"api-key") or headers.get(b"ocp-apim-subscription-key")
    scheme, _, presented = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    bearer = presented.strip() if scheme.lower() == "bearer" else ""
    if key is None and bearer and route.endpoint == "openai-v1" and bearer.count(".") != 2:
        key = bearer.encode("latin-1")
    if key is not None:
        if not account.local_auth:
            raise InferenceRefusal("key-refused")
        if not any(hmac.compare_digest(key, known.encode()) for known in account.keys):
            raise InferenceRefusal("invalid-key")
        return None
    try:
        return verify(azure, bearer, AUDIENCES)
    except TokenRefused as error:
        raise InferenceRefusal("invalid-token") from error


def authorise(
    azure: LocalAzure, account: InferenceAccount, who: Caller, route: InferenceRoute, model_format: str | None
) -> None:
    """Refuse a caller whose roles don't hold the data action at the account; they may be held above it."""
    action = route.action(model_format)
    if not allows(azure, who.principals, action, account.id, data=True):
        raise InferenceRefusal("permission-denied", principal=who.object_id, action=action, operation=route.operation)
