"""The page for managers: it goes by mail, so it stands alone; it shows what others wrote, so nothing of it is taken for
markup; and it is read by people with screen readers, on telephones and on paper."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from modelyard.failures import Failure
from modelyard.findings import Severity
from modelyard.report import html
from modelyard.report.history_entry import run
from modelyard.report.policy_finding import PolicySummary
from modelyard.report.result import Report

VOID = {"meta", "br", "wbr", "link", "img", "hr", "input"}
TODAY = datetime(2026, 11, 23, 17, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """What a browser would make of it: elements with their attributes, and whether each is closed in its turn."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    def seen(self) -> str:
        """The words of the page, in their order."""
        return " ".join("".join(self.text).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def written(audited: Report) -> str:
    """The page with charts, the trend's among them."""
    before = replace(run(audited, TODAY), at=TODAY.replace(day=22))
    return html.write(audited, (before, run(audited, TODAY)))


def test_the_page_is_written_as_before(written: str, golden: Any) -> None:
    golden("audited.html", written)


def test_nothing_is_fetched_and_nothing_runs(written: str) -> None:
    page = Page(written)
    names = Counter(name for name, _ in page.elements)
    assert not names.keys() & {"script", "link", "iframe", "object", "embed", "img", "form", "base", "foreignobject"}
    for name, attributes in page.elements:
        for attribute, value in attributes.items():
            assert not attribute.startswith("on"), f"{name} has a handler {attribute}"
            assert attribute not in {"src", "href", "xlink:href", "action"} or value.startswith("#")
            assert attribute.startswith("xmlns") or "://" not in value
    assert "@import" not in written
    assert "url(" not in written.replace("url(#", "")


def test_elements_are_closed_in_their_turn(written: str) -> None:
    assert Page(written).open == []


def test_what_others_wrote_is_shown_and_never_taken_for_markup(rule: Any, unread: Failure) -> None:
    texts = dict.fromkeys(("resource_name", "policy", "assignment", "message", "remedy", "path"), HOSTILE)
    hostile = replace(rule(), **texts, because=(HOSTILE,), changes=(HOSTILE,), frameworks=(HOSTILE,))
    open_ = replace(hostile, key="b", state="Undecided", waits_for=(HOSTILE,))
    exempt = replace(hostile, key="c", state="Exempt", exemption=HOSTILE)
    report = Report("audit", HOSTILE, policy_findings=(hostile, open_, exempt), failures=(unread,), text=HOSTILE)
    page = Page(html.write(report, (run(report, TODAY), run(report, TODAY))))
    names = {name for name, _ in page.elements}
    assert not names & {"script", "img"}
    assert not any("onerror" in attributes for _, attributes in page.elements)
    assert HOSTILE in "".join(page.text), "it is there to be read"


def test_headings_tables_and_drawings_tell_what_they_are(written: str) -> None:
    page = Page(written)
    assert page.all("html")[0]["lang"] == "en"
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels)), "no level is left out"
    assert all(each.get("scope") in {"col", "rowgroup"} for each in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) == 1
    drawings = page.all("svg")
    assert len(drawings) == 1
    assert drawings[0]["role"] == "img"
    assert len(drawings[0]["aria-label"]) > 20
    assert all(each["aria-hidden"] == "true" for each in page.all("span") if "bar" in each.get("class", "").split())
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    named = {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes}
    assert named <= ids


def test_light_dark_and_print_have_colours_that_can_be_read(written: str) -> None:
    """WCAG 2.2, 1.4.3: text stands out from its ground by 4.5 to 1."""
    palettes = re.findall(r":root \{[^}]*--ground[^}]*\}", written)
    assert len(palettes) == 3
    for palette in palettes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", palette))
        for ink in ("ink", "soft", "error", "warning", "note", "right"):
            for ground in ("ground", "raised"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, f"{ink} on {ground}: {palette}"


def test_rules_for_paper_come_last(written: str) -> None:
    """Of rules that weigh alike the last one counts: before the others, they would do nothing, and waste paper."""
    styles = written[written.index("<style>") : written.index("</style>")]
    last = styles.rpartition("@media ")[2]
    assert last.startswith("print")
    assert "details::details-content { content-visibility: visible; }" in last, "what is folded is on paper as well"


@pytest.mark.parametrize(
    ("resources", "evaluated", "of", "headline"),
    [
        (23, 23, [], "All 23 resources are in order"),
        (1, 1, [], "1 of 1 resources is in order"),
        (2300, 2300, [{}], "2,299 of 2,300 resources are in order"),
        (23, 12, [], "All 12 evaluated resources are in order"),
        (23, 12, [{}], "11 of 12 evaluated resources are in order"),
        (23, 23, [{}], "22 of 23 resources are in order"),
        (23, 23, [{}, {"policy": "Another"}], "22 of 23 resources are in order"),
        (23, 23, [{"known": True}], "22 of 23 resources are in order"),
        (23, 23, [{"state": "Exempt"}], "All 23 resources are in order"),
        (23, 23, [{"state": "Undecided"}], "22 of 23 resources are in order, 1 is not decided yet"),
        (23, 0, [], "Nothing was evaluated: no policy was found"),
        (0, None, [], "Nothing violates a policy"),
        (0, None, [{}], "1 resource is not in order"),
    ],
)
def test_the_headline_says_how_much_is_in_order(
    rule: Any, resources: int, evaluated: int | None, of: list[dict[str, Any]], headline: str
) -> None:
    found = tuple(rule(**each) for each in of)
    assert html.headline(Report("audit", policy_findings=found, resources=resources, evaluated=evaluated)) == headline


def test_without_policies_nobody_is_reassured() -> None:
    said = html.write(Report("audit", "dev", resources=23, evaluated=0))
    assert "Azure would stop nothing" not in said
    assert "in order" not in Page(said).seen()
    idle = PolicySummary(policy="Elsewhere", assignment="Elsewhere", assignment_id="e")
    said = html.write(Report("audit", "dev", resources=23, evaluated=0, policies=(idle,)))
    assert "Nothing was evaluated: no policy applies to these resources" in said
    assert said.count("to nothing here") == 1, "one line for all of them"


def test_each_resource_counts_once_by_the_worst_that_is_said_of_it(rule: Any) -> None:
    found = (
        rule("a", effect="audit", severity=Severity.WARNING), rule("a"), rule("b", known=True),
        rule("c", state="Exempt"), rule("d", state="Undecided"),
    )  # fmt: skip
    shares = html.shares(Report("audit", policy_findings=found, resources=10, evaluated=6))
    counted = {part.colour: part.count for part in shares}
    assert counted == {"error": 1, "known": 1, "open": 1, "right": 3, "unevaluated": 4}
    assert sum(part.length for part in shares) == pytest.approx(100, abs=0.1)


def test_each_policy_at_work_says_how_much_of_what_it_judged_is_in_order(rule: Any) -> None:
    """A page where all is well has to say by whose measure."""
    one = rule("a")
    judge = PolicySummary(policy=one.policy, assignment="House", assignment_id=one.assignment_id, resources=4)
    well = PolicySummary(policy="Keys are off", assignment="Keys are off", assignment_id="k", resources=1)
    said = Page(
        html.write(Report("audit", policy_findings=(one,), resources=4, evaluated=4, policies=(well, judge)))
    ).seen()
    assert "2 policies, and how much of what each evaluated is in order" in said
    assert said.index("Stay near House3 of 4") < said.index("Keys are off1 of 1"), "what is to be done comes first"


def test_a_page_can_still_be_read_when_there_is_too_much(rule: Any) -> None:
    many = Report(
        "audit", "dev", policy_findings=tuple(rule(f"chat-{at}") for at in range(html.TABLE + 7)), resources=600
    )
    said = html.write(many)
    assert "7 more are not shown here" in said
    assert f"Azure would stop {html.TABLE + 7} resources" in said, "but all are counted"


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminance (WCAG 2.2, "relative luminance")."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_runs_in_the_sandbox_and_in_azure_are_two_lines(audited: Report) -> None:
    """One trend of both would show a fall where a team only went from a rehearsal to Azure."""
    here = run(audited, TODAY)
    elsewhere = replace(run(audited, TODAY), target="azure", violating=99)
    unmarked = replace(here, target="")
    assert html.write(audited, (elsewhere, unmarked, here)) == html.write(audited, (here,))


def test_what_a_remedy_has_between_backticks_is_code() -> None:
    assert html.coded("write `a.b` in <x>") == "write <code>a.<wbr>b</code> in &lt;x&gt;"
    assert html.coded("one ` alone") == "one ` alone"
