"""The two keys of an account: listing them, which ARM refuses while they are off, and making one anew."""

import secrets

from modelyard.arm.kinds import ACCOUNT
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import body_schema, crud
from modelyard.sandbox.arm.account import KIND
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply
from modelyard.sandbox.arm.routing import SPEC, ArmRoute

NAMES = {"key1": "key1", "key2": "key2"}


def _list(call: ArmCall) -> ArmReply:
    account = crud.found(KIND, call)
    if account["properties"].get("disableLocalAuth"):
        raise refuse("keys-off")
    return ArmReply(200, dict(call.azure.store.get("account-keys", account["id"].lower()) or {}))


def _regenerate(call: ArmCall) -> ArmReply:
    account = crud.found(KIND, call)
    if account["properties"].get("disableLocalAuth"):
        raise refuse("keys-off")
    body_schema.check({"keyName": str}, call.object())
    which = NAMES.get(str(call.object().get("keyName")).lower())
    if which is None:
        raise refuse("bad-property", value=call.object().get("keyName"), name="keyName", allowed="Key1, Key2")
    key = account["id"].lower()
    keys = {**(call.azure.store.get("account-keys", key) or {}), which: secrets.token_hex(16)}
    call.azure.store.put("account-keys", key, keys)
    return ArmReply(200, keys)


ROUTES = tuple(
    ArmRoute(
        verb="POST",
        path=f"{ACCOUNT.path}/{name}",
        answer=answer,
        action=f"{ACCOUNT.type}/{name}/action",
        type=ACCOUNT.type,
        grade=Grade.A,
        source=SPEC,
    )
    for name, answer in (("listKeys", _list), ("regenerateKey", _regenerate))
)
