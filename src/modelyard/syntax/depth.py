"""How deep a text is nested. What is nested too deep is told in words, for code that walks it recurses once a level."""

import re

import yaml

DEEPEST = 100
"""Levels of maps and lists, ten times what a stack file needs and far more than Azure takes in a policy. PyYAML's C
composer has no bound of its own: somewhere beyond 20,000 it ends the process."""
REST = re.compile(r'(?:"(?:[^"\\]++|\\.)*+"|[^\[\]{}"]++)++', re.DOTALL)
"""What stands between the brackets of JSON."""
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)

Place = tuple[int, int]
"""Line and column, from 1."""


def too_deep_yaml(text: str) -> Place | None:
    """Where YAML goes too deep. Only a text that may go so deep is looked at closely, which takes its time."""
    indented = max((len(line) - len(line.lstrip(" -?")) for line in text.splitlines()), default=0)
    if 2 * indented + text.count("[") + text.count("{") < DEEPEST:  # a list may stand at its key's own indentation
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST and (mark := event.start_mark) is not None:
                    return mark.line + 1, mark.column + 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        pass  # the composer meets it too, and tells it
    return None


def too_deep_json(text: str) -> Place | None:
    """Where JSON goes too deep."""
    if text.count("[") + text.count("{") <= DEEPEST or _shallow(REST.sub("", text)):
        return None
    depth = 0
    for token in TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                at = token.start()
                return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        elif token[0] in "]}":
            depth -= 1
    return None


def _shallow(brackets: str) -> bool:
    """Whether brackets are surely not too deep; a state of 30 MB is looked through so in a quarter of the time.

    Each round takes away the innermost ones, of one or of two levels.
    """
    for _ in range(DEEPEST // 2):
        inner = len(brackets)
        brackets = brackets.replace("[]", "").replace("{}", "")
        if len(brackets) == inner:
            break
    return not brackets
