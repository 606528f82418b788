"""Is the model known, spelt as Azure spells it, and still there to be deployed?

A word of Microsoft's schedule is a fact and an error; a date that has passed since the catalog was made is a warning,
because Microsoft has moved such dates by months. What the catalog doesn't know is a note.
"""

import datetime
from datetime import timedelta

from modelyard.catalog.answer import Certainty as Answer
from modelyard.catalog.lifecycle import Basis, Lifecycle
from modelyard.catalog.market import Market
from modelyard.catalog.model import Create, is_word
from modelyard.catalog.model import ModelVersion as Known
from modelyard.config.deployment import WrittenDeployment
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.model import ASK, Model
from modelyard.config.stack import Draft

NOTICE = timedelta(days=90)


def known(model: Model, market: Market) -> Known | None:
    """The catalog's entry; one without a version stands for every version."""
    return market.entry(model.name, model.version)


def check(draft: Draft, market: Market, day: datetime.date, collector: Collector, *, played: bool) -> None:
    """Judge every deployment's model on the market's day: `played`: it is that of the sandbox's clock."""
    if draft.deployments and market.stale(day) and not played:
        collector.add(
            "config.catalog-old",
            ("deployments",),
            f"what is known of models is of {market.date}, {(day - market.date).days} days before {day}",
            found=f"catalog of {market.date}",
            allowed="a catalog of the last 120 days",
            remedy="update modelyard: each release brings the catalog of its day",
        )
    for key, deployment in draft.deployments.items():
        model, at = deployment.model, ("deployments", key, "model")
        if is_word(model.version):
            _word(model, at, market, day, collector)
            continue
        entry = known(model, market)
        if entry is None:
            _unknown(model, at, market, collector)
            continue
        if model.format not in (entry.format, *entry.other_formats):
            collector.add(
                "config.model-format-differs",
                (*at, "format"),
                f"the catalog has {model.name} under another format",
                found=model.format,
                allowed=f"{entry.format} (grade {entry.format_grade}: {entry.format_source})",
                remedy=f"look it up with `{ASK}`",
                of_value=True,
            )
        _ModelCheck(deployment, entry, at, market, day, collector).run(played=played)


def _word(model: Model, at: KeyPath, market: Market, day: datetime.date, collector: Collector) -> None:
    entries = [entry for entry in market.find(model.name) if entry.version]
    newest = max((entry.version for entry in entries if market.deployable(entry, day)), default="")
    collector.add(
        "config.version-latest",
        (*at, "version"),
        f"{model.version} is no version of a model",
        found=model.version,
        allowed=", ".join(sorted(entry.version for entry in entries)),
        remedy=f"write {model.name}@{newest}" if newest else f"find the version with `{ASK}`",
        of_value=True,
    )


def _unknown(model: Model, at: KeyPath, market: Market, collector: Collector) -> None:
    if market.find(model.name):
        _version(model, market, at, collector)
        return
    close = market.closest(model.name)
    listed = bool(market.formats(model.name))
    collector.add(
        "config.model-unknown",
        (*at, "name"),
        f"the catalog doesn't know {model.name}",
        found=model.name,
        allowed=f"known names like it: {', '.join(close)}" if close and not listed else "",
        remedy=f"make sure with `{ASK}`",
        of_value=True,
    )


def _version(model: Model, market: Market, at: KeyPath, collector: Collector) -> None:
    rows = market.find(model.name)
    ruled_out = market.has(model.name, model.version) is Answer.NO
    gone = all(entry.lifecycle == "Retired" for entry in rows)
    collector.add(
        "config.version-unknown" if ruled_out else "config.version-not-in-catalog",
        (*at, "version"),
        f"the catalog doesn't know this version of {model.name}"
        + (", and those that it knows have retired" if gone else ""),
        found=model.version,
        allowed=", ".join(sorted(entry.version for entry in rows)),
        remedy=f"correct it; `{ASK}` lists what there is" if ruled_out else f"make sure with `{ASK}`",
        of_value=True,
    )


class _ModelCheck:
    """What a model's lifecycle means for one deployment."""

    def __init__(
        self,
        deployment: WrittenDeployment,
        entry: Known,
        at: KeyPath,
        market: Market,
        day: datetime.date,
        collector: Collector,
    ) -> None:
        self._deployment, self._entry, self._at = deployment, entry, at
        self._market, self._day, self._collector = market, day, collector

    def run(self, *, played: bool) -> None:
        lifecycle = self._market.lifecycle(self._entry, self._deployment.sku, self._day, played=played)
        if lifecycle.refused:
            self._add("config.model-retired", self._retired(lifecycle))
            return
        if lifecycle.create is Create.EXISTING:
            self._deprecated(lifecycle)
        if lifecycle.retired:
            self._add("config.model-retirement-passed", self._passed(lifecycle))
        elif lifecycle.retirement is not None and lifecycle.retirement - self._day <= NOTICE:
            days = (lifecycle.retirement - self._day).days
            self._add("config.model-retires-soon", f"{self._entry} {_retires(lifecycle)}, in {days} days")

    def _retired(self, lifecycle: Lifecycle) -> str:
        when = f" on {lifecycle.retirement}" if lifecycle.retirement else ""
        if lifecycle.basis is Basis.CLOCK:
            return f"{self._entry} retired{when}, by the sandbox's clock"
        return f"{self._entry} retired{when}" if when else f"{self._entry} is retired"

    def _passed(self, lifecycle: Lifecycle) -> str:
        said = (
            f"a third party's date, {lifecycle.retirement},"
            if lifecycle.retirement_grade == "C"
            else (f"the date that Microsoft printed, {lifecycle.retirement},")
        )
        return f"{self._entry} may have retired: {said} has passed, and Microsoft may have moved it"

    def _deprecated(self, lifecycle: Lifecycle) -> None:
        stated = self._deployment.allow_deprecated_model
        closed = f"{self._entry} is closed to subscriptions that have no deployment of it yet"
        message = closed if lifecycle.retired else f"{closed}; it {_retires(lifecycle)}"
        if stated:
            self._add("config.model-deprecating", message)
            return
        self._add(
            "config.model-deprecated",
            message,
            remedy=f"{self._remedy()}; where the subscription has a deployment of it, "
            "write allowDeprecatedModel: true beside model",
        )

    def _add(self, code: str, message: str, *, remedy: str = "") -> None:
        self._collector.add(code, self._at, message, found=str(self._entry), remedy=remedy or self._remedy())

    def _remedy(self) -> str:
        successors = ", ".join(map(str, self._market.successors(self._entry, self._day)))
        return f"move to {successors}" if successors else f"choose another model: `{ASK}`"


def _retires(lifecycle: Lifecycle) -> str:
    if lifecycle.retirement is None:
        return "has no published retirement date"
    third_party = " (a third party's date)" if lifecycle.retirement_grade == "C" else ""
    return f"retires on {lifecycle.retirement}{third_party}"
