"""A repository of EPAC on disk: the texts of the files that are read, by path, and back again."""

import codecs
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from modelyard.epac.failures import EpacRefused, NoEnvironment
from modelyard.epac.reader import wanted
from modelyard.files import FileUnreadable, UnsafePath, below, is_folder, read

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def files(folder: Path) -> dict[str, str]:
    """What is there. Raises NoEnvironment, EpacRefused."""
    try:
        paths = wanted(sorted(_walk(folder)))
    except NoEnvironment as none:
        what = none.what if is_folder(folder) else "there is no such folder"
        raise NoEnvironment.of("epac.no-environment", problem=what, where=str(folder), allowed=none.allowed) from None
    return {path: text(path, _content(folder, path)) for path in paths}


def _content(folder: Path, path: str) -> bytes:
    """What a file holds; a link out of the repository isn't followed. Raises EpacRefused."""
    try:
        return read(below(folder, path))
    except FileUnreadable as wrong:
        raise EpacRefused(path, "$", f"it can't be read: {wrong.problem}") from None
    except UnsafePath as wrong:
        raise EpacRefused(path, "$", wrong.problem) from None


def _walk(folder: Path) -> Iterator[str]:
    """Every file but what is hidden, as `.git` is, with slashes."""
    for root, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".") and each != "node_modules"]
        for name in names:
            yield Path(root, name).relative_to(folder).as_posix()


def text(path: str, content: bytes) -> str:
    """UTF-8, or UTF-16 with its mark, as Windows PowerShell writes it. Raises EpacRefused."""
    try:
        return content.decode("utf-16" if content.startswith(UTF16) else "utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise EpacRefused(path, "$", f"it is no text in UTF-8: {wrong.reason} at byte {wrong.start}") from wrong


def texts(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Of the contents of a repository's files, the texts of those that are read. Raises NoEnvironment, EpacRefused."""
    return {path: text(path, contents[path]) for path in wanted(contents)}
