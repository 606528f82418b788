"""What was pulled lies in one folder, whatever the scope is called that it was pulled from."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelyard.files import UnsafePath
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import Pulled, kept, place, write
from modelyard.policy.failures import PolicyFailure

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "scope", "file"),
    [
        ("azure", "/subscriptions/A-1", "azure/subscriptions/a-1.json"),
        ("epac/tenant", "/providers/Microsoft.Management/managementGroups/Contoso",
         "epac/tenant/microsoft.management/managementgroups/contoso.json"),
    ],
)  # fmt: skip
def test_a_scope_has_a_file_of_its_own(tmp_path: Path, source: str, scope: str, file: str) -> None:
    assert place(tmp_path, source, scope) == tmp_path / file
    assert kept(write(tmp_path, Pulled(scope, source, NOON, Rulebook()))).scope == scope


@pytest.mark.parametrize(
    ("source", "scope"),
    [
        ("azure", "/providers/Microsoft.Management/managementGroups/../../../x"),
        ("azure", "/subscriptions/../../../../etc/x"),
        ("azure", "/subscriptions/.."),
        ("epac/../../..", "/providers/Microsoft.Management/managementGroups/contoso"),
        ("azure", "/subscriptions/a\x1b[31mb"),
        ("azure", f"/subscriptions/{'s' * 300}"),
    ],
)
def test_a_scope_is_kept_inside_the_folder(tmp_path: Path, source: str, scope: str) -> None:
    """A scope is data: another team's repository of policies could say where files are written on this machine."""
    with pytest.raises(UnsafePath):
        write(tmp_path / "kept", Pulled(scope, source, NOON, Rulebook()))
    assert list(tmp_path.rglob("*")) == []


def test_what_is_kept_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "azure").symlink_to(tmp_path)
    with pytest.raises(UnsafePath):
        write(tmp_path / "kept", Pulled("/subscriptions/a", "azure", NOON, Rulebook()))


def test_text_that_is_no_text_is_kept_all_the_same(tmp_path: Path) -> None:
    """Half of a pair of characters is legal in JSON, and in no encoding."""
    rows = [{"id": "/providers/Microsoft.Authorization/policyDefinitions/a", "name": "a",
             "type": "Microsoft.Authorization/policyDefinitions", "properties": {"displayName": "\ud800"}}]  # fmt: skip
    book = Rulebook.of(rows, "test")
    found = kept(write(tmp_path, Pulled("/subscriptions/a", "azure", NOON, book)))
    (definition,) = found.book.definitions.values()
    assert definition["properties"]["displayName"] == "\ud800"


def test_a_file_that_is_nested_too_deeply_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "deep.json"
    file.write_text("[" * 5000)
    with pytest.raises(
        PolicyFailure, match="nested more than", check=lambda failure: failure.code == "policy.pulled-unreadable"
    ):
        kept(file)
