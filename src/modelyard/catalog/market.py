"""The market: which models there are, where and how they may be deployed, and until when.

It answers from dated tables, so it can say no only where a table covers the question; everywhere else the answer is
unknown and says how to find out. It knows nothing of a subscription: quota left, gated models and private offers are
questions for Azure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from modelyard.catalog import tables
from modelyard.catalog.answer import Answer, Known
from modelyard.catalog.capacity import CapacityUnit, Provisioned, Quota
from modelyard.catalog.model import FROM_DOCUMENTS, ArmLifecycle, Model
from modelyard.catalog.sku import SKUS, Billing, Processing

TOKENS_IN_QUOTA_UNIT = 1000  # quota is counted in thousands of tokens a minute ("Tokens Per Minute (thousands)", B)


def _ask_azure(region: str | None) -> str:
    return f"az cognitiveservices model list -l {region or '<region>'}"


@dataclass(frozen=True, slots=True)
class Offer:
    """The regions in which a matrix ticks a model and SKU."""

    regions: frozenset[str]
    source: str
    date: str


class Market:
    """The catalog of one release, read from its tables; frozen once loaded, so it can be shared."""

    def __init__(
        self,
        models: Iterable[Model],
        offers: Mapping[tuple[str, str, str], Offer],
        units: Mapping[str, CapacityUnit],
        quotas: Mapping[tuple[str, str], Quota],
        provisioned: Mapping[str, Mapping[str, str]],
    ) -> None:
        by_name: dict[str, list[Model]] = {}
        for model in models:
            by_name.setdefault(model.name, []).append(model)
        self._models = {name: tuple(versions) for name, versions in by_name.items()}
        self._offers = offers
        self._units = units
        self._quotas = quotas
        self._provisioned = provisioned
        self._regions = frozenset(region for offer in offers.values() for region in offer.regions)

    @staticmethod
    @cache
    def load() -> "Market":
        """The market of this release, read once in a process (about 5 ms)."""
        return Market(
            models=tables.models(),
            offers={
                (row["name"], row["version"], row["sku"]): Offer(
                    frozenset(row["regions"].split()), row["source"], row["date"]
                )
                for row in tables.rows("model-regions.csv")
            },
            units=dict(tables.units()),
            quotas=dict(tables.quotas()),
            provisioned={row["name"]: row for row in tables.rows("provisioned.csv")},
        )

    def __iter__(self) -> Iterator[Model]:
        return (model for versions in self._models.values() for model in versions)

    def names(self) -> tuple[str, ...]:
        return tuple(self._models)

    def regions(self) -> frozenset[str]:
        """Regions that appear in a matrix, as ARM spells them; Azure has more."""
        return self._regions

    def skus(self) -> tuple[str, ...]:
        """The deployment SKUs Azure documents; it may have newer ones."""
        return tuple(SKUS)

    def find(self, name: str, version: str | None = None, format: str | None = None) -> tuple[Model, ...]:  # noqa: A002 - ARM's word
        """Every version of the model called `name`, spelt exactly so, narrowed by version and format when given."""
        return tuple(
            model
            for model in self._models.get(name, ())
            if version in (None, model.version) and format in (None, model.format)
        )

    def model(self, format: str, name: str, version: str) -> Model | None:  # noqa: A002 - ARM's word
        found = self.find(name, version, format)
        return found[0] if found else None

    def formats(self, name: str) -> tuple[str, ...]:
        """ARM's formats under which a model of this name is sold; none where nobody says.

        The quota table is Azure OpenAI's, so a name that only it knows is one of OpenAI's.
        """
        if name in self._models:
            return tuple(dict.fromkeys(model.format for model in self._models[name]))
        return ("OpenAI",) if any(name == quota for quota, _ in self._quotas) else ()

    def closest(self, name: str) -> tuple[str, ...]:
        """Names of the market that resemble `name`, best first: another spelling of it, or what may have been meant."""
        folded = {known.casefold(): known for known in self._models}
        if name.casefold() in folded:
            return (folded[name.casefold()],)
        from difflib import get_close_matches

        return tuple(folded[match] for match in get_close_matches(name.casefold(), folded, n=3, cutoff=0.75))

    def offers(self, model: Model, sku: str, region: str | None = None) -> Answer:
        """May `model` be deployed with `sku` (in `region`)? No only where the matrices cover model, SKU and region."""
        unknown = Answer(Known.UNKNOWN, model.source, model.date, "A", _ask_azure(region))
        if not model.skus or sku not in SKUS or SKUS[sku].billing is Billing.DEVELOPER:
            return unknown
        if sku not in model.skus:
            return Answer(Known.NO, model.source, model.date, "A")
        offer = self._offers.get((model.name, model.version, sku))
        if region is None:
            return Answer(Known.YES, model.source, model.date, "A")
        if offer is None or region not in self._regions:
            return unknown
        return Answer(Known.YES if region in offer.regions else Known.NO, offer.source, offer.date, "A")

    def regions_of(self, model: Model, sku: str) -> frozenset[str]:
        """Regions a matrix ticks for the model and SKU; empty where none covers them."""
        offer = self._offers.get((model.name, model.version, sku))
        return offer.regions if offer else frozenset()

    def lifecycle(self, model: Model, on: date) -> ArmLifecycle:
        """ARM's lifecycle status on a day: from its retirement date on, a model is Deprecated (inference gets 410)."""
        if model.retirement is not None and on >= model.retirement:
            return ArmLifecycle.DEPRECATED
        return FROM_DOCUMENTS[model.lifecycle]

    def deployable(self, model: Model, on: date) -> bool:
        """Would Azure let a subscription without deployments of this model create one?"""
        return self.lifecycle(model, on) not in (ArmLifecycle.DEPRECATING, ArmLifecycle.DEPRECATED)

    def successors(self, model: Model, on: date) -> tuple[Model, ...]:
        """Up to two generally available models to move to (grade R: chosen by likeness of name, longest-lived first).

        Microsoft's schedule names replacements for some models only, so these are suggestions: other versions of the
        model, else models of the same publisher whose name differs in its numbers alone.
        """
        shape = _shape(model.name)
        candidates = [
            other
            for versions in self._models.values()
            for other in versions
            if other != model
            and other.publisher == model.publisher
            and _shape(other.name) == shape
            and (not model.skus or other.skus)
            and self.lifecycle(other, on) is ArmLifecycle.GENERALLY_AVAILABLE
        ]
        same_name = [other for other in candidates if other.name == model.name]
        ordered = sorted(same_name or candidates, key=lambda other: other.retirement or date.max, reverse=True)
        return tuple(ordered[:2])

    def unit(self, model: Model | str, sku: str) -> CapacityUnit | None:
        """What one unit of `sku.capacity` brings, or None where nobody says (then capacity can only be stated).

        A statement about the model comes first. Else the ratio of its tier 1 quota is used, graded R: where both
        exist they agree on GlobalStandard, but the table states limits of a subscription, not of a unit. Only
        standard SKUs have rate units; provisioned and batch capacity counts something else.
        """
        name = model if isinstance(model, str) else model.name
        if sku in SKUS and SKUS[sku].billing is not Billing.STANDARD:
            return None
        if stated := self._units.get(name):
            return stated
        quota = self._quotas.get((name, sku))
        if quota is None or quota.tokens_per_minute is None:
            return None
        return CapacityUnit(
            tokens_per_minute=TOKENS_IN_QUOTA_UNIT,
            requests_per_minute=quota.requests_per_minute * TOKENS_IN_QUOTA_UNIT / quota.tokens_per_minute,
            window_seconds=quota.window_seconds,
            grade="R",
            source=f"inferred from {quota.source}",
            date=quota.date,
        )

    def provisioned(self, model: Model | str, sku: str) -> Provisioned | None:
        """How throughput units of a provisioned SKU are sold, or None where the table doesn't list model or SKU."""
        row = self._provisioned.get(model if isinstance(model, str) else model.name)
        if row is None or sku not in SKUS or SKUS[sku].billing is not Billing.PROVISIONED:
            return None
        scope = "regional" if SKUS[sku].processing is Processing.REGIONAL else "global_datazone"
        minimum, step = row[f"{scope}_min"], row[f"{scope}_step"]
        if not minimum or not step:
            return None
        tokens, weight = int(row["input_tpm_per_ptu"]), int(row["output_to_input_ratio"])
        return Provisioned(int(minimum), int(step), tokens, weight, row["source"], row["date"])

    def quota(self, name: str, sku: str) -> Quota | None:
        """What a tier 1 subscription gets in one region, or None where the table doesn't list model or SKU."""
        return self._quotas.get((name, sku))


@cache
def _shape(name: str) -> str:
    """The name with its numbers taken out: `gpt-5.4-mini` and `gpt-4.1-mini` are `gpt-#-mini`."""
    shape, number = [], False
    for character in name:
        if character.isdigit() or (number and character in ".o"):
            if not number:
                shape.append("#")
            number = True
        else:
            shape.append(character)
            number = False
    return "".join(shape)
