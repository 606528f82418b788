"""A report of rulings as one HTML page for managers: how much is in order, what Azure would stop, which way it goes.

The page stands alone: styles and charts are inside, there is no script, and nothing is fetched. Charts are SVG drawn
here, coloured by the page's own variables so that they follow light, dark and print. What is said in a chart is said
in words below it as well.
"""

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from modelyard import __version__
from modelyard.findings import Severity
from modelyard.report import charts, rulings
from modelyard.report.result import Report
from modelyard.report.ruling import Ruling
from modelyard.report.run import Run
from modelyard.report.standing import VIOLATIONS, Standing, counts, standing

TABLE = 500
"""Rows of the table of violations; a page with more is no longer read. JSON and SARIF have all."""


STOPPED = (Standing.DENIED, Standing.FAILED)
NOT_IN_ORDER = (*VIOLATIONS, Standing.KNOWN)


def write(report: Report, trend: Sequence[Run] = ()) -> str:
    """The page. Of the kept runs those of the report's own stack count; the newest is the report's."""
    violations = sorted(
        (each for each in report.rulings if standing(each) in VIOLATIONS),
        key=lambda each: (_rank(each), each.resource_name.lower(), each.resource.lower(), each.key),
    )
    totals = counts(report.rulings)
    kept = [run for run in trend if run.stack == report.stack]
    environment = Environment(
        loader=PackageLoader("modelyard.report"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = breakable
    return environment.get_template("report.html.jinja").render(
        title=" ".join(filter(None, ("Policies", report.stack and f"for {report.stack}"))),
        report=report,
        headline=headline(report),
        stopped=len({each.resource.lower() for each in violations if standing(each) in STOPPED}),
        totals=[(where, totals[where]) for where in Standing if totals[where]],
        charts=charts.drawn(violations, kept),
        resources=_by_resource(violations[:TABLE]),
        left_out=len(violations[TABLE:]),
        others=_others(report.rulings),
        looked=report.text.splitlines(),
        findings=[each for each in report.findings if each.severity is not Severity.NOTE],
        failures=report.failures,
        sentence=rulings.sentence,
        standing=standing,
        version=__version__,
        at=f"{kept[-1].at:%Y-%m-%d %H:%M %Z}" if kept else "",
    )


def headline(report: Report) -> str:
    """`20 of 23 resources are in order, 1 is not decided yet`; where nobody counted them, how many are not.

    What a baseline knows is not in order, for it doesn't comply; what is exempt is, as in Azure's own percentage. Where
    no policy judged, nothing is known to be in order.
    """
    if report.policies == 0:
        return "Nothing was judged: no policy is known"
    wrong = {each.resource.lower() for each in report.rulings if standing(each) in NOT_IN_ORDER}
    doubt = {each.resource.lower() for each in report.rulings if standing(each) is Standing.UNDECIDED} - wrong
    tail = f", {len(doubt)} {_is(len(doubt))} not decided yet" if doubt else ""
    if report.resources:
        right = max(report.resources - len(wrong) - len(doubt), 0)
        whole = f"{right} of {report.resources}" if right < report.resources or right == 1 else f"All {right}"
        return f"{whole} resources {_is(right)} in order{tail}"
    if not wrong and not doubt:
        return "Nothing violates a policy"
    return f"{len(wrong)} resource{'s' * (len(wrong) != 1)} {_is(len(wrong))} not in order{tail}"


def breakable(text: object) -> Markup:
    """An ARM type, id or condition that may be broken after each slash, so that a narrow column breaks no word."""
    return Markup("/<wbr>").join(str(text).split("/"))


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _rank(each: Ruling) -> int:
    return list(Standing).index(standing(each))


def _by_resource(violations: Sequence[Ruling]) -> list[dict[str, Any]]:
    """The violations of each resource together, those that Azure would stop first."""
    found: dict[str, list[Ruling]] = {}
    for each in violations:
        found.setdefault(each.resource.lower(), []).append(each)
    return [
        {"name": group[0].resource_name, "id": group[0].resource, "place": _place(group[0].resource), "rulings": group}
        for group in found.values()
    ]


def _place(resource: str) -> str:
    """The names in an ARM id, which is too long for a table: `rg-contoso-ai-dev / contoso-ai-dev / chat`."""
    parts = resource.strip("/").split("/")
    named = [
        name
        for kind, name in zip(parts[::2], parts[1::2], strict=False)
        if kind.lower() not in {"subscriptions", "providers"}
    ]
    return " / ".join(named)


def _others(all_: Sequence[Ruling]) -> list[tuple[str, list[Ruling]]]:
    """What is open, known or exempt, by standing."""
    shown = [where for where in Standing if where not in VIOLATIONS]
    by_key = sorted(all_, key=lambda each: each.key)
    groups = [(where, [each for each in by_key if standing(each) is where]) for where in shown]
    return [(rulings.HEADINGS[where].rstrip(":"), group[:TABLE]) for where, group in groups if group]
