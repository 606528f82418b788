"""Tables for docs/stack-files.md, made from the models: what stands there can't wander off from what is read.

A table's place in the page is between `<!-- options: account -->` (or `<!-- filters -->`, `<!-- filter names -->`) and
`<!-- end -->`.
"""

import re
from collections.abc import Sequence

from modelyard.catalog.content_filters import aliases, by_source, filters
from modelyard.config.content_filter import POINTS, ContentFilter
from modelyard.config.options import Option, options
from modelyard.config.plain_sections import account_sections

PLACE = re.compile(r"(<!-- (options: \S+|filters|filter names) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
POINT_KEYS = tuple(str(ContentFilter.model_fields[name].alias) for name in POINTS.values())


def filled(page: str) -> str:
    """The page with its tables made anew."""
    return PLACE.sub(lambda found: f"{found[1]}{_table(found[2])}{found[4]}", page)


def _table(name: str) -> str:
    if name == "filters":
        return _filters()
    if name == "filter names":
        return _markdown(
            [
                ("Elsewhere", "Here", "Grade", "Who says so"),
                *((each.name, f"`{each.key}`", each.grade, each.evidence) for each in aliases()),
            ]
        )
    section = tuple(name.removeprefix("options: ").split("."))
    others = {("account", key) for key in account_sections()} - {section}
    found = [
        option
        for option in options()
        if option.path[: len(section)] == section and option.path[:2] not in others and not _one_of_many(option)
    ]
    rows = [("Key", "Type", "Default", "Allowed", "What it says")]
    rows += [(f"`{each}`", each.type, each.default, each.allowed, each.description) for each in found]
    return _markdown(rows)


def _one_of_many(option: Option) -> bool:
    """A filter at a point: all of them have the same keys, and a table of their own."""
    at_point = len(option.path) > 3 and option.path[0] == "contentFilters" and option.path[2] in POINT_KEYS
    return at_point and option.path[:4] != ("contentFilters", "<name>", "prompt", "hate")


def _filters() -> str:
    """Which filter there is at which point, with the grade of the evidence."""
    rows = [("Filter", "ARM's name", "Severity", *POINT_KEYS)]
    for key in dict.fromkeys(each.key for each in filters()):
        at = [by_source()[source].get(key) for source in POINTS]
        known = next(each for each in at if each is not None)
        grades = [each.grade if each is not None else "" for each in at]
        rows.append((f"`{key}`", known.arm_name, "yes" if known.has_severity else "", *grades))
    return _markdown(rows)


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines) + "\n"
