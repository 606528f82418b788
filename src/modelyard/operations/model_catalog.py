"""What the catalog knows of models, with no network: a search over all of them, and everything about one."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from modelyard.catalog import regions as region_names
from modelyard.catalog.answer import Certainty
from modelyard.catalog.market import Market
from modelyard.catalog.model import ModelVersion
from modelyard.catalog.serving import serving
from modelyard.failures import Failure
from modelyard.files import JsonDocument
from modelyard.operations.context import OperationContext
from modelyard.operations.model_retirements import certainty
from modelyard.operations.output_files import write
from modelyard.report.result import Report
from modelyard.report.table import Column, Table, counted, in_report

PLANNED = {"planned": True, "realised": True, "tentative": False}
COLUMNS = (
    Column("model", "model"),
    Column("version", "version", none="any"),
    Column("format", "publisher"),
    Column("lifecycle", "lifecycle"),
    Column("retirement", "retires"),
    Column("certainty", "day is", narrow=False),
    Column("replacement", "replacement", none=""),
    Column("operations", "answers"),
    Column("skus", "SKUs", none=""),
    Column("regions", "regions", none="", narrow=False),
    Column("source", "source", narrow=False),
    Column("date", "of", narrow=False),
    Column("grade", "grade", narrow=False),
)


def search_models(
    text: str,
    context: OperationContext,
    *,
    region: str = "",
    sku: str = "",
    publisher: str = "",
    retired: bool = False,
    csv: Path | None = None,
) -> Report:
    """Models whose name, version or publisher has every word of `text`, newest day of retirement last.

    `region` and `sku` keep those that a table offers there; one that no table covers isn't shown, and is counted.
    Without `retired` models that have retired are left out. `csv` is a file to write.

    `data` has `models`: model, version, format, lifecycle, retirement, certainty, replacement, operations, skus,
    regions, source, date, grade. Raises nothing but what writing the file does.
    """
    market, words = Market.load(), text.casefold().split()
    today = context.calendar().now.date()
    wanted = region_names.normal(region) if region else ""
    rows, uncovered = [], 0
    for model in market:
        about = f"{model.name} {model.version} {model.publisher} {model.format}".casefold()
        if not all(word in about for word in words):
            continue
        if publisher and publisher.casefold() not in {model.publisher.casefold(), model.format.casefold()}:
            continue
        if not retired and market.lifecycle(model, sku, today).retired:
            continue
        answers = _offered(market, model, sku, wanted)
        if Certainty.YES not in answers and (sku or wanted):
            uncovered += Certainty.UNKNOWN in answers
            continue
        rows.append(row(market, model, sku, today))
    rows.sort(key=lambda each: (each["model"].casefold(), each["version"] or ""))
    table = Table(COLUMNS, tuple(rows))
    said = f"{len(rows)} of {sum(1 for _ in market)} versions of models, by the catalog of {market.date}"
    said += f"; of {uncovered} more no table says whether they are offered so" if uncovered else ""
    if csv is not None:
        write(csv, table.csv())
    return Report(
        command="models search",
        resources=len(rows),
        **in_report(table, [said]),
        data={"models": table.data(), "catalog": market.date.isoformat(), "notCovered": uncovered},
    )


def show_model(named: str, context: OperationContext) -> Report:
    """Everything that the catalog has of one model, `name` or `name@version`: SKUs, regions, units, days, sources.

    `data` has `versions`, each with the members of a search and `offers`: for each SKU its regions, what a unit brings,
    how provisioned units are sold. Raises `cli.model-unknown`.
    """
    market = Market.load()
    name, _, version = named.partition("@")
    name = market.spelling(name) or name
    found = market.find(name, version or None) or tuple(filter(None, [market.entry(name, version)] if version else []))
    if not found:
        there = [str(each) for each in market.find(name)] or list(market.closest(name))
        raise Failure.of("cli.model-unknown", named=named, date=market.date, there=there)
    today = context.calendar().now.date()
    versions = [
        {**_plain(row(market, each, "", today)), "offers": list(_offers(market, each, today))}
        for each in sorted(found, key=lambda each: each.version)
    ]
    return Report(
        command="models show",
        resources=len(versions),
        text="\n\n".join(_told(each) for each in versions),
        data={"versions": versions, "catalog": market.date.isoformat()},
    )


def row(market: Market, model: ModelVersion, sku: str, today: date) -> JsonDocument:
    """One version of a model, as a row."""
    life = market.lifecycle(model, sku, today)
    served = serving(model.name, model.format, sku or next(iter(sorted(model.skus)), ""))
    return {
        "model": model.name,
        "version": model.version or None,
        "format": model.format,
        "lifecycle": life.effective.value if life.effective else None,
        "retirement": life.retirement,
        "certainty": certainty(PLANNED.get(model.deprecation_status.lower())),
        "replacement": life.replacement or None,
        "operations": list(served.operations),
        "skus": sorted(model.skus),
        "regions": sorted({region for each in model.skus for region in market.regions_of(model, each)}),
        "source": model.source,
        "date": model.date,
        "grade": model.grade,
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return Table(COLUMNS, (values,)).data()[0]


def _offered(market: Market, model: ModelVersion, sku: str, region: str) -> set[Certainty]:
    names: Iterable[str] = [sku] if sku else sorted(model.skus)
    return {market.offers(model, each, region or None).known for each in names} or {Certainty.UNKNOWN}


def _offers(market: Market, model: ModelVersion, today: date) -> Iterable[dict[str, Any]]:
    for sku in sorted(model.skus):
        unit, sold = market.unit(model, sku), market.provisioned(model, sku)
        day = market.lifecycle(model, sku, today).retirement
        yield {
            "sku": sku,
            "regions": sorted(market.regions_of(model, sku)),
            "retirement": day.isoformat() if day else None,
            "tokensPerMinutePerUnit": unit.tokens_per_minute if unit else None,
            "requestsPerMinutePerUnit": unit.requests_per_minute if unit else None,
            "unitGrade": unit.grade if unit else None,
            "minimum": sold.minimum if sold else None,
            "step": sold.step if sold else None,
            "inputTokensPerMinutePerUnit": sold.input_tokens_per_minute if sold else None,
        }


def _told(version: dict[str, Any]) -> str:
    title = f"{version['model']}@{version['version']}" if version["version"] else version["model"]
    facts = (
        ("publisher", version["format"]),
        ("lifecycle", version["lifecycle"] or "unknown"),
        ("retires", _day(version)),
        ("replacement", version["replacement"] or "none named"),
        ("answers", ", ".join(version["operations"])),
        ("by", f"{version['source']} of {version['date']}, grade {version['grade']}"),
    )
    lines = [title, *(f"  {label:<12}{value}" for label, value in facts)]
    for offer in version["offers"]:
        parts = [_unit(offer), _places(offer["regions"])]
        if offer["retirement"] != version["retirement"] and offer["retirement"]:
            parts.append(f"retires {offer['retirement']}")
        lines.append(f"  {offer['sku']:<28}{'; '.join(filter(None, parts))}")
    return "\n".join(lines)


def _day(version: dict[str, Any]) -> str:
    if not version["retirement"]:
        return "unknown"
    return str(version["retirement"]) + (f" ({version['certainty']})" if version["certainty"] else "")


def _unit(offer: dict[str, Any]) -> str:
    if offer["minimum"] is not None:
        return f"from {offer['minimum']} units in steps of {offer['step']}"
    if offer["tokensPerMinutePerUnit"] is None:
        return "limits of a unit unknown"
    requests = offer["requestsPerMinutePerUnit"]
    more = "" if requests is None else f", {requests:g} requests"
    return f"a unit is {offer['tokensPerMinutePerUnit']:,} tokens{more} a minute"


def _places(names: Sequence[str]) -> str:
    first = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return f"{counted(len(names), 'region')}: {first}" if names else "regions unknown"
