"""Gathers findings while a stack is read, so that all of them are told at once, each in its place."""

from collections.abc import Callable
from dataclasses import dataclass

from modelyard.config.key_path import KeyPath, written
from modelyard.config.scalar import Scalar
from modelyard.findings import Finding, Position, codes

Locate = Callable[[KeyPath, bool], Position | None]


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    path: KeyPath
    message: str
    found: str
    allowed: str
    remedy: str
    of_value: bool
    position: Position | None


class Collector:
    """Takes findings by code and path. Where a path stands is looked up at the end, when all files are known."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, KeyPath, Position | None], _Entry] = {}
        self._moved: dict[KeyPath, KeyPath] = {}

    def add(
        self,
        code: str,
        path: KeyPath,
        message: str,
        *,
        found: str = "",
        allowed: str = "",
        remedy: str = "",
        of_value: bool = False,
        position: Position | None = None,
    ) -> None:
        """Note a finding about the key at `path`, or its value; told twice, it counts once."""
        entry = _Entry(code, path, message, found, allowed, remedy, of_value, position)
        self._entries.setdefault((code, path, position), entry)

    def moved(self, path: KeyPath, counts_at: KeyPath) -> None:
        """What is written at `path` counts under another one from now on; it still stands where it is written."""
        self._moved[counts_at] = path

    def unquoted(self, scalar: Scalar, becomes: str, *, of_value: bool = True) -> None:
        self.add(
            "config.unquoted-text",
            scalar.path,
            f"Pulumi would take {scalar.text} for {becomes}",
            found=scalar.text,
            allowed="text in quotes",
            remedy=f'write "{scalar.text}"',
            of_value=of_value,
        )

    def findings(self, locate: Locate) -> tuple[Finding, ...]:
        """All findings in the order of the files; `locate` tells where the key (or value) of a path stands.

        A key that stands nowhere, because it is missing, is shown at the nearest map above it.
        """

        def there(path: KeyPath, of_value: bool) -> Position | None:
            return locate(path, of_value) or locate(self._as_written(path), of_value)

        # Quotes don't help a value that isn't allowed with them either.
        wrong = {entry.path for entry in self._entries.values() if entry.code == "config.value-not-allowed"}
        found = [
            Finding(
                code=entry.code,
                severity=codes()[entry.code].severity,
                message=entry.message,
                position=entry.position or _nearest(entry.path, entry.of_value, there),
                path=written(entry.path),
                found=entry.found,
                allowed=entry.allowed,
                remedy=entry.remedy,
            )
            for entry in self._entries.values()
            if entry.code != "config.unquoted-text" or entry.path not in wrong
        ]
        return tuple(sorted(found, key=_place))

    def _as_written(self, path: KeyPath) -> KeyPath:
        """The path in the names that the file has; a misspelt key may stand within another one."""
        for length in range(len(path), 0, -1):
            if before := self._moved.get(path[:length]):
                return (*self._as_written(before[:-1]), before[-1], *path[length:])
        return path


def _place(finding: Finding) -> tuple[bool, Position, str, str]:
    """Stack files (stacks/Pulumi.…) sort before layers (stacks/layers/…), as readers look there first."""
    position = finding.position or Position("~", 0, 0)
    return "/layers/" in position.file, position, finding.path, finding.code


def _nearest(path: KeyPath, of_value: bool, locate: Locate) -> Position | None:
    while path:
        if position := locate(path, of_value):
            return position
        path, of_value = path[:-1], False
    return locate((), False)
