"""Values of free form, such as parameters of a policy: from what stands in the file to what JSON has.

Where the expected type is known, it decides, as everywhere in a stack file. Where it isn't, quotes make a text, and an
unquoted scalar is what JSON would take it for; a date without quotes is told, for Pulumi would rewrite it.
"""

import re
from typing import Any

from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret

WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
FRACTION = re.compile(r"-?(?:0|[1-9]\d*)\.\d+")


class Misfit(ValueError):
    """A value that isn't of the expected type; the text says what is expected."""


def free(written: Any, path: KeyPath, collector: Collector) -> Any:
    """A value whose type nobody states."""
    if isinstance(written, dict):
        return {key: free(item, (*path, key), collector) for key, item in written.items()}
    if isinstance(written, tuple):
        return [free(item, (*path, index), collector) for index, item in enumerate(written)]
    if isinstance(written, Secret):
        collector.add(
            "config.secret-not-allowed",
            path,
            "this value can't be a secret",
            found="secure: …",
            allowed="plain text: Azure shows this value to everybody who may read the resource",
        )
        return ""
    return _scalar(written, collector) if isinstance(written, Scalar) else written


def _scalar(written: Scalar, collector: Collector) -> Any:
    if written.plain and written.text in ("true", "false"):
        return written.text == "true"
    if written.plain and WHOLE.fullmatch(written.text):
        return int(written.text)
    if written.plain and FRACTION.fullmatch(written.text):
        return float(written.text)
    return _text(written, collector)


def typed(written: Any, kind: str, path: KeyPath, collector: Collector, *, items: str = "") -> Any:
    """A value of one of Azure Policy's types. Raises Misfit. `items` is the type of the items of an Array, if known."""
    if isinstance(written, Secret):
        return free(written, path, collector)
    if kind in ("String", "DateTime"):
        if not isinstance(written, Scalar):
            raise Misfit("text")
        return _text(written, collector)
    if kind == "Array":
        if not isinstance(written, tuple):
            raise Misfit("a list")
        return [
            typed(item, items, (*path, index), collector) if items else free(item, (*path, index), collector)
            for index, item in enumerate(written)
        ]
    if kind == "Object":
        if not isinstance(written, dict):
            raise Misfit("a map")
        return free(written, path, collector)
    value = free(written, path, collector)
    expected: dict[str, tuple[tuple[type, ...], str]] = {
        "Boolean": ((bool,), "true or false"),
        "Integer": ((int,), "a whole number"),
        "Float": ((int, float), "a number"),
    }
    types, words = expected[kind]
    if not isinstance(value, types) or (isinstance(value, bool) and kind != "Boolean"):
        raise Misfit(words)
    return value


def _text(written: Scalar, collector: Collector) -> str:
    if becomes := written.converted():
        collector.unquoted(written, becomes)
    return written.text
