"""A code is an interface: whoever meets a finding looks its code up, so each stands in the one table, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import modelyard
from modelyard.findings import Finding, Severity, codes

SOURCE = Path(modelyard.__file__).parent
CODE = re.compile(r"(?:adoption|audit|config|drift|engine|epac|inventory|policy)\.[a-z0-9-]+")


def written() -> Iterator[str]:
    """Texts of the code that look like a code."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                yield node.value


def made() -> Iterator[tuple[str, str]]:
    """Where a finding is made of a row, with its code."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Finding.of", "_finding"} and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield f"{file.relative_to(SOURCE)}:{node.lineno}", code.value


def test_every_code_is_used() -> None:
    assert set(codes()) - set(written()) == set()
    assert list(codes()) == sorted(codes()), "whoever looks for a code finds it"


@pytest.mark.parametrize(("where", "code"), list(made()))
def test_a_finding_has_its_row(where: str, code: str) -> None:
    assert code in codes()


def test_a_row_says_how_much_a_finding_weighs() -> None:
    assert Finding.of("engine.key-moved", "moved").severity is Severity.NOTE
    assert Finding.of("engine.key-moved", "moved", severity=Severity.ERROR).severity is Severity.ERROR
