"""A definition's other version has another rule: a verdict by it would be believed, and wrong."""

import pytest
from tests.policy.contoso import INITIATIVE, an_account, an_assignment, evaluate

from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition_header import version_fits
from modelyard.policy.documents.definition_registry import Library, own
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.failures import AssignmentRefused
from modelyard.policy.language.fields import Fields


@pytest.mark.parametrize(
    ("wanted", "version", "fits"),
    [
        ("1.*.*", "1.4.2", True),
        ("1.4.*", "1.4.2", True),
        ("1.3.*", "1.4.2", False),
        ("2.*.*", "1.4.2", False),
        ("1.*.*-preview", "1.0.0-preview", True),
        ("1.*.*-preview", "1.0.0", False),
        ("1.*.*", "1.0.0-preview", True),
        ("", "1.0.0", True),
        ("1.*.*", "", True),
    ],
)
def test_versions(wanted: str, version: str, fits: bool) -> None:
    assert version_fits(wanted, version) is fits


def test_versions_that_are_at_hand(library: Library) -> None:
    """Another version than the one asked for has another rule, so it is refused; the one asked for is evaluated."""
    override = {"kind": "definitionVersion", "value": "1.0.*"}
    for asked in ({"definitionVersion": "1.*.*"}, {"definitionVersion": "1.0.*"}, {"overrides": [override]}):
        assert evaluate(library, an_account(), an_assignment(**asked))


def test_a_member_asks_for_a_version(strict: Fields) -> None:
    members = INITIATIVE["properties"]["policyDefinitions"]
    for wanted, at_work in (("1.*.*", 2), ("2.*.*", 1)):
        library = own(strict)
        rows = [{**members[0], "definitionVersion": wanted}, members[1]]
        library.add(
            Initiative.load({**INITIATIVE, "properties": {**INITIATIVE["properties"], "policyDefinitions": rows}})
        )
        each = list(Assignment.load(an_assignment(definition="house")).each(library))
        refused = [one for one in each if isinstance(one, AssignmentRefused)]
        assert len(each) - len(refused) == at_work
        assert all(one.where == "house: policyDefinitions[skus].definitionVersion" for one in refused)
