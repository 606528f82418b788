"""`python -m tools.arm_schema --types FOLDER`: writes `src/modelyard/arm/schema.json`."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.arm import schema
from modelyard.arm.resource_types import stated
from tools.arm_schema.arm_types import ArmTypes
from tools.arm_schema.candidates import CANDIDATES
from tools.arm_schema.entry import entry
from tools.arm_schema.text import render


def generate(types: ArmTypes, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of every type of the table and of those that may come to it."""
    declared = tuple(stated())
    renamed = {row.token: {name: place.partition(".")[2] for place, name in row.renamed} for row in declared}
    wanted = {**CANDIDATES, **{row.token: row.type for row in declared}}
    return {
        token: entry(token, arm_type, types, renamed.get(token, {}), kept.get(token))
        for token, arm_type in sorted(wanted.items())
    }


def main() -> int:
    """Write the file, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.arm_schema", description=__doc__)
    parser.add_argument("--types", type=Path, required=True, help="folder with ARM's types, one file an api-version")
    folder: Path = parser.parse_args().types
    if not folder.is_dir():
        print(f"{folder} is no folder", file=sys.stderr)
        return 2
    kept = json.loads(schema.PATH.read_text(encoding="utf-8")) if schema.PATH.is_file() else {}
    text = render(generate(ArmTypes(folder), kept))
    schema.PATH.write_text(text, encoding="utf-8")
    print(f"{schema.PATH}: {len(text) // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
