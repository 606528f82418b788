"""Is the model known, spelt as Azure spells it, and still there to be deployed?"""

from datetime import date, timedelta

from modelyard.catalog.market import Market
from modelyard.catalog.model import ArmLifecycle
from modelyard.catalog.model import Model as Known
from modelyard.config.collector import Collector
from modelyard.config.model import ASK, Model
from modelyard.config.stack import Draft

NOTICE = timedelta(days=90)


def known(model: Model, market: Market) -> Known | None:
    """The catalog's entry; one without a version stands for every version."""
    for entry in market.find(model.name):
        if entry.version in (model.version, ""):
            return entry
    return None


def check(draft: Draft, market: Market, today: date, collector: Collector) -> None:
    for key, deployment in draft.deployments.items():
        model, at = deployment.model, ("deployments", key, "model")
        entry = known(model, market)
        if entry is None:
            _unknown(model, at, market, collector)
            continue
        if entry.format != model.format:
            collector.add(
                "config.model-format-differs",
                (*at, "format"),
                f"the catalog has {model.name} under another format",
                found=model.format,
                allowed=f"{entry.format} (grade {entry.format_grade}: {entry.format_source})",
                remedy=f"look it up with `{ASK}`",
                of_value=True,
            )
        _lifecycle(entry, at, market, today, collector)


def _unknown(model: Model, at: tuple[str, ...], market: Market, collector: Collector) -> None:
    versions = sorted({entry.version for entry in market.find(model.name)})
    close = market.closest(model.name)
    if versions:
        collector.add(
            "config.version-unknown",
            (*at, "version"),
            f"the catalog doesn't know this version of {model.name}",
            found=model.version,
            allowed=", ".join(versions),
            remedy=f"correct it, or make sure with `{ASK}`",
            of_value=True,
        )
    elif close and close[0].casefold() == model.name.casefold():
        collector.add(
            "config.model-spelling",
            (*at, "name"),
            f"the catalog spells this model {close[0]}",
            found=model.name,
            allowed=close[0],
            remedy=f"write {close[0]}",
            of_value=True,
        )
    else:
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


def _lifecycle(entry: Known, at: tuple[str, ...], market: Market, today: date, collector: Collector) -> None:
    status = market.lifecycle(entry, today)
    successors = ", ".join(map(str, market.successors(entry, today)))
    remedy = f"move to {successors}" if successors else f"choose another model: `{ASK}`"
    retires = f"retires on {entry.retirement}" if entry.retirement else "no retirement date is published"
    if status is ArmLifecycle.DEPRECATED:
        message = f"{entry} retired on {entry.retirement}" if entry.retirement else f"{entry} is retired"
        collector.add("config.model-retired", at, message, found=str(entry), remedy=remedy)
    elif status is ArmLifecycle.DEPRECATING:
        message = f"{entry} is closed to subscriptions that have no deployment of it yet; it {retires}"
        collector.add("config.model-deprecating", at, message, found=str(entry), remedy=remedy)
    elif entry.retirement is not None and entry.retirement - today <= NOTICE:
        days = (entry.retirement - today).days
        message = f"{entry} {retires}, in {days} days"
        collector.add("config.model-retires-soon", at, message, found=str(entry), remedy=remedy)
