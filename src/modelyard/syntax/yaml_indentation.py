"""Mistakes of YAML that show in how lines stand to each other: indentation, a missing colon, an item among keys."""

import re

from modelyard.syntax.mistake import Mistake, shown
from modelyard.syntax.yaml_lines import YamlLine, YamlStop, at, missing_space


def not_a_map(fault: YamlStop) -> Mistake | None:
    """A line with a key continues the text of an earlier line: that one has a value already, or lacks its colon."""
    if fault.problem == "mapping values are not allowed in this context":
        earlier = next(fault.above(fault.line), None)
        return None if earlier is None else values_expected(fault, earlier)
    if fault.problem == "could not find expected ':'":
        return _without_colon(YamlLine(fault.began + 1, fault.at(fault.began)), fault.here)
    return None


def values_expected(fault: YamlStop, earlier: YamlLine) -> Mistake | None:
    here = fault.here
    if not earlier.key:
        return _without_colon(earlier, here)
    if not earlier.value or (here.content <= earlier.content and not earlier.is_item):
        return None
    return _too_deep(here, earlier)


def _too_deep(here: YamlLine, earlier: YamlLine) -> Mistake:
    remedy = f"indent it by {_spaces(earlier.content)}, as `{earlier.key}` in line {earlier.number}"
    if here.is_item or here.key:
        remedy += f"; or remove the value of `{earlier.key}`, if this belongs below it"
    message = f"the line is indented too far: `{earlier.key}` in line {earlier.number} has a value already"
    return at(here, message, remedy, here.indent)


def _without_colon(line: YamlLine, following: YamlLine) -> Mistake | None:
    body = line.body
    if (instead := missing_space(body)) and not body.startswith("-"):
        column = line.content + body.index(":") + 1
        return at(line, "a space is missing after the colon", f"write `{shown(instead)}`", column)
    key, equals, value = body.partition("=")
    if equals and key.strip() and " " not in key.strip():
        return at(line, "= instead of a colon", f"write `{key.strip()}: {shown(value)}`")
    if instead:
        return at(line, "a space is missing after the -", f"write `{shown(instead)}`")
    if not re.fullmatch(r"[\w.:/@-]+", body):
        return at(line, "this line is neither `key: value` nor part of a text", "write `key: value`, or quote the text")
    remedy = f"write `{body}:`" if following.indent > line.content else f"write `{body}: VALUE`"
    return at(line, f"`{body}` has no colon", remedy)


def indentation(fault: YamlStop) -> Mistake | None:
    if not fault.starts_line or fault.problem not in (
        "did not find expected key",
        "did not find expected '-' indicator",
        "did not find expected <document start>",
    ):
        return None
    here, levels = fault.here, fault.levels(fault.line)
    nearest = next(fault.above(fault.line), None)
    if nearest is None:
        return None
    if nearest.text.strip().startswith("-") and not nearest.is_item and nearest.text.strip() != "---":
        return _without_colon(nearest, here)
    if here.indent > nearest.content and nearest.key and nearest.value:
        return _too_deep(here, nearest)
    column = here.indent
    if column in levels:
        return _mixed(here, levels[column])
    deeper = min((level for level in levels if level > column), default=None)
    shallower = max((level for level in levels if level < column), default=None)
    choices = [(level, levels[level]) for level in (shallower, deeper) if level is not None]
    allowed = " or ".join(f"{_spaces(level)} (as line {line.number})" for level, line in choices)
    return at(
        here,
        f"the line is indented by {_spaces(column)}, which fits no line above",
        f"indent it by {allowed}" if allowed else "indent it as the lines above",
        column,
    )


def _spaces(count: int) -> str:
    return f"{count} space{'s' * (count != 1)}"


def _mixed(here: YamlLine, other: YamlLine) -> Mistake | None:
    """A key among list items, or an item among keys, at the same column."""
    if here.is_item and (not other.is_item or here.indent == other.content):
        remedy = "indent the item below the key that it belongs to, or write it as `key: value`"
        return at(here, f"a list item stands among the keys of a map (line {other.number})", remedy, here.indent)
    if not here.is_item and other.is_item and other.indent == here.indent:
        inner = other.content
        remedy = (
            f"indent it by {_spaces(inner)} if it belongs to the item in line {other.number}, or begin it with `- `"
        )
        return at(here, f"a key stands among the items of a list (line {other.number})", remedy, here.indent)
    return None
