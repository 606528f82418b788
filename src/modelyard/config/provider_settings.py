"""What stands around Modelyard's keys in a stack file: Pulumi's own keys, and the provider's two that matter here."""

from dataclasses import dataclass

from modelyard.config.document import NAMESPACE, Document
from modelyard.config.finding_collector import Collector
from modelyard.config.naming_rules import Region, SubscriptionId
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret
from modelyard.config.stack import StackKeys
from modelyard.config.suggestions import folded
from modelyard.config.validation import Fitting, adapter

LOCATION = "azure-native:location"
SUBSCRIPTION = "azure-native:subscriptionId"
CREDENTIALS = frozenset(
    f"azure-native:{name}" for name in ("clientSecret", "clientCertificatePassword", "oidcToken", "oidcRequestToken")
)
PULUMIS = ("config", "secretsprovider", "encryptedkey", "encryptionsalt", "environment")


@dataclass(frozen=True, slots=True)
class Outside:
    """Where the stack goes. `subscription_id` is None where the file leaves it to the login, or it is encrypted."""

    location: str | None
    subscription_id: str | None
    whole: bool


def outside(document: Document, fitting: Fitting, collector: Collector) -> Outside:
    """Read what the provider is told, and find keys that went astray."""
    _astray(document, collector)
    for key in CREDENTIALS & document.foreign.keys():
        if isinstance(document.foreign[key], Scalar):
            collector.add(
                "config.plain-secret",
                (key,),
                f"{key} stands here in plain text",
                remedy=f"take it back, then sign in another way or use: pulumi config set --secret {key}",
            )
    written = document.foreign.get(LOCATION)
    if written is None:
        position = document.position(()) if LOCATION not in document.nodes else None
        fitting.missing((LOCATION,), "name the region under config, beside the keys under modelyard:", position)
    location = fitting.plain(adapter(Region), written, (LOCATION,)) if written is not None else None
    subscription = document.foreign.get(SUBSCRIPTION)
    if isinstance(subscription, Secret):
        subscription = subscription.reveal() if subscription.known else None
    if subscription is not None:
        subscription = fitting.plain(adapter(SubscriptionId), subscription, (SUBSCRIPTION,))
    return Outside(location, subscription, fitting.whole)


def _astray(document: Document, collector: Collector) -> None:
    ours = {folded(str(field.alias)): str(field.alias) for field in StackKeys.model_fields.values()}
    for key in document.outer:
        if key in PULUMIS:
            continue
        if ":" in key:
            _misplaced(key, f"config: {key}: …", collector)
        elif folded(key) in ours:
            _misplaced(key, f"config: {NAMESPACE}{ours[folded(key)]}: …", collector)
        else:
            _unknown(key, ", ".join(PULUMIS), collector)
    for key in document.foreign:
        namespace, colon, name = key.partition(":")
        if not colon and folded(key) in ours:
            _misplaced(key, f"{NAMESPACE}{ours[folded(key)]}: …", collector)
        elif not colon:
            _unknown(key, "a namespace and a name, such as modelyard:account", collector)
        elif _resembles(namespace):
            _unknown(key, f"{NAMESPACE}{name}", collector, remedy=f"did you mean {NAMESPACE}{name}?")


def _resembles(namespace: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, namespace.casefold(), NAMESPACE.rstrip(":")).ratio() > 0.8


def _misplaced(key: str, belongs: str, collector: Collector) -> None:
    collector.add("config.misplaced-key", (key,), f"{key} has no effect here", found=key, remedy=f"write {belongs}")


def _unknown(key: str, allowed: str, collector: Collector, remedy: str = "take it out, or correct it") -> None:
    collector.add("config.unknown-key", (key,), f"there is no key {key}", found=key, allowed=allowed, remedy=remedy)
