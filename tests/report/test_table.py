"""Rows go to people, spreadsheets and programs; what isn't known must look alike in all, and a cell must not run."""

import csv
import io
from datetime import date

from modelyard.report.result import Report
from modelyard.report.table import Column, Table
from modelyard.report.table_page import write

TABLE = Table(
    (Column("name", "name"), Column("n", "count"), Column("day", "day"), Column("more", "more", narrow=False)),
    (
        {"name": "chat", "n": 1000.0, "day": date(2027, 1, 2), "more": {"a": "b", "c": None}},
        {"name": "=HYPERLINK(1)", "n": None, "day": None, "more": ["x", True]},
    ),
)


def test_text_has_the_columns_that_fit_and_sets_figures_right() -> None:
    assert TABLE.in_text is not None
    assert list(TABLE.in_text.lines) == [
        "name             count  day",
        "chat              1000  2027-01-02",
        "=HYPERLINK(1)  unknown  unknown",
    ]
    assert Table(TABLE.columns, ()).in_text is None


def test_csv_has_every_column_and_no_formula() -> None:
    head, first, second = csv.reader(io.StringIO(TABLE.csv()))
    assert head == ["name", "n", "day", "more"]
    assert first == ["chat", "1000", "2027-01-02", "a=b"]
    assert second == ["'=HYPERLINK(1)", "unknown", "unknown", "x, yes"]


def test_json_says_null_where_nothing_is_known() -> None:
    assert TABLE.data()[1] == {"name": "=HYPERLINK(1)", "n": None, "day": None, "more": ["x", True]}
    assert TABLE.data()[0]["day"] == "2027-01-02"


def test_the_page_shows_everything_and_runs_nothing() -> None:
    bad = Table(TABLE.columns, ({"name": "<script>alert(1)</script>", "n": 1},))
    page = write(Report(command="inventory"), bad, "Deployments & more", ["retires: <none>"])
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Deployments &amp; more" in page
    assert '<td data-column="count" class="figure">1</td>' in page
    assert '<td data-column="day" class="unknown">unknown</td>' in page
