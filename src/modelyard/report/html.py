"""Policy findings as one HTML page for managers: how much is in order, what Azure would stop, which way it goes.

The page stands alone: styles and charts are inside, there is no script, and nothing is fetched. Charts are coloured by
the page's own variables so that they follow light, dark and print. What a colour says, words say as well.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from modelyard import __version__
from modelyard.display import shown
from modelyard.findings import Severity
from modelyard.report import charts, policy_text
from modelyard.report.history_entry import HistoryEntry
from modelyard.report.policy_finding import VIOLATIONS, FindingCategory, PolicyFinding, PolicySummary, category, counts
from modelyard.report.result import Report
from modelyard.report.text import built_ins

TABLE = 500
"""Rows of the table of violations; a page with more is no longer read. JSON and SARIF have all."""


PLACES = {"": "", "azure": "in Azure", "sandbox": "in the sandbox"}
STOPPED = (FindingCategory.DENIED, FindingCategory.FAILED)
NOT_IN_ORDER = (*VIOLATIONS, FindingCategory.KNOWN)
COLOURS = {
    FindingCategory.DENIED: "error",
    FindingCategory.FAILED: "error",
    FindingCategory.AUDITED: "warning",
    FindingCategory.DEPLOYED: "note",
    FindingCategory.CHANGED: "note",
    FindingCategory.KNOWN: "known",
    FindingCategory.UNDECIDED: "open",
}
"""The page's colour of a resource by the worst that is said of it; one that none of these is said of is in order."""
LEGEND = {
    "error": "that Azure would stop",
    "warning": "that Azure would report",
    "note": "that Azure would change",
    "known": "known in the baseline",
    "open": "not decided yet",
    "right": "in order",
    "unevaluated": "evaluated by no policy",
}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy at work, and how many of the resources that it evaluated have which colour; the rest is in order."""

    summary: PolicySummary
    colours: Counter[str]

    @property
    def right(self) -> int:
        """How many are in order, those that are exempt among them."""
        return max(self.summary.resources - self.colours.total(), 0)

    @property
    def parts(self) -> tuple[charts.Part, ...]:
        """Its bar."""
        return charts.parted((colour, {**self.colours, "right": self.right}.get(colour, 0)) for colour in LEGEND)


def write(report: Report, trend: Sequence[HistoryEntry] = ()) -> str:
    """The page. Of the kept runs those of the report's own stack and target count; the newest is the report's."""
    violations = sorted(
        (each for each in report.policy_findings if category(each) in VIOLATIONS),
        key=lambda each: (_rank(each), each.resource_name.lower(), each.resource.lower(), each.key),
    )
    totals = counts(report.policy_findings)
    kept = [run for run in trend if (run.stack, run.target) == (report.stack, report.target)]
    environment = Environment(
        loader=PackageLoader("modelyard.report"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = breakable
    environment.filters["coded"] = coded
    environment.filters["shortened"] = policy_text.shortened
    environment.filters["number"] = "{:,}".format
    return environment.get_template("report.html.jinja").render(
        title=" ".join(filter(None, ("Policies", report.stack and f"for {report.stack}", PLACES[report.target]))),
        report=report,
        headline=headline(report),
        stopped=len({each.resource.lower() for each in violations if category(each) in STOPPED}),
        totals=[(where, totals[where]) for where in FindingCategory if totals[where]],
        shares=shares(report),
        legend=LEGEND,
        charts=charts.bars(violations),
        trend=_trend(kept),
        policies=_policies(report),
        idle=tuple(dict.fromkeys(each.summary.policy for each in _policies(report) if not each.summary.resources)),
        resources=_by_resource(violations[:TABLE]),
        left_out=len(violations[TABLE:]),
        others=_others(report.policy_findings),
        looked=[*report.text.splitlines(), *filter(None, [built_ins(report)])],
        findings=[each for each in report.findings if each.severity is not Severity.NOTE],
        failures=report.failures,
        sentence=policy_text.sentence,
        category=category,
        version=__version__,
        at=f"{kept[-1].at:%Y-%m-%d %H:%M %Z}" if kept else "",
    )


def shares(report: Report) -> tuple[charts.Part, ...]:
    """The resources by the worst that is said of them, those that no policy evaluated among them; none of nothing."""
    worst: dict[str, FindingCategory] = {}
    for each in report.policy_findings:
        found, id_ = category(each), each.resource.lower()
        if found in COLOURS and (id_ not in worst or _order(found) < _order(worst[id_])):
            worst[id_] = found
    counts = Counter(COLOURS[found] for found in worst.values())
    evaluated = report.resources if report.evaluated is None else report.evaluated
    counts["right"] = max(evaluated - len(worst), 0)
    counts["unevaluated"] = max(report.resources - evaluated, 0)
    return charts.parted((colour, counts[colour]) for colour in LEGEND)


def _order(where: FindingCategory) -> int:
    return list(COLOURS).index(where)


def _trend(kept: Sequence[HistoryEntry]) -> charts.Chart | None:
    """The drawing, where there is something to compare."""
    return charts.trend(kept) if len(kept) > 1 else None


def _policies(report: Report) -> list[PolicyRow]:
    """The policies at work, those that most is not in order of first; those that evaluated nothing last."""
    colours: dict[tuple[str, str], Counter[str]] = {}
    for each in report.policy_findings:
        if (found := category(each)) in COLOURS:
            key = each.assignment_id.lower(), each.reference.lower()
            colours.setdefault(key, Counter())[COLOURS[found]] += 1
    evaluated = (PolicyRow(each, colours.get(each.key, Counter())) for each in report.policies)
    return sorted(
        evaluated, key=lambda each: (not each.summary.resources, -each.colours.total(), each.summary.policy.lower())
    )


def headline(report: Report) -> str:
    """`20 of 23 resources are in order, 1 is not decided yet`; where nobody counted them, how many are not.

    What a baseline knows is not in order, for it doesn't comply; what is exempt is, as in Azure's own percentage. Of
    what no policy evaluated nothing is known, so that it doesn't count.
    """
    if report.evaluated == 0:
        return "Nothing was evaluated: no policy " + ("applies to these resources" if report.policies else "was found")
    wrong = {each.resource.lower() for each in report.policy_findings if category(each) in NOT_IN_ORDER}
    doubt = {
        each.resource.lower() for each in report.policy_findings if category(each) is FindingCategory.UNDECIDED
    } - wrong
    tail = f", {len(doubt):,} {_is(len(doubt))} not decided yet" if doubt else ""
    evaluated = report.resources if report.evaluated is None else report.evaluated
    if evaluated:
        right = max(evaluated - len(wrong) - len(doubt), 0)
        whole = f"{right:,} of {evaluated:,}" if right < evaluated or right == 1 else f"All {right:,}"
        some = "evaluated resources" if evaluated < report.resources else "resources"
        return f"{whole} {some} {_is(right)} in order{tail}"
    if not wrong and not doubt:
        return "Nothing violates a policy"
    return f"{len(wrong):,} resource{'s' * (len(wrong) != 1)} {_is(len(wrong))} not in order{tail}"


def _finalized(value: object) -> object:
    """What the page shows of a value: text without characters that steer or hide; charts and markup as they are."""
    return shown(value) if type(value) is str else value


def breakable(text: object) -> Markup:
    """An ARM type, id, key or condition that may be broken after each slash and dot, so that no word has to be."""
    return Markup("/<wbr>").join(Markup(".<wbr>").join(part.split(".")) for part in shown(str(text)).split("/"))


def coded(text: str) -> Markup:
    """A text whose parts between backticks are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick that has no other
        return breakable(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(breakable(part)) if number % 2 else breakable(part)
        for number, part in enumerate(parts)
    )


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _rank(each: PolicyFinding) -> int:
    return list(FindingCategory).index(category(each))


def _by_resource(violations: Sequence[PolicyFinding]) -> list[dict[str, Any]]:
    """The violations of each resource together, those that Azure would stop first."""
    found: dict[str, list[PolicyFinding]] = {}
    for each in violations:
        found.setdefault(each.resource.lower(), []).append(each)
    return [
        {
            "name": group[0].resource_name,
            "id": group[0].resource,
            "place": _place(group[0].resource),
            "policy_findings": group,
        }
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


def _others(all_: Sequence[PolicyFinding]) -> list[tuple[str, list[PolicyFinding]]]:
    """What is open, known or exempt, by category."""
    shown = [where for where in FindingCategory if where not in VIOLATIONS]
    by_key = sorted(all_, key=lambda each: each.key)
    groups = [(where, [each for each in by_key if category(each) is where]) for where in shown]
    return [(policy_text.HEADINGS[where].rstrip(":"), group[:TABLE]) for where, group in groups if group]
