"""Files that a command was asked to write, with the folders they are to stand in."""

import errno
from pathlib import Path

from modelyard.failures import ExitStatus, Failure


class FileUnwritable(Failure):
    """A file that was named can't be written there."""

    code = "cli.file-unwritable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"this can't be written: {problem}", where=str(file), remedy="name a file in a folder that is yours"
        )


class FolderUnusable(Failure):
    """The file system refuses what a command needs for itself: its state, its cache, what it keeps in the project."""

    code = "cli.folder-unusable"
    status = ExitStatus.USAGE

    def __init__(self, refused: OSError) -> None:
        super().__init__(
            f"the file system refuses this: {refused.strerror}",
            where=str(refused.filename),
            remedy="correct the folder's permissions or free some space; "
            "MODELYARD_STATE and MODELYARD_CACHE name other folders for what the sandbox and the engine keep",
        )


def writable(file: Path) -> None:
    """See that a file can be written before work is done for it. Raises FileUnwritable."""
    place = file.resolve()
    if not place.parent.is_dir():
        raise FileUnwritable(file, f"there is no folder {place.parent}")
    if place.is_dir():
        raise FileUnwritable(file, "this is a folder")
    there = place.exists()
    if there and not place.is_file():
        raise FileUnwritable(file, "this is no file")
    try:
        place.open("ab").close()
        if not there:
            place.unlink()
    except OSError as wrong:
        raise FileUnwritable(file, wrong.strerror or str(wrong)) from None


UNUSABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR})
"""What is the file system's to refuse, and no mistake of ours."""


def write(file: Path, content: str) -> None:
    """The whole file. Raises FileUnwritable."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    except OSError as wrong:
        raise FileUnwritable(file, wrong.strerror or str(wrong)) from None
