"""Files that a command was asked to write, with the folders they are to stand in."""

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


def write(file: Path, content: str) -> None:
    """The whole file. Raises FileUnwritable."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    except OSError as wrong:
        raise FileUnwritable(file, wrong.strerror or str(wrong)) from None
