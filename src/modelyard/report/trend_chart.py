"""The trend over kept runs, as SVG that needs no script: violations of each severity, run by run.

Colours are the page's variables (`var(--error)`), which browsers resolve in SVG as in any element. Drawing asks for no
address: data are in the chart, and no base address is allowed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

from modelyard.findings import Severity
from modelyard.report.run import Run

TITLE = "Trend over kept runs"
WIDTH, HEIGHT = 420, 150
COLOURS: Mapping[Severity, str] = {
    Severity.ERROR: "var(--error)",
    Severity.WARNING: "var(--warning)",
    Severity.NOTE: "var(--note)",
}
POINTS = 40
"""Runs up to which each has its point; more would run into one another."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and the same in words."""

    title: str
    words: str
    svg: Markup


def drawn(runs: Sequence[Run]) -> Chart:
    """The runs at equal distances: pipelines don't run by the clock."""
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
        axis=alt.Axis(labels=False, ticks=False, grid=False, titlePadding=10),
    )
    y = alt.Y("count:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4, format=",d"))
    domain = [severity.value for severity in Severity]
    colour = alt.Color("severity:N", legend=None, scale=alt.Scale(domain=domain, range=list(COLOURS.values())))
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=36) if len(runs) <= POINTS else False)
        .encode(x=x, y=y, color=colour)
        .properties(width=WIDTH, height=HEIGHT)
    )
    before, now = sum(first.severities.values()), sum(last.severities.values())
    words = (
        f"{before:,} violations in {first.resources:,} resources on {first.at:%Y-%m-%d}, "
        f"{now:,} in {last.resources:,} on {last.at:%Y-%m-%d}, {len(runs)} runs in all"
    )
    return Chart(TITLE, words, _svg(chart, words))


def _svg(chart: Any, words: str) -> Markup:
    """The drawing as one image to assistive technology, which reads its words and none of its parts."""
    styled = chart.configure(
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="currentColor", titleColor="currentColor", gridColor="var(--line)", domainColor="var(--line)",
            labelFontSize=13, titleFontSize=13, titleFontWeight="normal",
        ),
        font="system-ui, sans-serif",
        aria=False,
    )  # fmt: skip
    drawing = vl_convert.vegalite_to_svg(styled.to_dict(), allowed_base_urls=[])
    label = Markup('<svg role="img" aria-label="{}: {}" ').format(TITLE, words)
    return label + Markup(drawing.removeprefix("<svg "))  # noqa: S704 the drawing escapes the texts it holds
