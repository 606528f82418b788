"""Files that a command was asked to write, with the folders they are to stand in."""

from pathlib import Path

from modelyard import files
from modelyard.display import shown
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
            f"the file system refuses this: {refused.strerror or refused}",
            where=shown(str(refused.filename)),
            remedy="correct the folder's permissions, free some space, or create what is missing; "
            "MODELYARD_STATE and MODELYARD_CACHE name other folders for what the sandbox and the engine keep",
        )


def writable(file: Path) -> None:
    """See that a file can be written before work is done for it. Raises FileUnwritable."""
    try:
        place = file.resolve()
        parent, folder, there, plain = place.parent.is_dir(), place.is_dir(), place.exists(), place.is_file()
    except (OSError, ValueError, RuntimeError) as wrong:  # a name that no file has, or links in a circle
        raise FileUnwritable(file, getattr(wrong, "strerror", None) or str(wrong)) from None
    if not parent:
        raise FileUnwritable(file, f"there is no folder {place.parent}")
    if folder:
        raise FileUnwritable(file, "this is a folder")
    if there and not plain:
        raise FileUnwritable(file, "this is no file")
    try:
        place.open("ab").close()
        if not there:
            place.unlink()
    except OSError as wrong:
        raise FileUnwritable(file, wrong.strerror or str(wrong)) from None


def write(file: Path, content: str) -> None:
    """The whole file. Raises FileUnwritable."""
    try:
        files.write(file, content)
    except OSError as wrong:
        raise FileUnwritable(file, wrong.strerror or str(wrong)) from None
