"""What Azure offers in a region of a subscription, and what is used of it: models, their SKUs, quotas.

`locations/{l}/models` says for each model and SKU when it retires, what replaces it and which quota it draws on;
`locations/{l}/usages` says how much of each quota is used. A listing has a model once for each kind of account, and a
SKU of some models a second time with the quota of fine-tuned ones (both captured 2026-04).
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.catalog import regions
from modelyard.inventory.live_accounts import AT_ONCE, Unread

PROVIDER = "Microsoft.CognitiveServices"
READ_MODELS = f"{PROVIDER}/locations/models/read"
READ_USAGES = f"{PROVIDER}/locations/usages/read"
FINE_TUNED = "-finetune"
NEWEST = "2026-07-01"
"""The stable api-version whose usages say in which pool they count; where it is refused an older one is asked."""


@dataclass(frozen=True, slots=True)
class ListedSku:
    """A model's SKU in a region. `retirement` is the day of this SKU; `usage` the name of the quota it draws on."""

    name: str
    usage: str
    retirement: date | None
    minimum: int | None = None
    maximum: int | None = None
    step: int | None = None
    default: int | None = None
    allowed: tuple[int, ...] = ()
    rate_limits: tuple[ArmObject, ...] = ()
    meters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as a region lists it.

    lifecycle    ARM's word: Stable, GenerallyAvailable, Preview, Deprecating (soon retired), Deprecated (retired)
    retirement   the day on which its inference ends; `tentative` where Azure says that the day may move
    replacement  `name@version` of what Azure upgrades to, or empty
    """

    format: str
    name: str
    version: str
    lifecycle: str
    retirement: date | None
    tentative: bool | None
    replacement: str
    default: bool
    skus: Mapping[str, ListedSku]
    document: ArmDocument = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usage:
    """A quota, in units of `sku.capacity`. `pool` is where it counts (Regional, Global, DataZone), None if unsaid."""

    name: str
    title: str
    limit: float
    used: float
    pool: str | None = None
    pool_id: str = ""

    @property
    def left(self) -> float:
        """What may still be asked for; never less than none."""
        return max(0.0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class RegionOffers:
    """One region of one subscription. `models` and `usages` are None where they can't be read, as `unread` says."""

    subscription: str
    region: str
    models: Mapping[tuple[str, str, str], ListedModel] | None
    usages: Mapping[str, Usage] | None
    unread: tuple[Unread, ...] = ()

    def model(self, format: str, name: str, version: str) -> ListedModel | None:  # noqa: A002 - ARM's word
        """The model, by any capitals; None where the region lists none or its list can't be read."""
        return (self.models or {}).get((format.lower(), name.lower(), version.lower()))

    def usage(self, format: str, name: str, version: str, sku: str) -> Usage | None:  # noqa: A002 - ARM's word
        """The quota that a deployment draws on; None where nobody says."""
        model = self.model(format, name, version)
        listed = model.skus.get(sku.lower()) if model else None
        return (self.usages or {}).get(listed.usage.lower()) if listed and listed.usage else None


def read(arm: ArmReader, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], RegionOffers]:
    """Each pair of a subscription's id (`/subscriptions/…`) and a region, asked at the same time."""
    wanted = list(dict.fromkeys((subscription, regions.normal(region)) for subscription, region in places))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(wanted, pool.map(lambda pair: of_region(arm, *pair), wanted), strict=True))


def of_region(arm: ArmReader, subscription: str, region: str) -> RegionOffers:
    """One region. Raises nothing: what may not be read is in `unread`."""
    where = f"{subscription}/providers/{PROVIDER}/locations/{region}"
    with ThreadPoolExecutor(2) as pool:
        listed = pool.submit(_list, arm, f"{where}/models", READ_MODELS)
        used = pool.submit(_list, arm, f"{where}/usages", READ_USAGES)
    models, usages = listed.result(), used.result()
    return RegionOffers(
        subscription,
        region,
        None if isinstance(models, Unread) else models_of(models),
        None if isinstance(usages, Unread) else usages_of(usages),
        tuple(each for each in (models, usages) if isinstance(each, Unread)),
    )


def _list(arm: ArmReader, path: str, permission: str) -> list[ArmDocument] | Unread:
    """With the newest api-version, which says most; with the one that everybody has where a cloud lacks it."""
    try:
        return list(arm.list(path, NEWEST))
    except ScopeUnreadable:
        try:
            return list(arm.list(path, kinds.ACCOUNT.api_version))
        except ScopeUnreadable as refused:
            return Unread(path.rpartition("/")[2], permission, path, refused.problem)


def models_of(listing: Iterable[ArmDocument]) -> dict[tuple[str, str, str], ListedModel]:
    """The models of a listing, each once: as accounts of kind AIServices have it, where they do."""
    found: dict[tuple[str, str, str], ListedModel] = {}
    for entry in sorted(listing, key=lambda each: each.get("kind") != "AIServices"):
        model = listed(entry)
        found.setdefault((model.format.lower(), model.name.lower(), model.version.lower()), model)
    return found


def listed(entry: ArmDocument) -> ListedModel:
    """One entry of `locations/{l}/models`."""
    model = entry.get("model") or {}
    deprecation = model.get("deprecation") or {}
    target = model.get("replacementConfig") or {}
    status = str(deprecation.get("deprecationStatus") or "")
    skus: dict[str, ListedSku] = {}
    for each in model.get("skus") or ():
        sku = _sku(each)
        if not sku.usage.endswith(FINE_TUNED):
            skus.setdefault(sku.name.lower(), sku)
    return ListedModel(
        format=str(model.get("format") or ""),
        name=str(model.get("name") or ""),
        version=str(model.get("version") or ""),
        lifecycle=str(model.get("lifecycleStatus") or ""),
        retirement=day(deprecation.get("inference")),
        tentative={"tentative": True, "planned": False}.get(status.lower()),
        replacement="@".join(filter(None, (target.get("targetModelName"), target.get("targetModelVersion")))),
        default=bool(model.get("isDefaultVersion")),
        skus=skus,
        document=model,
    )


def usages_of(listing: Iterable[ArmDocument]) -> dict[str, Usage]:
    """The quotas by their folded names."""
    found = {}
    for each in listing:
        name = each.get("name") or {}
        usage = Usage(
            name=str(name.get("value") or ""),
            title=str(name.get("localizedValue") or ""),
            limit=float(each.get("limit") or 0),
            used=float(each.get("currentValue") or 0),
            pool=each.get("scopeType") or None,
            pool_id=str(each.get("scopeId") or ""),
        )
        found[usage.name.lower()] = usage
    return found


def day(moment: object) -> date | None:
    """The day of a time as ARM writes it; None for none, and for one that can't be read."""
    try:
        return date.fromisoformat(str(moment)[:10])
    except ValueError:
        return None


def _sku(document: Mapping[str, Any]) -> ListedSku:
    capacity = document.get("capacity") or {}
    costs = document.get("costs") or document.get("cost") or ()  # SDK and captured replies spell it differently
    return ListedSku(
        name=str(document.get("name") or ""),
        usage=str(document.get("usageName") or ""),
        retirement=day(document.get("deprecationDate")),
        minimum=capacity.get("minimum"),
        maximum=capacity.get("maximum"),
        step=capacity.get("step"),
        default=capacity.get("default"),
        allowed=tuple(capacity.get("allowedValues") or ()),
        rate_limits=tuple(document.get("rateLimits") or ()),
        meters=tuple(str(each["meterId"]) for each in costs if each.get("meterId")),
    )
