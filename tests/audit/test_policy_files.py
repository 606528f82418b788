"""Policies come as files from other teams, in every form Azure and people write; one that is misread rules nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from modelyard.audit.failures import PoliciesUnreadable
from modelyard.audit.policy_files import read

RULE = {"if": {"field": "location", "notEquals": "swedencentral"}, "then": {"effect": "audit"}}
ASSIGNED = {
    "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/home",
    "scope": "/subscriptions/s",
}
AT = "/subscriptions/s/providers/microsoft.authorization"


def kept(folder: Path, name: str, written: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(written if isinstance(written, str) else json.dumps(written))
    return file


@pytest.mark.parametrize(
    ("written", "part", "id_"),
    [
        (
            {"properties": {"policyRule": RULE}},
            "definitions",
            "/providers/microsoft.authorization/policydefinitions/one",
        ),
        ({"policyRule": RULE}, "definitions", "/providers/microsoft.authorization/policydefinitions/one"),
        (
            {"name": "set", "properties": {"policyDefinitions": []}},
            "initiatives",
            "/providers/microsoft.authorization/policysetdefinitions/set",
        ),
        ({"properties": ASSIGNED}, "assignments", f"{AT}/policyassignments/one"),
        (
            {"id": "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a", "properties": ASSIGNED},
            "assignments",
            f"{AT}/policyassignments/a",
        ),
        (
            {
                "id": "/subscriptions/s/providers/Microsoft.Authorization/policyExemptions/e",
                "properties": {"exemptionCategory": "Waiver", "policyAssignmentId": "a"},
            },
            "exemptions",
            f"{AT}/policyexemptions/e",
        ),
    ],
)
def test_a_document_is_known_by_what_it_holds(tmp_path: Path, written: Any, part: str, id_: str) -> None:
    file = kept(tmp_path, "one.json", written)
    for form in (written, [written], {"value": [written]}):
        kept(tmp_path, "one.json", form)
        book, failures = read([file])
        assert failures == ()
        assert list(getattr(book, part)) == [id_], "alone, in a list, and as Azure's lists answer"
    if part in {"assignments", "exemptions"}:
        assert book.sources[id_] == (str(file),), "a finding says where the assignment was seen"


def test_a_folder_is_read_whole_but_for_its_tests(tmp_path: Path) -> None:
    kept(tmp_path / "deep", "one.json", {"policyRule": RULE})
    kept(tmp_path / "tests", "cases.json", {"cases": []})
    book, failures = read([tmp_path])
    assert (len(book.definitions), failures) == (1, ())


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{", "the { that opens here is not closed"),
        ("7", "neither an object nor a list"),
        ({"type": "Microsoft.Storage/storageAccounts"}, "is no policy"),
        ({"properties": {}}, "a document without a type is no policy"),
        ({"properties": {"policyDefinitionId": "x"}}, "has no scope"),
    ],
)
def test_what_is_no_policy_is_refused_by_name(tmp_path: Path, written: Any, problem: str) -> None:
    file = kept(tmp_path, "one.json", written)
    _, (refused,) = read([file])
    assert isinstance(refused, PoliciesUnreadable)
    assert problem in str(refused)
    assert refused.where == str(file)


def test_a_folder_without_policies_is_a_mistake(tmp_path: Path) -> None:
    _, (empty, missing) = read([tmp_path, tmp_path / "missing.json"])
    assert "no JSON file" in str(empty)
    assert "there is no such file" in str(missing)


def test_every_file_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Whoever mends one and is told of the next asks how many there are."""
    kept(tmp_path, "a.json", "{")
    kept(tmp_path, "b.json", {"type": "Microsoft.Storage/storageAccounts"})
    known = {"name": "c", "properties": {"policyDefinitionId": "x", "scope": "/subscriptions/s"}}
    kept(tmp_path, "c.json", known)
    book, failures = read([tmp_path, tmp_path / "missing"])
    assert [Path(each.where).name for each in failures] == ["a.json", "b.json", "missing"]
    assert len(book.assignments) == 1
