"""The charts of the HTML page, as SVG that needs no script: violations by policy, severity and control, and the trend.

A chart is drawn only where there is something to compare: two runs for a trend, a violation for the rest. Colours are
the page's variables (`var(--error)`), which browsers resolve in SVG as in any element. Drawing asks for no address:
data are in the chart, and no base address is allowed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

from modelyard.findings import Severity
from modelyard.report.ruling import Ruling
from modelyard.report.run import Run

MOST = 12
"""Bars in a chart; what comes after the most frequent is told in the words below it."""

WIDTH, ROW = 420, 44
LONGEST = 56
"""Characters of a name in a drawing, about as many as its width takes; the words below have it whole."""

COLOURS: Mapping[Severity, str] = {
    Severity.ERROR: "var(--error)",
    Severity.WARNING: "var(--warning)",
    Severity.NOTE: "var(--note)",
}
MEANINGS: Mapping[Severity, str] = {
    Severity.ERROR: "Azure would stop",
    Severity.WARNING: "Azure would report",
    Severity.NOTE: "Azure would change",
}


_TEXT: Mapping[str, Any] = {"fill": "currentColor", "fontSize": 14}


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and the same in words."""

    title: str
    words: str
    svg: Markup


def drawn(violations: Sequence[Ruling], trend: Sequence[Run]) -> tuple[Chart, ...]:
    """The charts that have something to show."""
    charts = []
    if violations:
        charts.append(_bars("Violations by policy", [(each.policy, each.severity) for each in violations]))
        charts.append(
            _bars("Violations by severity", [(MEANINGS[each.severity], each.severity) for each in violations])
        )
    controls = [(control, each.severity) for each in violations for control in each.frameworks]
    if controls:
        charts.append(_bars("Violations by control of a compliance framework", controls))
    if len(trend) > 1:
        charts.append(_trend(trend))
    return tuple(charts)


def _bars(title: str, counted: Sequence[tuple[str, Severity]]) -> Chart:
    """A bar a name, parted by severity, the longest first; the name above its bar, so that no font clips it."""
    totals = Counter(name for name, _ in counted)
    order = sorted(totals, key=lambda name: (-totals[name], name))
    parts = Counter(counted)
    rows = [
        {"row": row, "severity": severity.value, "count": parts[name, severity], "rank": rank}
        for row, name in enumerate(order[:MOST])
        for rank, severity in enumerate(Severity)
        if parts[name, severity]
    ]
    sums = [{"row": row, "name": _short(name), "count": totals[name]} for row, name in enumerate(order[:MOST])]
    y = alt.Y("row:O", axis=None)
    x = alt.X("count:Q", axis=None)
    bars = alt.Chart(alt.InlineData(values=rows)).mark_bar(height=14, yOffset=10)
    words_above = alt.Chart(alt.InlineData(values=sums)).mark_text(align="left", dy=-8, **_TEXT)
    numbers = alt.Chart(alt.InlineData(values=sums)).mark_text(align="left", dx=6, dy=11, **_TEXT)
    chart = alt.layer(
        bars.encode(x=x, y=y, color=_colour(), order="rank:Q"),
        words_above.encode(x=alt.value(0), y=y, text="name:N"),
        numbers.encode(x=x, y=y, text="count:Q"),
    ).properties(width=WIDTH, height=ROW * len(sums))
    words = "; ".join(f"{name}: {totals[name]}" for name in order[:MOST])
    rest = len(order) - MOST
    words += f"; and {rest} more with {sum(totals[name] for name in order[MOST:])}" if rest > 0 else ""
    return Chart(title, words, _svg(chart, title, words))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _trend(runs: Sequence[Run]) -> Chart:
    """Violations of each severity over the runs, at equal distances: pipelines don't run by the clock."""
    rows = [
        {"run": number, "count": run.severities.get(severity.value, 0), "severity": severity.value}
        for number, run in enumerate(runs, 1)
        for severity in Severity
    ]
    first, last = runs[0], runs[-1]
    x = alt.X(
        "run:Q",
        title=f"runs from {first.at:%Y-%m-%d} to {last.at:%Y-%m-%d}",
        scale=alt.Scale(domain=[1, len(runs)], nice=False),
        axis=alt.Axis(labels=False, ticks=False, grid=False),
    )
    y = alt.Y("count:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4, format="d"))
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=36))
        .encode(x=x, y=y, color=_colour())
        .properties(width=WIDTH, height=150)
    )
    before, now = sum(first.severities.values()), sum(last.severities.values())
    words = (
        f"{before} violations in {first.resources} resources on {first.at:%Y-%m-%d}, "
        f"{now} in {last.resources} on {last.at:%Y-%m-%d}, {len(runs)} runs in all"
    )
    return Chart("Trend over kept runs", words, _svg(chart, "Trend over kept runs", words))


def _colour() -> Any:
    domain = [severity.value for severity in Severity]
    return alt.Color("severity:N", legend=None, scale=alt.Scale(domain=domain, range=list(COLOURS.values())))


def _svg(chart: Any, title: str, words: str) -> Markup:
    """The drawing as one image to assistive technology, which reads its words and none of its parts."""
    styled = chart.configure(
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="currentColor", titleColor="currentColor", gridColor="var(--line)", domainColor="var(--line)",
            labelFontSize=13, titleFontSize=12, titleFontWeight="normal",
        ),
        font="system-ui, sans-serif",
        aria=False,
    )  # fmt: skip
    drawing = vl_convert.vegalite_to_svg(styled.to_dict(), allowed_base_urls=[])
    label = Markup('<svg role="img" aria-label="{}: {}" ').format(title, words)
    return label + Markup(drawing.removeprefix("<svg "))  # noqa: S704 the drawing escapes the texts it holds
