"""The parts of docs/policies that are made from the files: what stands there can't wander off from what is assigned.

A part stands between `<!-- definition: keyless -->` (or `initiative: <stem>`, `definitions`, `initiatives`) and
`<!-- end -->`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Any

from modelyard.catalog.built_in_policies import built_in

PLACE = re.compile(
    r"(<!-- (definition|initiative|definitions|initiatives)(?:: (\S+))? -->\n)(.*?)(<!-- end -->)", re.DOTALL
)
SHOWN = 4
"""A default with more entries than this is told by their number."""


def filled(page: str) -> str:
    """The page with its parts made anew."""
    return PLACE.sub(lambda found: f"{found[1]}{_part(found[2], found[3])}{found[5]}", page)


def stems(kind: str) -> tuple[str, ...]:
    """What there is of `definitions` or `initiatives`, in alphabetical order."""
    names = (each.name for each in (resources.files("modelyard.policy") / kind).iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


def _part(kind: str, stem: str) -> str:
    if kind.endswith("s"):
        return _index(kind)
    written = _properties(f"{kind}s", stem)
    return "\n".join(
        [*_head(stem, written), *(_members(written) if kind == "initiative" else _parameters(written)), ""]
    )


def _properties(kind: str, stem: str) -> Mapping[str, Any]:
    text = (resources.files("modelyard.policy") / kind / f"{stem}.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)["properties"]
    return found


def _index(kind: str) -> str:
    rows = [(each, _properties(kind, each)) for each in stems(kind)]
    return _table(
        ("Reference", "What it asks for", "Effect by default" if kind == "definitions" else "Definitions"),
        (
            (f"[`modelyard/{stem}`]({stem}.md)", written["displayName"], _effect(written) or _count(written))
            for stem, written in rows
        ),
    )


def _effect(written: Mapping[str, Any]) -> str:
    return str(written["parameters"].get("effect", {}).get("defaultValue", ""))


def _count(written: Mapping[str, Any]) -> str:
    return str(len(written["policyDefinitions"]))


def _head(stem: str, written: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {written['displayName']}"
    yield ""
    mode = f", mode {written['mode']}" if "mode" in written else ""
    yield f"`modelyard/{stem}`, version {written['version']}{mode}. {written['description']}"
    yield ""


def _parameters(written: Mapping[str, Any]) -> Iterator[str]:
    yield _table(
        ("Parameter", "Type", "Default", "Allowed", "What it says"),
        (
            (
                f"`{name}`",
                each["type"],
                _shown(each["defaultValue"]) if "defaultValue" in each else "required",
                ", ".join(map(str, each.get("allowedValues", ()))),
                each["metadata"]["description"],
            )
            for name, each in written["parameters"].items()
        ),
    ).rstrip("\n")


def _members(written: Mapping[str, Any]) -> Iterator[str]:
    parameters = written["parameters"]
    yield _table(
        ("Reference id", "Definition", "Effect by default", "Parameter of the effect", "Groups"),
        (
            (
                f"`{row['policyDefinitionReferenceId']}`",
                _definition(row["policyDefinitionId"]),
                parameters[effect]["defaultValue"],
                f"`{effect}`",
                ", ".join(row["groupNames"]),
            )
            for row in written["policyDefinitions"]
            for effect in [row["parameters"]["effect"]["value"].split("'")[1]]
        ),
    )
    effects = {row["parameters"]["effect"]["value"].split("'")[1] for row in written["policyDefinitions"]}
    others = {name: each for name, each in parameters.items() if name not in effects}
    yield from _parameters({"parameters": others})
    yield ""
    yield _table(
        ("Group", "Framework", "Control"),
        ((f"`{each['name']}`", each["category"], each["displayName"]) for each in written["policyDefinitionGroups"]),
    ).rstrip("\n")


def _definition(id: str) -> str:  # noqa: A002 - ARM calls it id
    """A link to an own definition's page; a built-in by the name that a stack file has for it."""
    known = built_in(id.rpartition("/")[2])
    return f"`builtin/{known.name}`" if known else f"[`{id}`]({id.rpartition('/')[2]}.md)"


def _shown(value: Any) -> str:
    if isinstance(value, list | dict):
        return ", ".join(map(str, value)) or "none" if len(value) <= SHOWN else f"{len(value)} entries"
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (head, *rows)]
    lines.insert(1, "|" + " --- |" * len(head))
    return "\n".join(lines) + "\n"
