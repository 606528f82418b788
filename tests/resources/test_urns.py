"""Logical names are an interface: whoever has deployed a stack has them in its state.

A changed line here means that an existing stack loses a resource and gets another one. To accept that:
`MODELYARD_ACCEPT=1 pytest tests/resources/test_urns.py`, with aliases in the code where the resource shall stay.
"""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import load
from modelyard.config.project import Project
from modelyard.config.stack import Stack
from modelyard.resources.yard import Yard

VALID = Path(__file__).parents[1] / "examples/valid"
GOLDEN = Path(__file__).parent / "urns"


def own(name: str) -> Stack:
    loaded = load(Project.find(VALID), name, calendar=Calendar.on(date(2026, 11, 23)), market=Market.load())
    assert loaded.stack is not None
    return loaded.stack


@pytest.mark.parametrize("name", ["full", "smallest", *Project.find(VALID).stack_names()])
def test_urns(name: str, stack_of: Callable[..., Stack], declare: Callable[..., Any]) -> None:
    example = VALID / f"{name}.yaml"
    stack = stack_of(example.read_text(encoding="utf-8")) if example.exists() else own(name)
    recorder, _ = declare(lambda: Yard("yard", stack).outputs)
    urns = sorted(one.urn for one in recorder.registrations.values() if "pulumi:pulumi:Stack" not in one.urn)
    told = "".join(f"{each}\n" for each in urns)
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("MODELYARD_ACCEPT"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")
