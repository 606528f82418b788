"""Rows that packages add: one that can't stand beside the others stops a command, before it confuses a stack."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modelyard.arm import plain_kinds, resource_types
from modelyard.arm.plain_kinds import KindsUnusable
from modelyard.config import options, suggestions
from modelyard.config import plain_sections as sections

HEAD = """\
from modelyard.arm.kinds import ACCOUNT, ACCOUNT_TYPE
from modelyard.arm.plain_kinds import plain
from modelyard.arm.resource_types import ResourceType

PLAN = ("cognitiveservices:CommitmentPlan", f"{ACCOUNT_TYPE}/commitmentPlans", "commitment plan", ACCOUNT)
"""
CACHES: tuple[Any, ...] = (
    plain_kinds.added,
    plain_kinds.rows,
    resource_types.rows,
    resource_types.by_token,
    resource_types.by_type,
    sections.rows,
    sections.keys,
    sections.mapping,
    options.options,
    suggestions._within,
    suggestions._by_length,
    suggestions._by_name,
)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts a package whose module has this text where installed packages are found."""

    def put(text: str) -> None:
        name = f"kinds_of_{abs(hash(text))}"
        (tmp_path / f"{name}.py").write_text(HEAD + text)
        about = tmp_path / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[modelyard.kinds]\ncontoso = {name}\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        for each in CACHES:
            each.cache_clear()

    yield put
    monkeypatch.undo()
    for each in CACHES:
        each.cache_clear()


REFUSED: tuple[tuple[str, str], ...] = (
    ("raise ValueError('half done')", "can't be imported: half done"),
    ("import contoso_is_not_there", "can't be imported: No module named"),
    ("", "has no ROWS"),
    ("ROWS = [plain(*PLAN)]", "has no ROWS"),
    ("ROWS = (PLAN,)", "something in it is no row"),
    ("ROWS = (plain(*PLAN), plain(*PLAN))", "there is a row of this type already"),
    ("from modelyard.arm.plain_kinds import PROJECT\nROWS = (PROJECT,)", "there is a row of this type already"),
    ("ABOVE = plain(*PLAN)\nROWS = (plain('a:B', 'C.D/e', 'e', ABOVE),)", "is in no row"),
    ("ROWS = (plain('a:B', f'{ACCOUNT_TYPE}/bs', 'b', ACCOUNT),)", "has no azure-native:a:B"),
    ("ROWS = (plain(PLAN[0], f'{ACCOUNT_TYPE}/bs', 'b', ACCOUNT),)", "is of Microsoft.CognitiveServices/accounts/comm"),
    ("ROWS = (plain('x:Y', f'{ACCOUNT_TYPE}/locks', 'lock', ACCOUNT),)", "the key locks stands there already"),
    ("ROWS = (plain(*PLAN[:3], section='tags'),)", "tags is a key of the stack file"),
    ("ROWS = (plain(*PLAN, section='resourceGroup'),)", "resourceGroup is a key of the stack file"),
    ("ROWS = (plain(*PLAN, section='sku'),)", "sku is a member of Microsoft.CognitiveServices/accounts too"),
)


@pytest.mark.parametrize(("text", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_what_cannot_stand_in_the_table_is_told(install: Callable[[str], None], text: str, problem: str) -> None:
    install(text)
    with pytest.raises(KindsUnusable) as told:
        sections.rows()
    assert problem in told.value.what
    assert "contoso" in told.value.where or "commitmentPlans" in told.value.where
    assert told.value.remedy


def test_types_may_come_from_a_file_of_the_package(install: Callable[[str], None], tmp_path: Path) -> None:
    """As `python -m tools.arm_schema --kinds` writes it: for a type of which Modelyard's own file has nothing."""
    entry = (
        '{"type": "Contoso.Shop/carts", "path": "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}'
        '/providers/Contoso.Shop/carts/{cartName}", "apiVersion": "2026-01-01", "apiVersions": ["2026-01-01"], '
        '"nested": true, "source": "ARM", "name": {}, '
        '"body": {"type": "object", "properties": {"properties": {"type": "object", "properties": '
        '{"size": {"type": "integer"}}}}}}'
    )
    (tmp_path / "carts.json").write_text('{\n"azure-native:shop:Cart": ' + entry + "\n}\n")
    install(
        f"from pathlib import Path\nROWS = (plain('shop:Cart', 'Contoso.Shop/carts', 'cart', "
        f"schema_file=Path({str(tmp_path / 'carts.json')!r})),)"
    )
    assert "carts" in sections.top_sections()
    assert "carts.<name>.size" in {str(each) for each in options.options()}
    assert resource_types.by_type()["contoso.shop/carts"].api_version == "2026-01-01"
