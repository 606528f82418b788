"""docs/stack-files.md documents every key; its tables are made from the models, and this test tells when they drift.

`MODELYARD_ACCEPT=1 pytest tests/docs/test_stack_files.py` makes them anew.
"""

import os
import re
from pathlib import Path

import yaml

from modelyard.config import plain_sections
from modelyard.config.docs_tables import PLACE, filled
from modelyard.config.stack import StackKeys

PAGE = Path(__file__).parents[2] / "docs/stack-files.md"


def test_the_tables_are_the_models() -> None:
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("MODELYARD_ACCEPT"):
        PAGE.write_text(filled(page), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == filled(page)


def test_every_section_has_a_table_and_an_example() -> None:
    page = PAGE.read_text(encoding="utf-8")
    sections = {field.alias for field in StackKeys.model_fields.values()} | plain_sections.top_sections()
    assert {found[2].removeprefix("options: ") for found in PLACE.finditer(page)} - {
        "filters",
        "filter names",
    } == sections | {f"account.{each}" for each in plain_sections.account_sections()}
    shown = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)]
    assert {key.removeprefix("modelyard:") for block in shown for key in block["config"]} >= sections
