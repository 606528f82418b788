"""The market: which models there are, where and how they may be deployed, and until when.

It answers from dated tables, so it can say no only where a table covers the question; everywhere else the answer is
unknown and says how to find out. It knows nothing of a subscription: quota left, gated models and private offers are
questions for Azure.

Which day is asked is the caller's business. `Market.date` is the day for which the tables were made. Whoever plays a
calendar, as the sandbox does with its clock, asks for that date plus what the clock was advanced, with `played=True`;
whoever speaks of Azure asks for the real day. What to ask:

    has(name, version)          refuse on NO only; UNKNOWN is taken with a note: the catalog is older than the market
    entry(name, version)        the row of a model, also where a source spells the version otherwise
    lifecycle(model, sku, day)  the word, what follows from it on the day, and the basis. Refuse a new deployment where
                                `refused` is true, or where `create` is EXISTING and the subscription has none; any
                                other retirement is a day that may have been moved: take it, with a note
    gone_from(model, sku)       the day from which an advanced clock answers 410; None for never
    offers(model, sku, region)  refuse on NO only; UNKNOWN is taken with a note
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from modelyard.catalog import lifecycle as lifecycles
from modelyard.catalog import tables
from modelyard.catalog.answer import Answer, Certainty
from modelyard.catalog.lifecycle import Lifecycle
from modelyard.catalog.model import ArmLifecycle, ModelVersion, is_word, ruled_out
from modelyard.catalog.sku import SKUS, Billing, CapacityUnit, Processing, Provisioned, TierQuota
from modelyard.catalog.tables import Offer

TOKENS_IN_QUOTA_UNIT = 1000  # quota is counted in thousands of tokens a minute ("Tokens Per Minute (thousands)", B)
STALE_AFTER = datetime.timedelta(days=120)
LASTING = datetime.timedelta(days=90)  # what goes sooner is nothing to move to
TIER = "1"  # what a new subscription has
FINE_TUNED_ONLY = Answer(
    Certainty.NO,
    "MicrosoftDocs/azure-ai-docs, fine-tuning page: developer tier is for fine-tuned models",
    "2026-09-21",
    "A",
)


def ask_azure(region: str | None) -> str:
    """The command that tells what Azure offers in a region."""
    return f"az cognitiveservices model list -l {region or '<region>'}"


class Market:
    """The catalog of one release, read from its tables; frozen once loaded, so it can be shared."""

    def __init__(
        self,
        date: datetime.date,
        models: Mapping[str, tuple[ModelVersion, ...]],
        offers: Iterable[tuple[tuple[str, str, str], Offer]],
        units: Mapping[tuple[str, str, str], CapacityUnit],
        quotas: Mapping[tuple[str, str, str, str], TierQuota],
        provisioned: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._date = date
        self._models = models
        self._folded = {name.casefold(): name for name in models}
        by_offer: dict[tuple[str, str, str], list[Offer]] = {}
        for key, offer in offers:
            by_offer.setdefault(key, []).append(offer)
        self._offers = by_offer
        self._covered = {key[:2]: row for key, rows in by_offer.items() for row in rows if row.complete}
        self._regions = frozenset(region for rows in by_offer.values() for row in rows for region in row.regions)
        self._units = units
        self._quotas = quotas
        self._quota_names = {key[0] for key in quotas}
        self._provisioned = provisioned

    @staticmethod
    @cache
    def load() -> "Market":
        """The market of this release, read once in a process (about 8 ms)."""
        return Market(
            date=tables.edition(),
            models=tables.models(),
            offers=tables.offers(),
            units=dict(tables.units()),
            quotas=tables.quotas(),
            provisioned={row["name"]: row for row in tables.rows("provisioned.csv")},
        )

    @property
    def date(self) -> datetime.date:
        """The day for which the tables were made; nothing that Microsoft published later is in them."""
        return self._date

    def stale(self, day: datetime.date) -> bool:
        """Whether the tables are too old to be relied on for `day`: by then dates have moved and models are missing."""
        return day - self._date > STALE_AFTER

    def __iter__(self) -> Iterator[ModelVersion]:
        return (model for versions in self._models.values() for model in versions)

    def names(self) -> tuple[str, ...]:
        return tuple(self._models)

    def regions(self) -> frozenset[str]:
        """Regions that appear in a matrix, as ARM spells them; Azure has more."""
        return self._regions

    def skus(self) -> tuple[str, ...]:
        """The deployment SKUs Azure documents; it may have newer ones."""
        return tuple(SKUS)

    def find(self, name: str, version: str | None = None, format: str | None = None) -> tuple[ModelVersion, ...]:  # noqa: A002 - ARM's word
        """Every version of the model called `name`, spelt exactly so, narrowed by version and format when given."""
        return tuple(
            model
            for model in self._models.get(name, ())
            if version in (None, model.version) and format in (None, model.format)
        )

    def model(self, format: str, name: str, version: str) -> ModelVersion | None:  # noqa: A002 - ARM's word
        found = self.find(name, version, format)
        return found[0] if found else None

    def entry(self, name: str, version: str) -> ModelVersion | None:
        """The row that speaks of this version: its own, that of another spelling, or one that names no version."""
        rows = self._models.get(name, ())
        exact = (row for row in rows if row.version == version)
        other = (row for row in rows if version in row.other_versions or not row.version)
        return next(exact, None) or next(other, None)

    def has(self, name: str, version: str) -> Certainty:
        """Is there this version of a model? No for another spelling of a name, and for a version that is ruled out.

        An empty version asks for the name alone.
        """
        if is_word(version) or self.spelling(name) not in ("", name):
            return Certainty.NO
        if self.entry(name, version) or (name in self._models and not version):
            return Certainty.YES
        return Certainty.NO if ruled_out(version, self._models.get(name, ())) else Certainty.UNKNOWN

    def formats(self, name: str) -> tuple[str, ...]:
        """ARM's formats under which a model of this name is sold; none where nobody says.

        The quota table is Azure OpenAI's, so a name that only it knows is one of OpenAI's.
        """
        if name in self._models:
            return tuple(dict.fromkeys(model.format for model in self._models[name]))
        return ("OpenAI",) if name in self._quota_names else ()

    def spelling(self, name: str) -> str:
        """The market's spelling of a name that differs in its capitals at most; empty where it has none."""
        return name if name in self._models else self._folded.get(name.casefold(), "")

    def closest(self, name: str) -> tuple[str, ...]:
        """Names of the market that resemble `name`, best first: another spelling of it, or what may have been meant."""
        if spelling := self.spelling(name):
            return (spelling,)
        from difflib import get_close_matches

        close = get_close_matches(name.casefold(), self._folded, n=3, cutoff=0.75)
        return tuple(self._folded[match] for match in close)

    def offers(self, model: ModelVersion, sku: str, region: str | None = None) -> Answer:
        """May `model` be deployed with `sku` (in `region`)? No only where a full matrix covers all three."""
        unknown = Answer(Certainty.UNKNOWN, model.source, model.date, "A", ask_azure(region))
        if sku not in SKUS:
            return unknown
        if SKUS[sku].billing is Billing.DEVELOPER:
            return FINE_TUNED_ONLY
        if sku not in model.skus:
            matrix = self._covered.get((model.name, model.version))
            return Answer(Certainty.NO, matrix.source, matrix.date, matrix.grade) if matrix else unknown
        if region is None:
            return Answer(Certainty.YES, model.source, model.date, "A")
        return self._offers_in(model, sku, region) or unknown

    def _offers_in(self, model: ModelVersion, sku: str, region: str) -> Answer | None:
        rows = self._offers.get((model.name, model.version, sku), [])
        for row in rows:
            if region in row.regions:
                return Answer(Certainty.YES, row.source, row.date, row.grade)
        complete = next((row for row in rows if row.complete), None)
        if complete is None or region not in self._regions:
            return None
        return Answer(Certainty.NO, complete.source, complete.date, complete.grade)

    def covers(self, model: ModelVersion) -> bool:
        """Whether a full matrix has the model, so that the absence of a tick means something."""
        return (model.name, model.version) in self._covered

    def regions_of(self, model: ModelVersion, sku: str) -> frozenset[str]:
        """Regions that a table names for the model and SKU; empty where none covers them."""
        rows = self._offers.get((model.name, model.version, sku), [])
        return frozenset(region for row in rows for region in row.regions)

    def lifecycle(self, model: ModelVersion, sku: str, day: datetime.date, *, played: bool = False) -> Lifecycle:
        """The model's lifecycle with `sku` (empty: with any) on `day`; see `modelyard.catalog.lifecycle`."""
        return lifecycles.lifecycle(model, sku, day, self._date, played=played)

    def gone_from(self, model: ModelVersion, sku: str) -> datetime.date | None:
        """The day from which an advanced clock finds the model gone: date.min for long since, None for never."""
        return lifecycles.gone_from(model, sku, self._date)

    def deployable(self, model: ModelVersion, day: datetime.date) -> bool:
        """Would Azure, as far as is known, let a subscription without deployments of this model create one?"""
        effective = self.lifecycle(model, "", day).effective
        return effective not in (None, ArmLifecycle.DEPRECATING, ArmLifecycle.DEPRECATED)

    def successors(self, model: ModelVersion, day: datetime.date) -> tuple[ModelVersion, ...]:
        """Up to two models to move to: the schedule's replacement, then likely ones (grade R), longest-lived first.

        Where the replacement has itself had its day, its own one counts. Likely are other versions of the model, else
        models of the same publisher whose name differs in its numbers alone.
        """
        named = self._replacement(model, day)
        shape = _shape(model.name)
        candidates = [
            other
            for other in self
            if other not in (model, named)
            and other.publisher == model.publisher
            and _shape(other.name) == shape
            and (not model.skus or other.skus)
            and self.lifecycle(other, "", day).effective is ArmLifecycle.GENERALLY_AVAILABLE
            and (other.retirement is None or other.retirement - day > LASTING)
        ]
        same_name = [other for other in candidates if other.name == model.name]
        likely = sorted(same_name or candidates, key=_longest_lived, reverse=True)
        return tuple(([named] if named else []) + likely)[:2]

    def _replacement(self, model: ModelVersion, day: datetime.date) -> ModelVersion | None:
        """The model that Microsoft's schedule names, or the one that its chain of replacements comes to."""
        seen, at = {model}, model
        while at.replacement:
            found = [row for row in self.find(at.replacement) if at.replacement_version in ("", row.version)]
            ordered = sorted((row for row in found if row not in seen), key=_longest_lived, reverse=True)
            if fit := next((row for row in ordered if self.deployable(row, day)), None):
                return fit
            if not ordered:
                return None
            at = ordered[0]
            seen.add(at)
        return None

    def unit(self, model: ModelVersion | str, sku: str, version: str = "") -> CapacityUnit | None:
        """What one unit of `sku.capacity` brings, or None where nobody says (then capacity can only be stated).

        A statement about the version comes first, then one about the model with the SKU, then one about the model.
        Figures that the quota table's ratio gives are graded R: the table states limits of a subscription, not of a
        unit. Only standard SKUs have rate units; provisioned and batch capacity counts something else.
        """
        name, version = (model, version) if isinstance(model, str) else (model.name, model.version)
        if sku in SKUS and SKUS[sku].billing is not Billing.STANDARD:
            return None
        keys = ((name, version, sku), (name, "", sku), (name, "", ""))
        stated = next((self._units[key] for key in keys if key in self._units), None)
        quota = self.quota(name, sku, version)
        if (
            stated is None
            or stated.requests_per_minute is not None
            or stated.tokens_per_minute is None
            or quota is None
        ):
            return stated
        if quota.requests_per_minute is None or quota.tokens_per_minute is None:
            return stated
        # Where requests are counted in windows of 10 s the tables leave the ratio out; it is worked out alike.
        ratio = quota.requests_per_minute * stated.tokens_per_minute / quota.tokens_per_minute
        return replace(stated, requests_per_minute=ratio, window_seconds=quota.window_seconds)

    def provisioned(self, model: ModelVersion | str, sku: str) -> Provisioned | None:
        """How throughput units of a provisioned SKU are sold, or None where the table doesn't list model or SKU.

        Rows that Microsoft has taken off the page count as not listed.
        """
        row = self._provisioned.get(model if isinstance(model, str) else model.name)
        if row is None or row["listed"] == "removed" or sku not in SKUS:
            return None
        if SKUS[sku].billing is not Billing.PROVISIONED:
            return None
        scope = "regional" if SKUS[sku].processing is Processing.REGIONAL else "global_datazone"
        minimum, step, tokens = row[f"{scope}_min"], row[f"{scope}_step"], row["input_tpm_per_ptu"]
        if not minimum or not step or not tokens:
            return None
        weight, cached, cache_write = (
            row[name] for name in ("output_to_input_ratio", "cached_input_weight", "cache_write_weight")
        )
        return Provisioned(
            minimum=int(minimum),
            step=int(step),
            input_tokens_per_minute=int(tokens),
            output_weight=int(weight) if weight else None,
            cached_input_weight=float(cached) if cached else None,
            cache_write_weight=float(cache_write) if cache_write else None,
            source=row["source"],
            date=row["date"],
            grade=row["grade"],
        )

    def quota(self, name: str, sku: str, version: str = "", tier: str = TIER) -> TierQuota | None:
        """What a subscription gets (in one region, or in all: see `pool`), or None where no table lists it.

        Tiers are `free` and `1` to `6`; Anthropic's models go by contract, `pay-as-you-go` or `enterprise`. The name
        `*` has the default limits of models that are sold by Azure and aren't OpenAI's.
        """
        keys = ((name, version, sku, tier), (name, "", sku, tier))
        return next((self._quotas[key] for key in keys if key in self._quotas), None)


def _longest_lived(model: ModelVersion) -> tuple[datetime.date, str]:
    return model.retirement or model.retirement_unconfirmed or datetime.date.max, model.version


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
