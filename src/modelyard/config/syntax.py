"""Read a file as YAML nodes. A file that can't be read gives a finding with the line and a remedy."""

import yaml

from modelyard.config.finding_collector import Collector
from modelyard.findings import Position
from modelyard.syntax.depth import DEEPEST, too_deep_yaml

CODE_OF = {
    "syntax": "config.yaml-syntax",
    "tab": "config.yaml-tab",
    "documents": "config.yaml-documents",
    "alias": "config.yaml-alias",
}


def compose(content: bytes, file: str, collector: Collector) -> yaml.MappingNode | None:
    """The file's top-level map as nodes; None where there is none, and a finding says why."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        position = Position(file, content.count(b"\n", 0, error.start) + 1, 1)
        _add(collector, position, "config.yaml-syntax", "the file isn't UTF-8", remedy="save it as UTF-8")
        return None
    if deep := too_deep_yaml(text):
        remedy = f"nest maps and lists at most {DEEPEST} levels deep"
        position = Position(file, *deep)
        _add(collector, position, "config.yaml-syntax", "maps or lists are nested too deeply", remedy=remedy)
        return None
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        _unreadable(text, file, collector, error)
        return None
    except yaml.reader.ReaderError as error:
        at = int(error.position)
        position = Position(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        _add(collector, position, "config.yaml-syntax", "a control character", remedy="remove it")
        return None
    if isinstance(root, yaml.MappingNode):
        return root
    what = "the file is empty" if root is None else "the file should be a map of keys"
    _add(collector, Position(file, 1, 1), "config.wrong-type", what, allowed="config: with keys under modelyard:")
    return None


def _unreadable(text: str, file: str, collector: Collector, error: yaml.MarkedYAMLError) -> None:
    from modelyard.syntax.yaml_mistakes import explain

    mistake = explain(text, error)
    position = Position(file, mistake.line, mistake.column)
    found = mistake.found
    _add(collector, position, CODE_OF[mistake.kind], mistake.message, found=found, remedy=mistake.remedy)


def _add(
    collector: Collector,
    position: Position,
    code: str,
    message: str,
    *,
    found: str = "",
    allowed: str = "",
    remedy: str = "",
) -> None:
    collector.add(code, (), message, position=position, found=found, allowed=allowed, remedy=remedy)
