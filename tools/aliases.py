"""Makes the table of Azure's policy aliases: `python -m tools.aliases --shared FOLDER`.

The transcription (`azure/aliases.csv`, `azure/aliases-odd.csv`) says which place each alias names, not what `modify`
may change: that shows in the built-in definitions (`azure-policy/built-ins.tar.xz`), since Azure takes an operation of
modify on a modifiable alias alone. The output is a file a namespace in `src/modelyard/policy/aliases`; a test holds the
two to each other. `modelyard.policy.language.aliases` reads the files, and says how a line is written.
"""

import argparse
import csv
import json
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from modelyard.policy.language.aliases import MODIFIABLE, PROPERTIES, SHIPPED

SOURCES = ("aliases.csv", "aliases-odd.csv")


def rows(shared: Path) -> Iterator[Mapping[str, str]]:
    """Type, alias and path of every alias that was transcribed."""
    for name in SOURCES:
        with (shared / "azure" / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def modified(shared: Path) -> frozenset[str]:
    """The folded aliases that a built-in changes by modify."""
    with tarfile.open(shared / "azure-policy" / "built-ins.tar.xz") as archive:
        files = (each for each in archive if "/policyDefinitions/" in each.name and each.name.endswith(".json"))
        texts = (archive.extractfile(each) for each in files)
        documents = [json.loads(text.read().decode("utf-8-sig")) for text in texts if text is not None]
    return frozenset(name.lower() for each in documents for name in _operations(each["properties"]))


def _operations(properties: Mapping[str, Any]) -> Iterator[str]:
    details = (properties.get("policyRule") or {}).get("then", {}).get("details")
    found = details.get("operations") if isinstance(details, dict) else None
    for row in found if isinstance(found, list) else ():
        if isinstance(row.get("field"), str):
            yield row["field"]


def tables(shared: Path) -> dict[str, str]:
    """The files by name. Names that differ in case alone are one, with the capitals they have somewhere."""
    changeable, spelt = modified(shared), dict[str, str]()
    blocks: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows(shared):
        kind, alias = row["type"], row["alias"]
        namespace, folded = kind.partition("/")[0].lower(), kind.lower()
        spelt[folded] = min(kind, spelt.get(folded, kind))
        own = alias.lower().startswith(f"{folded}/")
        name = alias[len(kind) + 1 :] if own else f"={alias}"
        mark = MODIFIABLE if alias.lower() in changeable else ""
        block = blocks.setdefault(namespace, {}).setdefault(folded, {})
        line = mark + _line(name, row["path"])
        block[name.lower()] = min(line, block.get(name.lower(), line))
    return {
        f"{namespace}.txt": "\n\n".join(_block(spelt[kind], types[kind]) for kind in sorted(types)) + "\n"
        for namespace, types in sorted(blocks.items())
    }


def _block(kind: str, lines: Mapping[str, str]) -> str:
    return "\n".join((kind, *(lines[name] for name in sorted(lines))))


def _line(name: str, path: str) -> str:
    """The name alone, with `!` for each `properties.` that it leaves out, where that says the path; else both."""
    if path.startswith("properties."):
        short = path.removeprefix("properties.").replace(".properties.", f".{PROPERTIES}")
        if short.replace(PROPERTIES, "") == name:
            return short
    return f"{name} {path}"


def main() -> int:
    """Write the files, and say how large they are."""
    parser = argparse.ArgumentParser(prog="python -m tools.aliases", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with the transcriptions")
    shared: Path = parser.parse_args().shared
    if not shared.is_dir():
        print(f"{shared} is no folder", file=sys.stderr)
        return 2
    SHIPPED.mkdir(exist_ok=True)
    found = tables(shared)
    for old in SHIPPED.glob("*.txt"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (SHIPPED / name).write_text(text, encoding="utf-8")
    print(f"{SHIPPED}: {sum(map(len, found.values())) // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
