"""Which Python runs a program, and what it finds installed there.

`runtime.options.virtualenv` of Pulumi.yaml names a virtual environment, relative to the project's folder; without it,
the interpreter that runs Modelyard runs the program too, so that `import modelyard` works in it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from re import match, sub
from typing import Any

from modelyard.files import JsonObject


@dataclass(frozen=True)
class Interpreter:
    """A Python to run programs with; `virtualenv` is None for the host's own."""

    executable: Path
    virtualenv: Path | None = None

    @classmethod
    def of(cls, options: JsonObject, root: Path, own: Path) -> "Interpreter":
        """The one that a project's runtime options ask for. FileNotFoundError says which folder isn't one."""
        asked = options.get("virtualenv")
        if not asked:
            return cls(own)
        folder = root / str(asked)
        for name in ("bin/python", "Scripts/python.exe"):
            if (folder / name).exists():
                return cls(folder / name, folder)
        text = f"the virtual environment {folder}, named by runtime.options.virtualenv in Pulumi.yaml, has no Python"
        raise FileNotFoundError(text)

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """What activating the virtual environment would set; `base` unchanged without one."""
        result = dict(base)
        if self.virtualenv is not None:
            result["VIRTUAL_ENV"] = str(self.virtualenv)
            result["PATH"] = os.pathsep.join([str(self.executable.parent), base.get("PATH", "")])
            result.pop("PYTHONHOME", None)
        return result

    def places(self, base: Mapping[str, str]) -> list[str]:
        """The folders it imports from."""
        if self.virtualenv is None:
            return [place for place in sys.path if place]
        return [place for place in self._ask("sys.path", base) if place]

    def version(self, base: Mapping[str, str]) -> str:
        """Python's version, as in `3.11.9`."""
        return str(self._ask("platform.python_version()", base))

    def _ask(self, expression: str, base: Mapping[str, str]) -> Any:
        """What an expression is in this interpreter, by way of JSON. CalledProcessError when it doesn't run."""
        code = f"import json, platform, sys; print(json.dumps({expression}))"
        answer = subprocess.run(
            [self.executable, "-P", "-c", code],
            env=self.environment(base),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        return json.loads(answer.stdout)


@dataclass(frozen=True)
class Plugin:
    """A resource plugin that an installed package needs; `version` and `server` may be empty."""

    name: str
    version: str
    server: str = ""


def plugins(places: list[str]) -> Iterator[Plugin]:
    """What the `pulumi-plugin.json` of each installed package asks for.

    A package that holds none (none is known since 2022) is not seen; one that parameterizes another plugin is not
    supported here, and is left out.
    """
    for place in places:
        for file in sorted(Path(place).glob("*/pulumi-plugin.json")):
            said = json.loads(file.read_text(encoding="utf-8"))
            if not said.get("resource") or said.get("parameterization"):
                continue
            package = file.parent.name
            version = said.get("version") or semantic(installed_version(package, place))
            name = said.get("name") or package.removeprefix("pulumi_").replace("_", "-")
            yield Plugin(name, version, said.get("server", ""))


def installed_version(package: str, place: str) -> str:
    """The version of the distribution that brought a package, empty when there is none."""
    wanted = normal(package)
    found = (item.version for item in distributions(path=[place]) if normal(item.metadata["Name"]) == wanted)
    return next(found, "")


def semantic(version: str) -> str:
    """A Python version (`3.1.0a2`) as the engine reads it (`3.1.0-alpha.2`); empty for what isn't one."""
    found = match(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?", version)
    if not found:
        return ""
    major, minor, patch, stage, number = found.groups()
    word = {"a": "alpha", "b": "beta", "rc": "rc"}.get(stage or "")
    return f"{major}.{minor}.{patch}" + (f"-{word}.{number}" if word else "")


def dependencies(places: list[str], *, transitive: bool) -> list[tuple[str, str]]:
    """Names and versions of what is installed; without `transitive`, only what nothing else there requires."""
    found: dict[str, Distribution] = {}
    for item in distributions(path=places):
        found.setdefault(normal(item.metadata["Name"]), item)
    required: set[str] = set()
    if not transitive:
        for item in found.values():
            required |= {normal(name[0]) for text in item.requires or () if (name := match(r"[\w.-]+", text))}
    return sorted((item.metadata["Name"], item.version) for name, item in found.items() if name not in required)


def normal(name: str) -> str:
    """A distribution's name in the one spelling that compares (PEP 503)."""
    return sub(r"[-_.]+", "-", name).lower()
