"""What Pulumi resolved, joined to the file's own tree: decrypted secrets leaf by leaf, and everything else compared.

One encrypted leaf makes Pulumi treat the whole top-level key as secret, so its value is of no use as a whole: which
leaves are secret is known from the file alone. Any other leaf must be what the file says; a value that was passed on
the command line, or came from an environment, would be deployed without anybody having seen it in the file.
"""

import json
from collections.abc import Mapping
from typing import Any

from modelyard.config.document import NAMESPACE, Document
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret
from modelyard.files import JsonObject

PROVIDER_KEYS = ("azure-native:location", "azure-native:subscriptionId")


def join(document: Document, values: JsonObject, collector: Collector) -> None:
    """Put decrypted values into the document's secrets; every other difference is a finding.

    `values` has Pulumi's full keys (`modelyard:account`); maps and lists are values or JSON text. Keys of other
    namespaces are not ours to judge, except those read here.
    """
    for part, prefix in ((document.tree, NAMESPACE), (document.foreign, "")):
        for key in part:
            if prefix or key in PROVIDER_KEYS:
                part[key] = _joined(part[key], _value(values.get(prefix + key), part[key]), (key,), collector)
    for full in values:
        name = full.removeprefix(NAMESPACE)
        if (name != full and name not in document.tree) or (full in PROVIDER_KEYS and full not in document.foreign):
            _differs((name,), "nothing", collector)


def _value(value: object, written: Any) -> object:
    """Pulumi hands structured values over as JSON text."""
    if isinstance(value, str) and isinstance(written, dict | tuple):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _joined(written: Any, value: object, path: KeyPath, collector: Collector) -> Any:
    if isinstance(written, Secret):
        return Secret(value) if isinstance(value, str) else written
    if isinstance(written, dict) and isinstance(value, Mapping):
        for key in value.keys() - written.keys():
            _differs((*path, key), "nothing", collector)
        return {key: _joined(item, value.get(key), (*path, key), collector) for key, item in written.items()}
    if isinstance(written, tuple) and isinstance(value, list) and len(written) == len(value):
        return tuple(_joined(item, value[index], (*path, index), collector) for index, item in enumerate(written))
    if not _same(written, value):
        shown = repr(written) if isinstance(written, Scalar) else "another value"
        _differs(path, shown, collector)
    return written


def _same(written: Any, value: object) -> bool:
    if written is None:
        return value is None
    if not isinstance(written, Scalar):
        return False
    if isinstance(value, bool):
        return written.text.lower() == str(value).lower()
    if isinstance(value, int | float):
        try:
            return float(written.text) == value
        except ValueError:
            return False
    # A date was rewritten by Pulumi on its way here; that it should be quoted is a finding of its own.
    return value == written.text or written.converted() == "a date"


def _differs(path: KeyPath, written: str, collector: Collector) -> None:
    collector.add(
        "config.value-differs",
        path,
        "Pulumi was given another value than the file holds",
        found=f"the file says {written}",  # the other value may be a secret, so it isn't shown
        allowed="the file's value",
        remedy="write the value into the stack's file, and leave out -c and environments for keys of Modelyard",
        of_value=True,
    )
