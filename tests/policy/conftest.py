"""What policy tests share: fields as ARM's own table knows them, and a short way from a rule to a verdict."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.policy.contoso import INITIATIVE

from modelyard.arm.table import rows
from modelyard.policy.aliases import from_rows
from modelyard.policy.context import Context
from modelyard.policy.definition import Definition
from modelyard.policy.fields import Fields
from modelyard.policy.initiative import Initiative
from modelyard.policy.library import Library, own
from modelyard.policy.policy import Verdict
from modelyard.policy.resource import Resource

Judge = Callable[..., Verdict]


@pytest.fixture(scope="session")
def fields() -> Fields:
    """Fields with the aliases that follow from ARM's table, and plain paths as well."""
    return Fields(from_rows(rows()), raw=True)


@pytest.fixture(scope="session")
def strict() -> Fields:
    """Fields as Azure takes them: no plain paths."""
    return Fields(from_rows(rows()))


@pytest.fixture(scope="session")
def judge(fields: Fields) -> Judge:
    """The verdict of a bare condition on a document."""

    def verdict(
        condition: dict[str, Any],
        document: dict[str, Any],
        parameters: dict[str, Any] | None = None,
        **surroundings: Any,
    ) -> Verdict:
        rule = {"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}}
        definition = Definition.load(rule, fields, name="test", open_parameters=True)
        return definition.bind(parameters or {}).verdict(Resource(document, Context(**surroundings)))

    return verdict


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
