"""The table of aliases is made from a transcription: a line that was changed by hand has no source any more."""

from pathlib import Path

from modelyard.policy.language.aliases import SHIPPED, shipped
from tools import aliases


def test_the_files_are_what_the_tool_makes(shared: Path) -> None:
    made = aliases.tables(shared)
    assert {file.name for file in SHIPPED.iterdir()} == set(made)
    for name, text in made.items():
        assert (SHIPPED / name).read_text(encoding="utf-8") == text, f"python -m tools.aliases writes {name} anew"


def test_every_alias_is_read_back_as_it_was_transcribed(shared: Path) -> None:
    for row in aliases.rows(shared):
        found = shipped(row["type"].partition("/")[0].lower()).find(row["alias"].lower())
        places = {alias.path.lower() for alias in found if alias.type.lower() == row["type"].lower()}
        assert places == {row["path"].lower()}, row


def test_what_built_ins_modify_can_be_modified(shared: Path) -> None:
    for name in aliases.modified(shared):
        for alias in shipped(name.partition("/")[0]).find(name):
            assert alias.modifiable, name
