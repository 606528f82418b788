"""The Pulumi project a command works in: where Pulumi.yaml stands, and which folders it names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

from modelyard import files
from modelyard.config.failures import ProjectMissing
from modelyard.failures import Failure
from modelyard.files import FileUnreadable
from modelyard.syntax.depth import too_deep_yaml


@dataclass(frozen=True, slots=True)
class Project:
    """A project: `stacks` holds the stack files (`stackConfigDir`), `main` the program."""

    root: Path
    name: str
    stacks: Path
    main: Path

    @classmethod
    def find(cls, start: Path) -> Self:
        """The project that `start` lies in. Raises ProjectMissing, or `config.project-unreadable`."""
        start = start.resolve()
        for folder in (start, *start.parents):
            file = folder / "Pulumi.yaml"
            if files.is_file(file):
                return cls._read(file)
        raise ProjectMissing.of("config.project-missing", start=start)

    @classmethod
    def _read(cls, file: Path) -> Self:
        try:
            text = files.text(file)
            if deep := too_deep_yaml(text):
                raise Failure.of(
                    "config.project-unreadable", file=file, problem=f"it is nested too deeply, in line {deep[0]}"
                )
            content = yaml.load(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            from modelyard.syntax.yaml_mistakes import explain

            raise Failure.of("config.project-unreadable", file=file, problem=str(explain(text, error))) from error
        except FileUnreadable as error:
            raise Failure.of("config.project-unreadable", file=file, problem=error.problem) from error
        except yaml.YAMLError as error:
            raise Failure.of("config.project-unreadable", file=file, problem=str(error)) from error
        if not isinstance(content, dict) or not isinstance(content.get("name"), str):
            raise Failure.of("config.project-unreadable", file=file, problem="it has no name")
        if problem := files.name_problem(content["name"]):
            raise Failure.of(
                "config.project-unreadable", file=file, problem=f"its name can't be that of a folder: {problem}"
            )
        return cls(
            root=file.parent,
            name=content["name"],
            stacks=file.parent / str(content.get("stackConfigDir", ".")),
            main=file.parent / str(content.get("main", ".")),
        )

    @property
    def definitions(self) -> Path:
        """The folder of the team's own definitions of Azure Policy."""
        return self.root / "policies" / "azure"

    def stack_file(self, stack: str) -> Path:
        """The file of a stack; of a qualified name (`org/project/dev`) the last part counts."""
        return self.stacks / f"Pulumi.{stack.rsplit('/', 1)[-1]}.yaml"

    def stack_names(self) -> tuple[str, ...]:
        """Stacks that have a file, in alphabetical order."""
        return tuple(sorted(file.name[7:-5] for file in self.stacks.glob("Pulumi.*.yaml")))
