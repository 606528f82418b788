"""Options that several commands take, with one name and one meaning everywhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from modelyard.destination import TargetName


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Common:
    """How a result is shown."""

    json: bool = False
    """Print the result as JSON on standard output; progress stays on standard error."""

    junit: Path | None = None
    """Also write the result as JUnit XML to this file."""

    sarif: Path | None = None
    """Also write the result as SARIF 2.1.0 to this file, which code hosts show beside the lines of a pull request."""

    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"])] = False
    """Show what passed as well, and more of what was done."""

    project: Path = Path()
    """A folder of the project; Pulumi.yaml is looked for here and above."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Pointing:
    """Where the command works."""

    target: TargetName | None = None
    """`azure`, or `sandbox` (a local Azure, started when needed). A stack's file says it, and nothing else is taken,
    but `sandbox` for a stack for Azure: that is a rehearsal. Where no stack is named, say it here or by
    MODELYARD_TARGET."""
