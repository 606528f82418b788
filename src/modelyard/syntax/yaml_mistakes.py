"""From an error of PyYAML's to the mistake that a person made.

`CASES` are asked in order; the first that recognises the mistake explains it. Where none does, PyYAML's own words
follow ours. What PyYAML reports was tried with 6.0 and its C composer.
"""

import re
from collections.abc import Callable

import yaml

from modelyard.syntax.mistake import CONFLICT, CONFLICT_REMEDY, Mistake, shown
from modelyard.syntax.yaml_lines import YamlLine, YamlStop, at, here, indentation, not_a_map, values_expected

Case = Callable[[YamlStop], Mistake | None]

QUOTED = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:''|[^'])*')""")
KEY = re.compile(r"\s*[\w.:-]+:(\s|$)")


def explain(text: str, error: yaml.MarkedYAMLError) -> Mistake:
    """The mistake behind an error of PyYAML's in this text."""
    fault = YamlStop.of(text, error)
    for case in CASES:
        if found := case(fault):
            return found
    began = f"between line {fault.began + 1}, where this part begins, and here" if fault.began < fault.line else ""
    message = f"this can't be read as YAML: {fault.problem or error}"
    return here(fault, message, f"correct the YAML {began or 'in or just before this line'}")


def _conflict(fault: YamlStop) -> Mistake | None:
    found = CONFLICT.search(fault.text)
    if found is None:
        return None
    line = fault.text.count("\n", 0, found.start())
    return at(
        YamlLine(line + 1, fault.at(line)),
        "a merge conflict of git is not resolved",
        CONFLICT_REMEDY,
    )


def _tab(fault: YamlStop) -> Mistake | None:
    if "\t" not in fault.here.text[: fault.here.indent]:
        return None
    tabs = [number for number, line in enumerate(fault.lines, 1) if "\t" in line[: len(line) - len(line.lstrip())]]
    others = f" (lines {', '.join(map(str, tabs[:10]))}{', …' * (len(tabs) > 10)})" if len(tabs) > 1 else ""
    return here(fault, "a tab in the indentation", f"replace the tabs by spaces{others}", kind="tab")


def _no_break_space(fault: YamlStop) -> Mistake | None:
    for line in (fault.here, *fault.above(fault.line)):
        margin = line.text[: line.indent]
        if odd := margin.replace(" ", "").replace("\t", ""):
            message = "the indentation holds a character that looks like a space and isn't one"
            return at(line, message, "type the indentation again, with plain spaces", margin.index(odd[0]))
    return None


def _documents(fault: YamlStop) -> Mistake | None:
    if fault.problem == "but found another document":
        return here(fault, "a second document starts here", "keep one document", kind="documents")
    return None


def _alias(fault: YamlStop) -> Mistake | None:
    if fault.problem == "found undefined alias":
        remedy = f"write the value out; or, if it is a text, put it in quotes: {_in_quotes(fault, fault.column)}"
        return here(fault, "an alias without an anchor", remedy, kind="alias")
    if fault.context in ("while scanning an alias", "while scanning an anchor"):
        sign = fault.at(fault.began)[fault.began_column]
        what = "an alias" if sign == "*" else "an anchor"
        return at(
            YamlLine(fault.began + 1, fault.at(fault.began)),
            f"a value that begins with {sign} is {what} in YAML",
            f"put the value in quotes: {_in_quotes(fault, fault.began_column)}",
            fault.began_column,
        )
    return None


def _backslash(fault: YamlStop) -> Mistake | None:
    if fault.problem != "found unknown escape character":
        return None
    if any(KEY.match(line) for line in fault.lines[fault.began + 1 : fault.line + 1]):  # a text that took in other keys
        return _quote_opened(fault, fault.began, fault.began_column)
    return here(fault, "a backslash in double quotes", "put the text in single quotes, which leave backslashes alone")


def _reserved(fault: YamlStop) -> Mistake | None:
    """`@`, `` ` `` and `%` begin nothing in YAML; neither do `,`, `]` and `}` begin a value."""
    starts = fault.problem == "found character that cannot start any token"
    nothing = fault.problem == "did not find expected node content" and fault.char in ",]}"
    if not fault.char or not (starts or nothing):
        return None
    remedy = f"put the value in quotes: {_in_quotes(fault, fault.column)}"
    return here(fault, f"a value can't begin with {fault.char} in YAML", remedy)


def _template(fault: YamlStop) -> Mistake | None:
    for line in (fault.here, YamlLine(fault.began + 1, fault.at(fault.began))):
        column = QUOTED.sub(lambda found: " " * len(found[0]), line.text).find("{{")
        if column >= 0:
            remedy = (
                f"write the value itself; or, if the text is meant, put it in quotes: {_quoted(line.text[column:])}"
            )
            return at(line, "{{ opens a map within a map; this file is not a template", remedy, column)
    return None


def _block_text(fault: YamlStop) -> Mistake | None:
    if fault.context != "while scanning a block scalar":
        return None
    sign = fault.at(fault.began)[fault.began_column]
    remedy = f"put the value in quotes: {_in_quotes(fault, fault.began_column)}; or begin the text in the next line"
    return here(fault, f"{sign} begins a text of several lines, and something follows it in the same line", remedy)


def _list_behind_key(fault: YamlStop) -> Mistake | None:
    if fault.problem != "block sequence entries are not allowed in this context":
        return None
    if fault.here.indent == fault.column:
        return values_expected(fault, fault.here)
    remedy = "write each item in a line of its own below the key, as `- item`; or put the value in quotes"
    return here(fault, "a list can't begin in the line of its key", remedy)


def _question_mark(fault: YamlStop) -> Mistake | None:
    if fault.problem != "mapping keys are not allowed in this context":
        return None
    return here(
        fault, "a value that begins with `? ` is a key in YAML", f"put it in quotes: {_in_quotes(fault, fault.column)}"
    )


def _unclosed_quote(fault: YamlStop) -> Mistake | None:
    if fault.context == "while scanning a quoted scalar":
        return _quote_opened(fault, fault.began, fault.began_column)
    text = _quoted_before(fault)
    if text is not None and text.start_mark.line < fault.line:
        return _quote_opened(fault, text.start_mark.line, text.start_mark.column)
    if text is None or fault.char == ":" or fault.context.startswith("while parsing a flow"):
        return None
    apostrophe = " (within single quotes an apostrophe is written twice: 'it''s')" if text.style == "'" else ""
    remedy = f"put the whole value in one pair of quotes{apostrophe}"
    return here(fault, "text follows a closing quote", remedy)


def _quoted_before(fault: YamlStop) -> yaml.ScalarToken | None:
    """The quoted text that ends in the line of the fault, with nothing but space between."""
    if fault.starts_line and fault.problem != "mapping values are not allowed in this context":
        return None
    text = _last_text(fault)
    if text is None or text.style not in ("'", '"') or text.end_mark.line != fault.line:
        return None
    return None if fault.here.text[text.end_mark.column : fault.column].strip() else text


def _quote_opened(fault: YamlStop, line: int, column: int) -> Mistake:
    text = fault.at(line)
    remedy = f"close it with {text[column]} where the text ends"
    return at(YamlLine(line + 1, text), f"the quote {text[column]} that opens here is not closed", remedy, column)


def _unclosed_bracket(fault: YamlStop) -> Mistake | None:
    if "while parsing a flow" not in fault.context:
        return None
    opened = _open_bracket(fault)
    if opened is None:
        return None
    line, column = opened
    text = fault.at(line)
    sign = text[column]
    closing = "]" if sign == "[" else "}"
    if fault.char in ("]", "}") and fault.char != closing:
        where = "" if line == fault.line else f" in line {line + 1}"
        return here(fault, f"the {sign}{where} is closed by {fault.char}", f"write {closing} instead")
    if fault.line > line and (fault.starts_line or fault.char == ":"):
        remedy = f"close it with {closing} after its last entry"
        return at(YamlLine(line + 1, text), f"the {sign} that opens here is not closed", remedy, column)
    return here(fault, "a comma is missing between two entries", "put a comma before this entry, or quotes around it")


def _closing_alone(fault: YamlStop) -> Mistake | None:
    if fault.char not in ("]", "}") or fault.problem != "did not find expected key":
        return None
    opening = "[" if fault.char == "]" else "{"
    return here(fault, f"{fault.char} closes nothing", f"take it out, or write the {opening} that it closes")


def _second_colon(fault: YamlStop) -> Mistake | None:
    """`description: chat: for all`: what follows the first colon would have to be a text with a colon in it."""
    if fault.problem != "mapping values are not allowed in this context":
        return None
    line = fault.here
    if not line.key or line.content + len(line.key) >= fault.column:
        return None
    text = line.text[line.text.index(":", line.content + len(line.key)) + 1 :].strip()
    remedy = f"put the value in quotes: {line.key}: {_quoted(text)}"
    return here(fault, "a second colon in one line: a value that holds `: ` needs quotes", remedy)


def _first_line(fault: YamlStop) -> Mistake | None:
    if fault.problem != "did not find expected <document start>":
        return None
    first = next(
        (
            YamlLine(number, line)
            for number, line in enumerate(fault.lines, 1)
            if line.strip() and line.strip()[0] != "#"
        ),
        None,
    )
    if first is not None and first.text.startswith("%"):
        return at(first, "a line that begins with % is a directive of YAML", "take it out, or put it in quotes")
    return None


def _in_quotes(fault: YamlStop, column: int) -> str:
    line = fault.here if fault.began == fault.line else YamlLine(fault.began + 1, fault.at(fault.began))
    return _quoted(line.text[column:])


def _quoted(text: str) -> str:
    """The text in the quotes that need no escape."""
    text = shown(re.sub(r"\s+#.*", "", text))
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'


def _last_text(fault: YamlStop) -> yaml.ScalarToken | None:
    """The last scalar that the scanner finds before the fault."""
    found = None
    try:
        for token in yaml.scan(fault.text, Loader=yaml.CSafeLoader):
            if (token.start_mark.line, token.start_mark.column) >= (fault.line, fault.column):
                break
            found = token if isinstance(token, yaml.ScalarToken) else found
    except yaml.YAMLError:
        pass  # the fault itself
    return found


def _open_bracket(fault: YamlStop) -> tuple[int, int] | None:
    """Line and column of the innermost bracket that is open at the fault."""
    opened: list[tuple[int, int]] = []
    try:
        for token in yaml.scan(fault.text, Loader=yaml.CSafeLoader):
            if (token.start_mark.line, token.start_mark.column) >= (fault.line, fault.column):
                break
            if isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
                opened.append((token.start_mark.line, token.start_mark.column))
            elif isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken) and opened:
                opened.pop()
    except yaml.YAMLError:
        pass  # the fault itself
    return opened[-1] if opened else None


CASES: tuple[Case, ...] = (
    _conflict,
    _tab,
    _no_break_space,
    _documents,
    _alias,
    _backslash,
    _template,
    _reserved,
    _block_text,
    _question_mark,
    _list_behind_key,
    _unclosed_quote,
    _unclosed_bracket,
    _closing_alone,
    _second_colon,
    not_a_map,
    indentation,
    _first_line,
)
