"""What a reader is told when an operation stops: texts are data, so that each is read beside the others."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

import modelyard
from modelyard.cli.options import OptionWording
from modelyard.failures import PARTS, ExitStatus, Failure, FailureRow, Keyword, rows

SOURCE = Path(modelyard.__file__).parent
OPTION = re.compile(r"(?<![\w-])--[a-z]")
OF_ANOTHER_PROGRAM = re.compile(r"`[^`]*`")


def made() -> Iterator[tuple[str, str, set[str]]]:
    """Where a failure is made of a row, with its code and the names of its facts."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "of"
                and ast.unparse(node.func) != "Finding.of"
            ):
                code = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
                if isinstance(code, str) and re.fullmatch(r"[a-z]+\.[a-z0-9-]+", code):
                    where = f"{file.relative_to(SOURCE)}:{node.lineno}"
                    yield where, code, {each.arg for each in node.keywords if each.arg}


MADE = list(made())


def texts(row: FailureRow) -> Iterator[tuple[str, str, str]]:
    """Part, case and template of each text of a row."""
    for part in ("what", *PARTS):
        text = getattr(row, part)
        cases: Mapping[str, str] = {"": text} if isinstance(text, str) else text
        yield from ((part, case, template) for case, template in cases.items())


def named(template: str) -> set[str]:
    found = set()
    for _, name, spec, _ in Formatter().parse(template):
        found |= {name} if name and not name.startswith("@") else set()
        found |= named(spec) if spec else set()
    return found


@pytest.mark.parametrize(("where", "code", "facts"), MADE, ids=[f"{where} {code}" for where, code, _ in MADE])
def test_a_failure_has_the_facts_of_its_row(where: str, code: str, facts: set[str]) -> None:
    """Else a reader would get a KeyError in place of what went wrong."""
    row = rows()[code]
    needed = set()
    for _, _, template in texts(row):
        alone = re.fullmatch(r"\{(\w+)\}", template)
        needed |= set() if alone and template != row.what else named(template)
    cased = any(not isinstance(getattr(row, part), str) for part in ("what", *PARTS))
    assert ("case" in facts) == cased
    missing = needed - facts
    assert not missing or cased, f"{where} lacks {missing}"
    assert facts - {"case"} <= {name for _, _, template in texts(row) for name in named(template)}


def test_every_row_is_used() -> None:
    assert set(rows()) == {code for _, code, _ in MADE}


@pytest.mark.parametrize("code", rows())
def test_a_text_has_no_option_of_the_command_line(code: str) -> None:
    """A notebook has keywords: `{@name}` is one, and the command line shows its option."""
    for _, _, template in texts(rows()[code]):
        assert not OPTION.search(OF_ANOTHER_PROGRAM.sub("", template)), template


def test_a_keyword_is_the_option_at_the_command_line() -> None:
    failure = Failure.of(
        "cli.target-differs", case="azure", stated="azure", asked="sandbox", by=Keyword("target"), position=""
    )
    assert failure.what == "the stack is for azure, and `target` says sandbox"
    assert failure.allowed == "azure, or `target='sandbox'` for a rehearsal"
    assert failure.where == ""
    assert failure.status is ExitStatus.USAGE
    failure.word(OptionWording())
    assert failure.what == "the stack is for azure, and --target says sandbox"
    assert failure.allowed == "azure, or --target sandbox for a rehearsal"
    assert str(failure).startswith("the stack is for azure, and --target says sandbox [cli.target-differs]\n")


def test_a_type_that_code_catches_keeps_the_texts_of_its_row() -> None:
    from modelyard.operations.target_resolution import TargetMissing

    failure = TargetMissing.of("cli.target-missing", case="unnamed", file="")
    assert isinstance(failure, TargetMissing)
    assert str(failure.args[0]) == failure.what == "where this command works isn't said"


def test_facts_with_braces_stay_as_they_are() -> None:
    """They come from files and from Azure."""
    assert Failure.of("audit.state-unreadable", name="{x}", problem="{0.__class__}").what.endswith("{0.__class__}")
