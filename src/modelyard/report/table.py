"""Rows of one kind, as a person, a spreadsheet and a page show them: what each column is called and how it is written.

Values are plain: text, numbers, dates, truth values, lists of texts, or None for what isn't known. Unknown is written
as the word, and never as nothing or 0.
"""

import csv as csv_writer
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from modelyard.display import shown
from modelyard.files import JsonDocument
from modelyard.report.result import TextTable

UNKNOWN = "unknown"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the member of the row and the JSON; `title` its heading. `none` is what None means in this column.

    A column that a terminal has no room for is only in the files: `narrow` is False for it.
    """

    key: str
    title: str
    none: str = UNKNOWN
    narrow: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows, in the order in which they are shown."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def cells(self, columns: Sequence[Column]) -> list[list[str]]:
        """The rows as texts."""
        return [[cell(row.get(column.key), column.none) for column in columns] for row in self.rows]

    @property
    def in_text(self) -> TextTable | None:
        """The columns that a terminal has room for; None where there is no row."""
        columns = [each for each in self.columns if each.narrow]
        names = frozenset(
            number
            for number, each in enumerate(columns)
            if not all(isinstance(row.get(each.key), int | float | None) for row in self.rows)
        )
        cells = tuple(tuple(map(shown, row)) for row in self.cells(columns))
        return TextTable(tuple(each.title for each in columns), cells, names) if self.rows else None

    def csv(self) -> str:
        """RFC 4180 with a line of keys. A cell that a spreadsheet would take for a formula is preceded by a quote."""
        written = io.StringIO()
        writer = csv_writer.writer(written, lineterminator="\r\n")
        writer.writerow([each.key for each in self.columns])
        for row in self.cells(self.columns):
            writer.writerow([f"'{one}" if one[:1] in {"=", "+", "-", "@", "\t", "\r"} else one for one in row])
        return written.getvalue()

    def data(self) -> list[JsonDocument]:
        """The rows as JSON has them: every column, dates in ISO's form, null for what isn't known."""
        return [{each.key: plain(row.get(each.key)) for each in self.columns} for row in self.rows]


def cell(value: Any, none: str = UNKNOWN) -> str:
    """One value as text."""
    if value is None:
        return none
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={cell(each, none)}" for key, each in value.items() if each is not None)
    if isinstance(value, list | tuple):
        return ", ".join(cell(each, none) for each in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def plain(value: Any) -> Any:
    """One value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def in_report(table: Table, lines: Sequence[str]) -> JsonDocument:
    """Text and tables of a report: the rows, then what is to be said of them."""
    text = table.in_text
    return {"text": "\n".join([*((*text.lines, "") if text else ()), *lines]), "tables": (text,) if text else ()}


def counted(number: int, what: str) -> str:
    """`1 account`, `2 accounts`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
