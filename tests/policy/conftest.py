"""What policy tests share: fields by the aliases that come along, and a short way from a rule to a result."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.policy.contoso import INITIATIVE

from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.definition_registry import Library, own
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.policy import RuleResult
from modelyard.policy.language.aliases import standard
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource

Judge = Callable[..., RuleResult]


@pytest.fixture(scope="session")
def fields() -> Fields:
    """Fields with the aliases that come along, and plain paths as well."""
    return Fields(standard(), raw=True)


@pytest.fixture(scope="session")
def strict() -> Fields:
    """Fields as Azure takes them: no plain paths."""
    return Fields(standard())


@pytest.fixture(scope="session")
def judge(fields: Fields) -> Judge:
    """The result of a bare condition on a document."""

    def evaluate(
        condition: dict[str, Any],
        document: dict[str, Any],
        parameters: dict[str, Any] | None = None,
        **surroundings: Any,
    ) -> RuleResult:
        rule = {"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}}
        definition = Definition.load(rule, fields, name="test", open_parameters=True)
        return definition.bind(parameters or {}).evaluate(
            EvaluatedResource(document, EvaluationContext(**surroundings))
        )

    return evaluate


@pytest.fixture(scope="module")
def library(strict: Fields) -> Library:
    """The definitions that come along."""
    return own(strict)


@pytest.fixture
def with_initiative(strict: Fields) -> Library:
    """The same, and an initiative of Contoso's own."""
    library = own(strict)
    library.add(Initiative.load(INITIATIVE))
    return library
