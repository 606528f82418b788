"""The findings that a stack file can earn, by code. Their texts are data: finding_codes.json, in the order of codes."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from modelyard.findings import Code, Severity


@cache
def codes() -> Mapping[str, Code]:
    """Every code; read when the first finding asks for one."""
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    return {row["code"]: Code(**{**row, "severity": Severity(row["severity"])}) for row in json.loads(text)}
