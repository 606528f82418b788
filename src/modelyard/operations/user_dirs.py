"""Where Modelyard keeps things on this machine, outside every project.

cache   what can be made again: the Pulumi engine that was built here   MODELYARD_CACHE, else the user's cache
state   what belongs to the user: the sandbox and its Pulumi state      MODELYARD_STATE, else the user's state

Where a user's cache and state are is the platform's to say (platformdirs: XDG on Linux, Library on macOS, AppData on
Windows).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""Pydantic looks through every installed distribution for plugins, which have no part in reading a stack file. Set for
a command's own process only; a tenth of a quick command's time."""


@dataclass(frozen=True, slots=True)
class Places:
    """The two folders; neither is made before something is kept there."""

    cache: Path
    state: Path

    @classmethod
    def here(cls, environment: Mapping[str, str]) -> "Places":
        """The places that a user's environment asks for."""
        from platformdirs import user_cache_path, user_state_path  # a check needs no place

        return cls(
            cache=Path(environment.get("MODELYARD_CACHE") or user_cache_path("modelyard", appauthor=False)).absolute(),
            state=Path(environment.get("MODELYARD_STATE") or user_state_path("modelyard", appauthor=False)).absolute(),
        )

    @property
    def engine(self) -> Path:
        """Engines, by version."""
        return self.cache / "engine"

    @property
    def sandbox(self) -> Path:
        """The sandbox's home."""
        return self.state / "sandbox"
