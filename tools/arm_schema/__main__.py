"""`python -m tools.arm_schema --types FOLDER`: writes `src/modelyard/arm/schema.json`.

`--kinds MODULE --file FILE` writes the entries of a module with `ROWS` instead, for a package that adds kinds.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from modelyard.arm import schema
from modelyard.arm.resource_types import ResourceType, own
from tools.arm_schema.arm_types import ArmTypes
from tools.arm_schema.candidates import CANDIDATES
from tools.arm_schema.entry import entry
from tools.arm_schema.text import render


def generate(types: ArmTypes, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of every type of the table and of those that may come to it."""
    return entries(tuple(own()), types, kept, CANDIDATES)


def entries(
    declared: Iterable[ResourceType], types: ArmTypes, kept: Mapping[str, Any], others: Mapping[str, str]
) -> dict[str, Any]:
    """The entries of these rows and of other types by token. Raises Unplaceable."""
    renamed = {row.token: {name: place.partition(".")[2] for place, name in row.renamed} for row in declared}
    wanted = {**others, **{row.token: row.type for row in declared}}
    return {
        token: entry(token, arm_type, types, renamed.get(token, {}), kept.get(token))
        for token, arm_type in sorted(wanted.items())
    }


def main() -> int:
    """Write the file, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.arm_schema", description=__doc__)
    parser.add_argument("--types", type=Path, required=True, help="folder with ARM's types, one file an api-version")
    parser.add_argument("--kinds", help="module with ROWS, to write their entries alone")
    parser.add_argument("--file", type=Path, default=schema.PATH, help="what is written")
    words = parser.parse_args()
    folder: Path = words.types
    file: Path = words.file
    if not folder.is_dir():
        print(f"{folder} is no folder", file=sys.stderr)
        return 2
    if words.kinds and file == schema.PATH:
        parser.error("--kinds needs --file: the package's own file of types")
    kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    types = ArmTypes(folder)
    of_module = words.kinds and importlib.import_module(words.kinds).ROWS
    text = render(entries(of_module, types, kept, {}) if words.kinds else generate(types, kept))
    file.write_text(text, encoding="utf-8")
    print(f"{file}: {len(text) // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
