"""Azure AI Services accounts: what may be written, what the service fills in, the keys, and who holds which subdomain.

Names of `endpoints` are those of captured accounts (recordings of azure-dev, 2026-06-22, B; of kind OpenAI
jamesmcroft/bicep-templates#1, B). Azure has more, for speech, vision and language; that these lead to
cognitiveservices.azure.com is recalled. `callRateLimit` has 135 rules there, and none here.
"""

import re
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.kinds import ACCOUNT
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import body_schema, crud, deleted_account, lookup, subscription
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import Form
from modelyard.sandbox.arm.call import ArmCall, ArmReply, timestamp
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import SPEC, ArmRoute
from modelyard.sandbox.arm.subscription import normal
from modelyard.sandbox.entra.directory import identity
from modelyard.sandbox.store import Document

SKUS = {"AIServices": ("S0",), "OpenAI": ("S0",), "CognitiveServices": ("S0",)}
"""Kinds the sandbox knows, with their SKUs. Azure has some thirty more, for services that have no model deployments."""

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")  # azure-mgmt-cognitiveservices 14.1, pattern of accountName (A)
SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
OPENAI = (
    "OpenAI Language Model Instance API",
    "OpenAI Dall-E API",
    "OpenAI Moderations API",
    "OpenAI Realtime API",
    "OpenAI Sora API",
    "OpenAI Whisper API",
    "OpenAI Model Scaleset API",
    "Token Service API",
    "Azure OpenAI Legacy API - Latest moniker",
)
FOUNDRY_OPENAI = (*OPENAI, "OpenAI Response API on Websocket", "OpenAI Realtime Translation WebSocket API")
SERVICES = (
    "AI Foundry API",
    "Azure AI Model Inference API",
    "Azure MAI Model Inference API",
    "Cohere AI API",
    "Content Understanding",
    "Mistral AI API",
)
COGNITIVE_SERVICES = ("Content Safety", "Computer Vision", "FormRecognizer", "Container")
REGIONS: Form = [{"name": str, "value": float, "customsubdomain": str}]
"""A weight may be a fraction (azure-mgmt-cognitiveservices 14.1, A), though ARM's types say a whole number."""
PROPERTIES: Mapping[str, Form] = {
    **body_schema.members(ACCOUNT.schema.properties, ACCOUNT.read_only, "properties."),
    "locations": {"routingMethod": str, "regions": REGIONS},
}
CAPABILITIES = [  # some of those in captured accounts (B); which go with which kind nobody has written down
    {"name": "VirtualNetworks"},
    {"name": "CustomerManagedKey"},
    {"name": "NetworkSecurityPerimeter"},
    {"name": "MaxFineTuneCount", "value": "500"},
    {"name": "MaxRunningFineTuneCount", "value": "1"},
    {"name": "MaxUserFileCount", "value": "100"},
    {"name": "MaxTrainingFileSize", "value": "512000000"},
    {"name": "RaiMonitor"},
    {
        "name": "TrustedServices",
        "value": "Microsoft.CognitiveServices,Microsoft.MachineLearningServices,Microsoft.Search",
    },
    {"name": "quotaRefundsEnabled", "value": "false"},
]


def _check(change: ResourceChange) -> None:
    if not NAME.fullmatch(change.name):
        rule = "2 to 64 letters, digits, hyphens, periods and underscores, the first a letter or a digit"
        raise refuse("bad-name", name=change.name, type=ACCOUNT.type, rule=rule)
    restores = change.properties.get("restore") is True
    deleted = deleted_account.find(change.call.azure, change.key)
    if deleted and not restores:
        raise refuse("soft-deleted", account=change.id)
    if restores and not deleted and not change.existing:
        raise refuse("nothing-to-restore", target=change.name)
    before = deleted["account"] if deleted else change.existing
    _check_location(change, before)
    _check_kind(change, before)
    _check_subdomain(change, before)


def _check_location(change: ResourceChange, before: Document | None) -> None:
    wanted = change.wanted.get("location")
    if not wanted:
        raise refuse("location-required")
    subscription.require(wanted, ACCOUNT.type)
    if before and normal(wanted) != normal(before["location"]):
        group = change.call.parameters["resourceGroupName"]
        raise refuse(
            "location-fixed", name=change.name, location=before["location"], group=group, wanted=normal(wanted)
        )


def _check_kind(change: ResourceChange, before: Document | None) -> None:
    kind = change.wanted.get("kind") or (before or {}).get("kind")
    if kind not in SKUS:
        raise refuse("bad-kind", kind=kind, advice=f"the sandbox knows {', '.join(SKUS)}")
    if before and kind != before["kind"] and (before["kind"], kind) != ("OpenAI", "AIServices"):
        raise refuse("kind-fixed", kind=before["kind"], wanted=kind)
    sku = change.wanted.get("sku") or (before or {}).get("sku")
    name = sku.get("name") if isinstance(sku, dict) else None
    if str(name).upper() not in SKUS[kind]:
        raise refuse("bad-account-sku", sku=name, kind=kind)


def _check_subdomain(change: ResourceChange, before: Document | None) -> None:
    wanted = change.properties.get("customSubDomainName")
    if wanted is None:
        return
    had = (before or {}).get("properties", {}).get("customSubDomainName")
    if had and had.lower() != str(wanted).lower():
        raise refuse("subdomain-fixed")
    if not SUBDOMAIN.fullmatch(str(wanted).lower()):
        raise refuse("bad-subdomain", subdomain=wanted)
    holder = change.call.azure.store.get("subdomains", str(wanted).lower())
    if holder and holder["account"].lower() != change.key:
        raise refuse("subdomain-taken", subdomain=wanted)


def endpoints(kind: str, subdomain: str | None, location: str) -> ArmDocument:
    """`endpoint` and `endpoints`; all those of the region where the account has no subdomain (captured, B)."""
    if not subdomain:
        regional = f"https://{location}.api.cognitive.microsoft.com/"
        names = OPENAI if kind == "OpenAI" else (*FOUNDRY_OPENAI, *SERVICES, *COGNITIVE_SERVICES)
        return {"endpoint": regional, "endpoints": dict.fromkeys(names, regional)}
    openai, services, cognitive = (
        f"https://{subdomain.lower()}.{domain}/"
        for domain in ("openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com")
    )
    if kind == "OpenAI":
        return {"endpoint": openai, "endpoints": dict.fromkeys(OPENAI, openai)}
    named = {**dict.fromkeys(FOUNDRY_OPENAI, openai), **dict.fromkeys(COGNITIVE_SERVICES, cognitive)}
    if kind == "AIServices":
        named |= dict.fromkeys(SERVICES, services)
    return {"endpoint": cognitive, "endpoints": named}


def _fill(change: ResourceChange) -> dict[str, Any]:
    azure = change.call.azure
    deleted = deleted_account.take_back(azure, change.key) if change.properties.get("restore") is True else None
    before = deleted["account"] if deleted else change.existing
    wanted = change.wanted
    if deleted and before:
        wanted = crud.merged(crud.cleaned(KIND, before, unknown=True), wanted)
    kept = (before or {}).get("properties", {})
    location = normal(wanted["location"])
    asked = {
        name: value for name, value in wanted["properties"].items() if f"properties.{name}" not in ACCOUNT.write_only
    }
    subdomain = asked.get("customSubDomainName") or kept.get("customSubDomainName")
    kind = wanted.get("kind") or (before or {})["kind"]
    properties = {
        **asked,
        **({"customSubDomainName": subdomain} if subdomain else {}),
        **endpoints(kind, subdomain, location),
        "internalId": kept.get("internalId") or uuid.uuid4().hex,
        "dateCreated": kept.get("dateCreated") or timestamp(change.call.now),
        "callRateLimit": {"rules": []},
        "isMigrated": False,
        "capabilities": CAPABILITIES,
        "privateEndpointConnections": kept.get("privateEndpointConnections") or [],
        "publicNetworkAccess": asked.get("publicNetworkAccess") or "Enabled",
    }
    return {
        "sku": _sku(wanted.get("sku") or (before or {})["sku"]),
        "kind": kind,
        "location": wanted["location"],  # as it was sent: JAPANEAST (recordings of azure-cli, B)
        "tags": wanted.get("tags"),
        "identity": identity(azure, wanted.get("identity"), (before or {}).get("identity"), change.name),
        "properties": properties,
    }


def _sku(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A SKU whose name is spelt as Azure does; names of SKUs compare without regard to case."""
    return {**wanted, "name": str(wanted["name"]).upper()}


def _wrote(change: ResourceChange, document: Document) -> None:
    store, subdomain = change.call.azure.store, document["properties"].get("customSubDomainName")
    if subdomain:
        store.put("subdomains", subdomain.lower(), {"account": document["id"]})
    if store.get("account-keys", change.key) is None:
        store.put("account-keys", change.key, {"key1": secrets.token_hex(16), "key2": secrets.token_hex(16)})


KIND = SandboxKind(
    row=ACCOUNT,
    properties=PROPERTIES,
    grade=Grade.A,
    source="azure-mgmt-cognitiveservices 14.1; which of the accepted statuses it gives is recalled",
    check=_check,
    fill=_fill,
    note=lambda change: subscription.note(change.wanted["location"]),
    wrote=_wrote,
    archive=deleted_account.keep,
    lock=lambda id: id,  # noqa: A006 - ARM calls it id
    long_running=frozenset({"PUT", "PATCH", "DELETE"}),
    # A deletion is done when it is answered (recordings of azure-cli, 2025-10 and 2026-04, B).
    in_request=lambda verb, _document: verb == "DELETE",
    states=("Creating", "Accepted"),
)

# --- the two keys, which ARM doesn't list while they are off ----------------------------------------------------------

KEYS = {"key1": "key1", "key2": "key2"}


def _list_keys(call: ArmCall) -> ArmReply:
    account = lookup.found(KIND, call)
    if account["properties"].get("disableLocalAuth"):
        raise refuse("keys-off")
    return ArmReply(200, dict(call.azure.store.get("account-keys", account["id"].lower()) or {}))


def _regenerate_key(call: ArmCall) -> ArmReply:
    account = lookup.found(KIND, call)
    if account["properties"].get("disableLocalAuth"):
        raise refuse("keys-off")
    body_schema.check({"keyName": str}, call.object())
    which = KEYS.get(str(call.object().get("keyName")).lower())
    if which is None:
        raise refuse("bad-property", value=call.object().get("keyName"), name="keyName", allowed="Key1, Key2")
    key = account["id"].lower()
    keys = {**(call.azure.store.get("account-keys", key) or {}), which: secrets.token_hex(16)}
    call.azure.store.put("account-keys", key, keys)
    return ArmReply(200, keys)


WHOLE = "/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices/accounts"

KEY_ROUTES = tuple(
    ArmRoute(
        verb="POST",
        path=f"{ACCOUNT.path}/{name}",
        answer=answer,
        action=f"{ACCOUNT.type}/{name}/action",
        type=ACCOUNT.type,
        grade=Grade.A,
        source=SPEC,
    )
    for name, answer in (("listKeys", _list_keys), ("regenerateKey", _regenerate_key))
)

ROUTES = (*crud.routes(KIND, lists=(WHOLE,)), *KEY_ROUTES)
