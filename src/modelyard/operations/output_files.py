"""Files that a command was asked to write, with the folders they are to stand in."""

from pathlib import Path

from modelyard import files
from modelyard.failures import Failure


class FileUnwritable(Failure):
    """A file that was named can't be written there."""


def writable(file: Path) -> None:
    """See that a file can be written before work is done for it. Raises FileUnwritable."""
    try:
        place = file.resolve()
        parent, folder, there, plain = place.parent.is_dir(), place.is_dir(), place.exists(), place.is_file()
    except (OSError, ValueError, RuntimeError) as wrong:  # a name that no file has, or links in a circle
        raise FileUnwritable.of(
            "cli.file-unwritable", file=file, problem=getattr(wrong, "strerror", None) or str(wrong)
        ) from None
    if not parent:
        raise FileUnwritable.of("cli.file-unwritable", file=file, problem=f"there is no folder {place.parent}")
    if folder:
        raise FileUnwritable.of("cli.file-unwritable", file=file, problem="this is a folder")
    if there and not plain:
        raise FileUnwritable.of("cli.file-unwritable", file=file, problem="this is no file")
    try:
        place.open("ab").close()
        if not there:
            place.unlink()
    except OSError as wrong:
        raise FileUnwritable.of("cli.file-unwritable", file=file, problem=wrong.strerror or str(wrong)) from None


def write(file: Path, content: str) -> None:
    """The whole file. Raises FileUnwritable."""
    try:
        files.write(file, content)
    except OSError as wrong:
        raise FileUnwritable.of("cli.file-unwritable", file=file, problem=wrong.strerror or str(wrong)) from None
