"""Definitions carry the catalog's dates: one that has drifted from it lets a model pass that `check` refuses.

`MODELYARD_ACCEPT=1 pytest tests/policy/test_lifecycles.py` writes the defaults anew.
"""

import json
import os
from pathlib import Path

import pytest

import modelyard.policy
from modelyard.catalog.market import Market
from modelyard.policy.documents.lifecycles import DEFAULTS, filled

FOLDER = Path(modelyard.policy.__file__).parent / "definitions"


@pytest.mark.parametrize("stem", DEFAULTS)
def test_a_default_is_what_the_catalog_knows(stem: str) -> None:
    file = FOLDER / f"{stem}.json"
    written = json.loads(file.read_text(encoding="utf-8"))
    wanted = filled(stem, written, Market.load())
    if os.environ.get("MODELYARD_ACCEPT"):
        file.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == wanted


def test_a_default_is_of_some_use() -> None:
    """The catalog says of many models when they retire, and of some that they are previews."""
    for stem, (name, _) in DEFAULTS.items():
        written = json.loads((FOLDER / f"{stem}.json").read_text(encoding="utf-8"))
        assert len(written["properties"]["parameters"][name]["defaultValue"]) > 20
