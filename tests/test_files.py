"""Files that people name are read once and told about in words; paths made from data never leave their folder."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard import files
from modelyard.files import FileUnreadable, UnsafePath, inside
from modelyard.syntax.depth import DEEPEST


def test_a_text_is_read_with_any_mark_of_its_order(tmp_path: Path) -> None:
    """Windows PowerShell writes UTF-16, and editors write a mark that isn't part of the text."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        file = tmp_path / encoding
        file.write_text('["ä"]', encoding=encoding)
        assert files.text(file) == '["ä"]'
        assert files.json_of(file) == ["ä"]


def fifo(file: Path) -> None:
    os.mkfifo(file)


def bound(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(file))


KINDS: tuple[tuple[Callable[[Path], object], str], ...] = (
    (lambda file: None, "there is no such file"),
    (Path.mkdir, "it is a folder"),
    (fifo, "it is a named pipe"),
    (bound, "it is a socket"),
    (lambda file: file.symlink_to("nowhere"), "it is a link to nowhere, and nothing is there"),
    (lambda file: file.symlink_to(file.name), "its links lead in a circle"),
    (lambda file: file.symlink_to("/dev/zero"), "it is a device"),
    (lambda file: file.write_bytes(b"one\n\xff"), "it is no text in UTF-8: byte 5, in line 2"),
)


@pytest.mark.parametrize(("make", "problem"), KINDS, ids=[problem for _, problem in KINDS])
def test_what_is_no_file_is_told_and_not_waited_for(
    tmp_path: Path, make: Callable[[Path], object], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A named pipe would block a pipeline for hours, and a device would fill the memory."""
    monkeypatch.chdir(tmp_path)
    make(Path("it"))
    with pytest.raises(FileUnreadable) as refused:
        files.text(Path("it"))
    assert refused.value.problem == problem
    assert refused.value.missing is (problem == "there is no such file")


@pytest.mark.parametrize(("name", "problem"), [("x" * 300, "its name is longer"), ("a\0b", "NUL")])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(FileUnreadable, match=problem):
        files.read(tmp_path / name)
    assert not files.is_file(tmp_path / name)
    assert not files.is_folder(tmp_path / name)


def test_a_pipe_that_the_shell_hands_over_is_read(tmp_path: Path) -> None:
    """`--state <(pulumi stack export)` names one, and whoever writes there comes to an end."""
    ours, theirs = os.pipe()
    os.write(theirs, b"[1]")
    os.close(theirs)
    assert files.json_of(Path(f"/dev/fd/{ours}")) == [1]
    os.close(ours)


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1, 100_000])
@pytest.mark.parametrize("opens", ["[", '{"a":'])
def test_json_that_is_nested_too_deeply_is_an_error_of_the_file(tmp_path: Path, opens: str, depth: int) -> None:
    """Python would end in a RecursionError, some way below the text's own depth."""
    file = tmp_path / "deep.json"
    file.write_text(opens * depth + "1" + ("]" if opens == "[" else "}") * depth)
    if depth <= DEEPEST:
        assert files.json_of(file)
        return
    with pytest.raises(FileUnreadable, match=f"nested more than {DEEPEST} levels deep, in line 1"):
        files.json_of(file)


def test_brackets_within_texts_are_no_levels() -> None:
    assert files.loads(json.dumps(["[" * 500, '\\"[' * 500]))


@pytest.mark.parametrize(
    "names",
    [
        ("..", "x"),
        ("a", "..", "..", "x"),
        ("/etc", "x"),
        ("a/../../x",),
        ("a\\..\\x",),
        (".",),
        ("",),
        ("a\0b",),
        ("a\x1b[31m",),
        ("x" * 256,),
        ("ä" * 128,),
        ("\ud800",),
    ],
)
def test_a_path_made_from_data_stays_in_its_folder(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(UnsafePath):
        inside(tmp_path / "folder", *names)


def test_a_link_that_leads_out_is_no_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "file.json").symlink_to(tmp_path / "other.json")
    (folder / "in").symlink_to("real")
    (folder / "loop").symlink_to("loop")
    for names in (("out", "x"), ("file.json",), ("loop", "x")):
        with pytest.raises(UnsafePath):
            inside(folder, *names)
    assert inside(folder, "in", "x") == folder / "in" / "x", "a link within the folder stays in it"


@given(st.lists(st.text(max_size=300), min_size=1, max_size=5))
def test_whatever_the_names_nothing_leads_out(names: list[str]) -> None:
    folder = Path("/no/such/folder")
    try:
        path = inside(folder, *names)
    except UnsafePath:
        return
    assert path.is_relative_to(folder)
    assert ".." not in path.parts
    assert len(path.parts) == len(folder.parts) + len(names)


def test_a_named_pipe_that_nobody_reads_is_not_written_to(tmp_path: Path) -> None:
    fifo(tmp_path / "report.xml")
    with pytest.raises(OSError, match="No such device"):
        files.write(tmp_path / "report.xml", "text")
    files.write(tmp_path / "new" / "report.xml", "text \ud800")
    assert (tmp_path / "new" / "report.xml").read_text() == "text \\ud800"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[1e999]", "no double holds"),
        ("[-1e999]", "no double holds"),
        ("[NaN]", "which JSON doesn't"),
        ("[Infinity]", "which JSON doesn't"),
        (f"[{'9' * 5000}]", "more digits than are read"),
    ],
)
def test_numbers_that_can_not_be_written_again(written: str, said: str) -> None:
    """Whatever holds them would write a reply or a report that is no JSON."""
    with pytest.raises(FileUnreadable, match=said):
        files.parsed(written, "x.json")


def test_a_key_that_stands_twice() -> None:
    """JSON's readers drop the first one; in a policy it may be the one that was meant."""
    assert files.parsed('{"a": 1, "a": 2}', "x.json") == {"a": 2}
    with pytest.raises(FileUnreadable, match="'a' is in one object twice"):
        files.parsed('{"b": [{"a": 1, "a": 2}]}', "x.json", unique=True)
