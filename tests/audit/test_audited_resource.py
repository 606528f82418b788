"""A verdict on a stack file has to end at a line of it: an editor, and a pull request, jump there."""

from datetime import date
from pathlib import Path

import pytest

from modelyard.audit.source import AuditSource
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import load
from modelyard.config.project import Project
from modelyard.resources.graph import declared

ROOT = Path(__file__).parent.parent.parent
SUBSCRIPTION = "0f0f0f0f-0000-4000-8000-000000000000"
TEAMS = "Microsoft.Authorization/policyDefinitions"


@pytest.mark.parametrize("stack", ["dev", "keys"])
def test_everything_that_a_stack_declares_is_looked_at_and_has_its_line(stack: str) -> None:
    loaded = load(Project.find(ROOT), stack, calendar=Calendar.on(date(2026, 11, 23)), market=Market.load())
    assert loaded.stack is not None
    source = AuditSource.declared(f"stack {stack}", declared(loaded.stack, SUBSCRIPTION), SUBSCRIPTION)
    assert source.left_out == {}
    lost = [each.name for each in source.subjects if each.type != TEAMS and loaded.position(each.path) is None]
    assert lost == [], "team definitions stand in files of their own; all else in the stack's"
    assert len({each.id.lower() for each in source.subjects}) == len(source.subjects)
    assert all(SUBSCRIPTION in each.id for each in source.subjects)
