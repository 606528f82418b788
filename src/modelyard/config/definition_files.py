"""Where definitions and initiatives lie as files: the team's in its repository, Modelyard's in the package."""

from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from modelyard import files

TEAM = "team"
OWN = "modelyard"
OWN_INITIATIVES = "modelyard initiatives"


class DefinitionFiles:
    """Finds definitions by kind and stem: `team/allowed-models` is policies/azure/allowed-models.json."""

    def __init__(self, team: Path) -> None:
        # Modelyard's own are data of its policy room; no code of that room is needed to read them.
        self._folders: Mapping[str, Traversable] = {
            TEAM: team,
            OWN: resources.files("modelyard.policy").joinpath("definitions"),
            OWN_INITIATIVES: resources.files("modelyard.policy").joinpath("initiatives"),
        }

    def stems(self, kind: str) -> tuple[str, ...]:
        """What there is of a kind, in alphabetical order."""
        folder = self._folders[kind]
        there = folder.iterdir() if folder.is_dir() else ()
        return tuple(sorted(file.name.removesuffix(".json") for file in there if file.name.endswith(".json")))

    def read(self, kind: str, stem: str) -> bytes | None:
        """What the file of a definition holds; None where there is none of that name."""
        if stem not in self.stems(kind):
            return None
        file = self._folders[kind].joinpath(f"{stem}.json")
        return files.read(file) if isinstance(file, Path) else file.read_bytes()
