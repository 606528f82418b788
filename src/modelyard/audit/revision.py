"""Files as they were at a commit, read out of git's store: the work tree, the index and the branch stay as they are."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from modelyard.audit.failures import GitRefused

FILES = frozenset({"100644", "100755"})
"""Modes of what is a file; links and submodules are none."""
SINCE = "..."
APART = "this clone has no commit that both have in common: it is too shallow, or their histories are apart"


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of the repository whose work tree is at `root`."""

    root: Path
    commit: str

    @classmethod
    def find(cls, start: Path, ref: str) -> "Revision":
        """The commit that `ref` names in the repository that `start` lies in. Raises GitRefused.

        `main...` is the commit at which the work left `main`, as `git diff main...` has it.
        """
        top = _git(start, ["rev-parse", "--show-toplevel"], ref).decode().rstrip("\n")
        named = _git(start, ["rev-parse", "--verify", "--quiet", f"{ref.removesuffix(SINCE)}^{{commit}}"], ref)
        commit = named.decode().strip()
        if ref.endswith(SINCE):
            commit = _git(start, ["merge-base", commit, "HEAD"], ref, none=APART).decode().strip()
        return cls(Path(top), commit)

    def files(self, folder: Path, wanted: Callable[[Sequence[str]], Sequence[str]]) -> dict[str, bytes]:
        """Contents by path from `folder`, with slashes, of those that are `wanted` among all paths. Raises GitRefused.

        The folder need not be in the work tree any more.
        """
        below = folder.resolve().relative_to(self.root.resolve()).as_posix()
        start = "" if below == "." else f"{below}/"
        listed = _git(self.root, ["ls-tree", "-r", "-z", "--full-tree", self.commit, *([start] if start else [])], "")
        names: dict[str, str] = {}
        for entry in filter(None, listed.split(b"\0")):
            about, _, path = entry.partition(b"\t")
            mode, _, name = about.decode().split(" ")
            if mode in FILES:
                names[path.decode().removeprefix(start)] = name
        chosen = wanted(tuple(names))
        return dict(zip(chosen, self._contents([names[path] for path in chosen]), strict=True))

    def _contents(self, names: Sequence[str]) -> Iterator[bytes]:
        told = _git(self.root, ["cat-file", "--batch"], "", "".join(f"{name}\n" for name in names).encode())
        at = 0
        for _ in names:
            line = told.index(b"\n", at)
            size = int(told[at:line].split()[2])
            yield told[line + 1 : line + 1 + size]
            at = line + size + 2  # the content ends in a newline of git's own


def _git(folder: Path, words: Sequence[str], ref: str, given: bytes = b"", none: str = "") -> bytes:
    """What git says; `none` is why it says nothing and fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], input=given, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitRefused(str(folder), ref, "git isn't installed, or not on PATH") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise GitRefused(str(folder.resolve()), ref, said or none or f"there is no commit '{ref}'")
    return done.stdout
