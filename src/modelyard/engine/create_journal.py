"""What an `up` is creating, in a file: after a run that was killed, nothing else may tell of a create.

An engine takes its note of a create out of the state when its provider dies. What was lost is settled at the end of
that run; where the run itself is killed before, only this file tells. An entry is written as the create begins and
another as it ends, so a file with nothing open says that nothing is in doubt. Secret inputs aren't written.
"""

import json
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard.engine.events import Event, Failed, Finished, Started
from modelyard.engine.exported_state import Pending
from modelyard.engine.result import CREATES, pending


@dataclass
class CreateJournal:
    """The creates of one stack at one target. `file` is its owner's alone, and there only while something was begun."""

    file: Path
    _open: set[str] = field(default_factory=set)

    def note(self, event: Event) -> None:
        """Write down a create that begins, and that it has ended. One that is lost stays open: Azure may have it."""
        match event:
            case Started(urn, op, preview=False, custom=True) if op in CREATES:
                self._open.add(urn)
                self._write({"began": dict(pending(event).resource)})
            case Finished(urn) if urn in self._open:
                self._end(urn)
            case Failed(urn, lost=False) if urn in self._open:
                self._end(urn)

    def left(self, known: Container[str] = ()) -> tuple[Pending, ...]:
        """The creates whose end nobody wrote down, but for those whose URN is known to be settled."""
        began: dict[str, Any] = {}
        for entry in self._entries():
            match entry:
                case {"began": {"urn": str(urn)} as resource}:
                    began[urn] = resource
                case {"ended": str(urn)}:
                    began.pop(urn, None)
        return tuple(Pending("creating", resource) for urn, resource in began.items() if urn not in known)

    def forget(self) -> None:
        """Everything in it has been settled."""
        self._open.clear()
        self.file.unlink(missing_ok=True)

    def _end(self, urn: str) -> None:
        self._open.discard(urn)
        self._write({"ended": urn})

    def _write(self, entry: dict[str, Any]) -> None:
        with suppress(OSError):  # a full disk must not end the run: without the file it is as safe as Pulumi's own
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.touch(mode=0o600)
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def _entries(self) -> list[Any]:
        """What can be read: a kill may have cut the last line, and then what it tells hadn't begun."""
        entries = []
        try:
            lines = self.file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        for line in lines:
            try:
                entries.append(json.loads(line))
            except ValueError:
                continue
        return entries
