"""Files: how one that somebody names is read, and where one that is named after data may be written.

A person chooses the paths on the command line; only how they are read is decided here. A path that is made from data
(a stack's name, a scope, a policy's name) stays inside its folder, links included.
"""

import errno
import json
import math
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from modelyard.display import shown
from modelyard.failures import ExitStatus, Failure
from modelyard.syntax.depth import DEEPEST, too_deep_json

JsonObject: TypeAlias = Mapping[str, Any]
"""An object of any JSON, read only: its members by name, values as `json.loads` makes them."""

JsonDocument: TypeAlias = dict[str, Any]
"""An object of any JSON that whoever holds it may change: the rows and the documents that commands write."""


LONGEST_NAME = 255
"""Bytes of one part of a path on the usual file systems."""
WAITS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""Pipes that the shell hands over, as in `--state <(pulumi stack export)`: somebody writes there, so reading ends."""

UTF16 = (b"\xff\xfe", b"\xfe\xff")
REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: f"its name is longer than {LONGEST_NAME} bytes",
    errno.ELOOP: "its links lead in a circle",
    errno.EACCES: "you may not read it",
    errno.ENOTDIR: "something on the way to it is no folder",
    errno.ENXIO: "it is a socket",
}
KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a named pipe"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)
NAME = re.compile(r"[/\\\x00-\x1f\x7f]")


class FileUnreadable(Failure):
    """A file that somebody named can't be read. `problem` says why; `missing` that there is none."""

    code = "files.unreadable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path | str, problem: str, *, missing: bool = False) -> None:
        super().__init__(f"this file can't be read: {problem}", where=shown(str(file)), allowed="a regular file")
        self.problem = problem
        self.missing = missing


class UnsafePath(Failure):
    """A path that was made from data would lead out of its folder, or can't be a file's name."""

    code = "files.unsafe-path"
    status = ExitStatus.USAGE

    def __init__(self, folder: Path | str, named: str, problem: str) -> None:
        self.problem = problem
        super().__init__(
            f"{_quoted(named)} can't be the path of a file: {problem}",
            where=shown(str(folder)),
            allowed="a path inside this folder, of names that hold no slash and no control character",
            remedy="change the name where it is written",
        )


def read(file: Path) -> bytes:
    """The content of a regular file, read at once; a named pipe is refused, not waited for. Raises Unreadable."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except ValueError:
        raise FileUnreadable(file, "its name holds a NUL character") from None
    except OSError as refused:
        missing = isinstance(refused, FileNotFoundError)
        raise FileUnreadable(file, _reason(file, refused), missing=missing and not _is_link(file)) from None
    _check_kind(file, descriptor)
    with os.fdopen(descriptor, "rb") as stream:
        try:
            return stream.read()
        except OSError as refused:
            raise FileUnreadable(file, _reason(file, refused)) from None


def text(file: Path) -> str:
    """A text in UTF-8, with or without a byte order mark, or in UTF-16 with one. Raises Unreadable."""
    return decoded(read(file), file)


def decoded(content: bytes, file: Path | str) -> str:
    """What the content of a text file says. Raises Unreadable."""
    try:
        return content.decode("utf-16" if content.startswith(UTF16) else "utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise FileUnreadable(file, f"it is no text in UTF-8: byte {wrong.start + 1}, in line {line}") from None


def json_of(file: Path, *, unique: bool = False) -> Any:
    """What a JSON file holds; `unique` as for `parsed`. Raises Unreadable."""
    return parsed(text(file), file, unique=unique)


def parsed(written: str, file: Path | str, *, unique: bool = False) -> Any:
    """What a JSON text holds. Raises Unreadable, whose problem names line and column.

    `unique` refuses a name that stands twice in an object, of which JSON's readers drop the first: for what people
    write, where the other one may have been meant.
    """
    try:
        return loads(written, unique=unique)
    except ValueError as wrong:
        from modelyard.syntax import json_mistakes

        raise FileUnreadable(file, json_mistakes.problem(wrong)) from None


def loads(written: str, *, unique: bool = False) -> Any:
    """`json.loads`, for text that somebody else wrote; `unique` as for `parsed`.

    What is nested too deep is a ValueError too, and so is a number that can't be written as JSON again.
    """
    if deep := too_deep_json(written):
        raise ValueError(f"it is nested more than {DEEPEST} levels deep, in line {deep[0]}")
    try:
        hook = _once if unique else None
        return json.loads(written, parse_float=_figure, parse_constant=_no_number, object_pairs_hook=hook)
    except ValueError as wrong:
        if isinstance(wrong, json.JSONDecodeError | JsonRefused):
            raise
        raise JsonRefused("it has a whole number of more digits than are read") from None


class JsonRefused(ValueError):
    """JSON that is refused though Python's reader takes it."""


def _figure(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise JsonRefused(f"it has the number {digits[:40]}, which no double holds")
    return value


def _no_number(word: str) -> NoReturn:
    raise JsonRefused(f"it has the word {word}, which JSON doesn't")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise JsonRefused(f"{_quoted(twice)} is in one object twice")
    return found


def is_file(file: Path) -> bool:
    """Whether there is a regular file; a name that no file system takes is none."""
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False


def is_folder(place: Path) -> bool:
    """Whether there is a folder; a name that no file system takes is none."""
    try:
        return place.is_dir()
    except (OSError, ValueError):
        return False


def write(file: Path, content: str) -> None:
    """The whole file, with the folders it stands in; a named pipe that nobody reads is refused. Raises OSError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(file, how, 0o666)
    except ValueError:
        raise OSError(errno.EINVAL, "its name holds a NUL character", str(file)) from None
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(content)


def name_problem(name: str) -> str:
    """Why a text can't be one part of a path; empty where it can."""
    if name in {"", ".", ".."}:
        return "it is empty" if not name else f"{name!r} stands for a folder"
    if NAME.search(name):
        return "it holds a slash or a control character"
    try:
        size = len(os.fsencode(name))
    except UnicodeEncodeError:
        return "it holds a character that no file name can hold"
    return f"a name has {size} bytes, and {LONGEST_NAME} are the most" if size > LONGEST_NAME else ""


def inside(folder: Path, *names: str) -> Path:
    """The path below the folder that these names lead to, a name for each level. Raises UnsafePath.

    Links that are there already count as what they lead to.
    """
    named = "/".join(names)
    for name in names:
        if problem := name_problem(name):
            raise UnsafePath(folder, named, problem)
    path = folder.joinpath(*names)
    try:
        within = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as wrong:  # RuntimeError: links in a circle, before Python 3.13
        raise UnsafePath(folder, named, getattr(wrong, "strerror", None) or "its links lead in a circle") from None
    if not within:
        raise UnsafePath(folder, named, "a link on the way leads out of the folder")
    return path


def below(folder: Path, path: str) -> Path:
    """`inside`, for a path with slashes. Raises UnsafePath."""
    return inside(folder, *path.split("/"))


def _check_kind(file: Path, descriptor: int) -> None:
    """Passes where it can be read to its end. Else closes it and raises Unreadable."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return
    if not stat.S_ISDIR(mode) and str(file).startswith(WAITS):
        os.set_blocking(descriptor, True)
        return
    os.close(descriptor)
    raise FileUnreadable(file, next((kind for is_kind, kind in KINDS if is_kind(mode)), "it is no regular file"))


def _reason(file: Path, refused: OSError) -> str:
    if isinstance(refused, FileNotFoundError) and _is_link(file):
        return f"it is a link to {shown(str(file.readlink()))}, and nothing is there"
    return REASONS.get(refused.errno or 0) or refused.strerror or str(refused)


def _is_link(file: Path) -> bool:
    try:
        return file.is_symlink()
    except (OSError, ValueError):
        return False


def _quoted(named: str) -> str:
    short = named if len(named) <= 120 else f"{named[:117]}…"
    return f"'{shown(short)}'"
