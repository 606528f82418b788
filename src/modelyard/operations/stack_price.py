"""An upper bound of what the deployments of stack files may cost a day, with the parts of the sum."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from modelyard.catalog.prices import Price, price, prices
from modelyard.config.loader import Loaded
from modelyard.report.result import Report
from modelyard.report.table import Column, Table, counted, in_report

Prices = Mapping[tuple[str, str, str], Price]
COLUMNS = (
    Column("stack", "stack"),
    Column("deployment", "deployment"),
    Column("model", "model"),
    Column("sku", "SKU"),
    Column("tokensPerMinute", "tokens/min"),
    Column("usdPerMillionTokens", "USD/million"),
    Column("usdPerDay", "USD/day at most"),
    Column("unknown", "why unknown", none=""),
    Column("source", "source", narrow=False),
    Column("date", "of", narrow=False),
    Column("grade", "grade", narrow=False),
)


def priced(report: Report, files: Iterable[Loaded]) -> Report:
    """The report of a check with the price of what was checked: a table, a line, and `price` in its data.

    `price` has `usdPerDay`, which is the sum of the known parts and null where there is none; `complete`, false where a
    part is unknown; and `parts`, one a deployment.
    """
    table = prices()
    rows = [row for each in files if each.stack is not None for row in _rows(each.stack.name, each, table)]
    known = [Decimal(str(row["usdPerDay"])) for row in rows if row["usdPerDay"] is not None]
    total, missing = sum(known, Decimal(0)), len(rows) - len(known)
    parts = Table(COLUMNS, tuple(rows))
    shown = in_report(parts, [])
    data = {"usdPerDay": float(total) if known else None, "complete": not missing, "parts": parts.data()}
    return replace(
        report,
        text="\n".join(filter(None, [report.text, shown["text"], _said(known, total, missing)])),
        tables=(*report.tables, *shown["tables"]),
        data={**report.data, "price": data},
    )


def _rows(stack: str, loaded: Loaded, table: Prices) -> Iterable[dict[str, Any]]:
    assert loaded.stack is not None  # noqa: S101 - the caller has asked
    for name, each in loaded.stack.deployments.items():
        found, why = price(table, each.model.name, each.model.version, each.sku, loaded.stack.location)
        tokens = each.tokens_per_minute
        if found is not None and tokens is None:
            why = "nobody publishes its tokens a minute"
        yield {
            "stack": stack,
            "deployment": name,
            "model": f"{each.model.name}@{each.model.version}",
            "sku": each.sku,
            "tokensPerMinute": tokens,
            "usdPerMillionTokens": float(found.dearer) if found else None,
            "usdPerDay": float(found.a_day(tokens)) if found and tokens is not None else None,
            "unknown": why or None,
            "source": found.source if found else None,
            "date": found.date if found else None,
            "grade": found.grade if found else None,
        }


def _said(known: list[Decimal], total: Decimal, missing: int) -> str:
    if not known:
        return "What a day may cost is unknown."
    rest = f" for {counted(len(known), 'deployment')}; what {missing} more may cost is unknown" if missing else ""
    return (
        f"At most {total:,.2f} USD a day{rest}. This counts all tokens a minute for 1,440 minutes at the dearer price "
        "of input and output, at list prices, without priority processing and tools."
    )
