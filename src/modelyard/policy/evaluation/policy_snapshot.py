"""What was pulled of the policies in force somewhere: a rulebook in a file, with where and when it was taken.

    {"version": 1, "scope": "/subscriptions/…", "source": "azure", "taken": "2026-11-23T14:30:00Z",
     "managementGroups": ["/providers/Microsoft.Management/managementGroups/…"],
     "assignments": [ARM documents], "definitions": […], "initiatives": […], "exemptions": […], "enrollments": […]}

The documents are ARM's own, in the order of their ids, so that a new pull changes in a file what changed in Azure. No
secret is among them: Azure shows them to every reader of the scope. A file without enrollments doesn't name them.
"""

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from modelyard.arm.json_path import ArmDocument
from modelyard.display import escaped_json
from modelyard.files import FileUnreadable, inside, loads, text
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import KINDS, Rulebook
from modelyard.policy.failures import PolicyFailure
from modelyard.syntax import json_mistakes

VERSION = 1
FOLDER = Path(".modelyard") / "policies"
"""Where a project keeps what was pulled."""

ENROLLMENTS = "enrollments"
"""The part that a file may leave out: a preview of Azure's that few use."""

EPAC = "epac/"
"""How the sources begin that are repositories of EPAC."""

KEPT = "pulled-"
"""How the name of a file begins that is being written."""

FRESH = timedelta(days=7)
"""How long what was pulled is taken for what is in force, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """The policies in force on a scope and above it, as `source` told them.

    `azure` and `sandbox` are asked for what is in force; `epac/<environment>` is a repository of policies, which says
    what is to be in force on its root scope and everything below.
    """

    scope: str
    source: str
    taken: datetime
    book: Rulebook

    @property
    def name(self) -> str:
        """What policy findings call it."""
        return f"{self.source} {self.scope}, {self.taken:%Y-%m-%d}"

    def age(self, now: datetime) -> timedelta:
        """How long ago it was taken."""
        return now - self.taken

    @property
    def again(self) -> str:
        """The command that takes it anew."""
        if self.source.startswith(EPAC):
            return f"modelyard policy pull --from-epac FOLDER --environment {self.source.removeprefix(EPAC)}"
        return f"modelyard policy pull {self.scope} --target {self.source}"

    def knows(self, scope: str) -> bool:
        """Whether all that is in force on `scope` is in it: a management group's pull knows no subscription's own.

        A repository for a management group is taken at its word; what stands below the group, only Azure knows.
        """
        above = scopes.normalized(self.scope)
        if self.source.startswith(EPAC) and above.startswith(scopes.GROUPS):
            return True
        return not above.startswith(scopes.GROUPS) and scopes.within(above, scope)

    def to_json(self) -> str:
        """The file's content."""
        parts = {
            part: [dict(document) for _, document in sorted(getattr(self.book, part).items())]
            for part in sorted(KINDS.values())
            if part != ENROLLMENTS or self.book.enrollments
        }
        document = {
            "version": VERSION,
            "scope": self.scope,
            "source": self.source,
            "taken": self.taken.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "managementGroups": list(self.book.management_groups),
            **parts,
        }
        return escaped_json(json.dumps(document, indent=1, ensure_ascii=False)) + "\n"

    @classmethod
    def from_json(cls, written: str, file: str) -> "Pulled":
        """What a file holds. Raises `policy.pulled-unreadable`."""
        try:
            document = loads(written)
            if document["version"] != VERSION:
                raise PolicyFailure.of(
                    "policy.pulled-unreadable",
                    file=file,
                    problem=f"its version is {document['version']!r}",
                    allowed=str(VERSION),
                )
            taken = datetime.fromisoformat(document["taken"])
            scope, source = str(document["scope"]), str(document["source"])
            parts = [part for part in KINDS.values() if part != ENROLLMENTS or part in document]
            documents = [each for part in parts for each in document[part]]
            empty = cls(scope, source, taken, Rulebook())
            return cls(scope, source, taken, Rulebook.of(documents, empty.name, document["managementGroups"]))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise PolicyFailure.of("policy.pulled-unreadable", file=file, problem=_problem(wrong)) from wrong


def _problem(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no member {error.args[0]!r}"
    return json_mistakes.problem(error) if isinstance(error, ValueError) else f"a value of the wrong type: {error}"


def place(folder: Path, source: str, scope: str) -> Path:
    """The file of a scope: its own path below the source's folder, folded as ids of ARM's are. Raises UnsafePath."""
    names = [
        *source.split("/"),
        *(name for name in scopes.normalized(scope).split("/") if name not in {"", "providers"}),
    ]
    inside(folder, *names)  # the last one too, before it has its ending
    return inside(folder, *names[:-1], f"{names[-1]}.json")


def write(folder: Path, pulled: Pulled) -> Path:
    """Keeps it, in the place of what was there of the same scope. Raises UnsafePath."""
    file = place(folder, pulled.source, pulled.scope)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{KEPT}")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(pulled.to_json())
    Path(fresh).chmod(0o644)
    Path(fresh).replace(file)
    return file


def files(folder: Path) -> tuple[Path, ...]:
    """The files of what is kept, in their order."""
    return tuple(sorted(folder.glob("**/*.json")))


def read(folder: Path) -> tuple[Pulled, ...]:
    """All that is kept, in the order of its files. Raises `policy.pulled-unreadable`."""
    return tuple(map(kept, files(folder)))


def kept(file: Path) -> Pulled:
    """What one file keeps. Raises `policy.pulled-unreadable`."""
    try:
        return Pulled.from_json(text(file), str(file))
    except FileUnreadable as wrong:
        raise PolicyFailure.of("policy.pulled-unreadable", file=str(file), problem=wrong.problem) from wrong


def joined(pulled: Iterable[Pulled]) -> Rulebook:
    """All of it as one rulebook; of a document that several have the one taken last counts."""
    book = Rulebook()
    for each in sorted(pulled, key=lambda one: one.taken, reverse=True):
        book |= each.book
    return book


def used(document: ArmDocument) -> tuple[str, ...]:
    """The ids of the definitions that an assignment or an initiative uses, as they are written."""
    properties = document.get("properties") or {}
    members = properties.get("policyDefinitions") or ()
    named = [properties.get("policyDefinitionId"), *(member.get("policyDefinitionId") for member in members)]
    return tuple(dict.fromkeys(each for each in named if isinstance(each, str) and each))
