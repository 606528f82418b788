"""A table of rows as one HTML page for managers: what to know first, then every row. It has no script and fetches
nothing; on a narrow screen each row becomes a list of its cells.
"""

from collections.abc import Sequence
from dataclasses import replace

from jinja2 import Environment, PackageLoader, StrictUndefined

from modelyard import __version__
from modelyard.display import shown
from modelyard.report.result import Report
from modelyard.report.table import Table


def write(report: Report, table: Table, title: str, sentences: Sequence[str], headline: str = "") -> str:
    """The page. `sentences` are what a reader has to know, before the rows; columns that a terminal has room for come
    first.
    """
    table = replace(table, columns=tuple(sorted(table.columns, key=lambda each: not each.narrow)))
    environment = Environment(
        loader=PackageLoader("modelyard.report"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cells = table.cells(table.columns)
    rows = [
        [
            {"title": column.title, "text": text, "style": _style(row.get(column.key), text)}
            for column, text in zip(table.columns, line, strict=True)
        ]
        for row, line in zip(table.rows, cells, strict=True)
    ]
    return environment.get_template("table.html.jinja").render(
        title=title,
        headline=headline or f"{len(table.rows):,} rows",
        sentences=sentences,
        report=report,
        table=table,
        rows=rows,
        version=__version__,
    )


def _style(value: object, text: str) -> str:
    if value is None:
        return "unknown" if text else ""
    return "figure" if isinstance(value, int | float) and not isinstance(value, bool) else ""
