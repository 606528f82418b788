"""What writing files into a repository would do, before anything is written.

Files that begin with the mark of the same origin are ours: they are brought up to date, and go when their policy has
gone. Any other file that says something else is somebody else's and stays, unless whoever asks insists. What would be
there in the end is read back, so that nothing is written that EPAC would refuse.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.epac import jsonc
from modelyard.epac.reader import read
from modelyard.epac.writer import mark
from modelyard.failures import Failure


@dataclass(frozen=True, slots=True)
class Placing:
    """Texts to write by path, paths to delete, how many files are there already, and what stands in the way."""

    written: Mapping[str, str]
    removed: tuple[str, ...]
    unchanged: int
    refused: tuple[Failure, ...] = ()


def place(there: Mapping[str, str], wanted: Mapping[str, str], origin: str, selector: str, *, force: bool) -> Placing:
    """`there` are the repository's files, with its global-settings; `wanted` those of the origin, by path."""
    ours = {path for path, text in there.items() if text.startswith(mark(origin))}
    written, refused, unchanged = {}, list[Failure](), 0
    for path, text in wanted.items():
        if path in there and _same(there[path], text):
            unchanged += 1
        elif path in there and path not in ours and not force:
            refused.append(Failure.of("epac.occupied", path=path))
        else:
            written[path] = text
    removed = tuple(sorted(ours - set(wanted)))
    after = {path: text for path, text in {**there, **written}.items() if path not in removed}
    known = {str(each) for each in read(there, selector, "").refused}
    refused += [each for each in read(after, selector, "").refused if str(each) not in known]
    return Placing(written, removed, unchanged, tuple(refused))


def _same(one: str, other: str) -> bool:
    """Whether two files say the same; comments and spaces are the reader's own."""
    try:
        return one == other or bool(jsonc.loads(one) == jsonc.loads(other))
    except ValueError:
        return False
