"""A rule that holds the catalog's dates and `check` must agree on whether a model has retired, in the sandbox too."""

from datetime import UTC, datetime
from typing import Any

import pytest

from modelyard.arm.resource_types import rows
from modelyard.policy.documents.definition import CATALOG_DATE, Definition
from modelyard.policy.documents.policy import RuleOutcome
from modelyard.policy.language.aliases import from_rows
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource

REAL = datetime(2028, 11, 30, tzinfo=UTC)
MARKET = datetime(2026, 11, 30, tzinfo=UTC)
LATE = {"value": "[utcNow('yyyy')]", "equals": "2028"}


def fires(metadata: dict[str, Any], context: EvaluationContext) -> bool:
    properties = {"mode": "All", "metadata": metadata, "policyRule": {"if": LATE, "then": {"effect": "deny"}}}
    policy = Definition.load({"name": "late", "properties": properties}, Fields(from_rows(rows()))).bind({})
    return policy.evaluate(EvaluatedResource({"id": "/x", "type": "a/b"}, context)).outcome is RuleOutcome.VIOLATION


@pytest.mark.parametrize(
    ("metadata", "context", "late"),
    [
        ({CATALOG_DATE: "2026-11-30"}, EvaluationContext(now=REAL, market_time=MARKET), False),
        ({CATALOG_DATE: "2026-11-30"}, EvaluationContext(now=REAL), True),
        ({}, EvaluationContext(now=REAL, market_time=MARKET), True),
    ],
    ids=["catalog's dates in the sandbox", "catalog's dates in Azure", "a team's own dates"],
)
def test_only_rules_with_the_catalog_s_dates_have_the_market_s_day(metadata, context, late) -> None:
    assert fires(metadata, context) is late
