"""Which policy somebody means on the command line: a file, or a name as stack files have them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from modelyard.catalog.built_in_policies import built_in, built_ins
from modelyard.config.definition_files import OWN, OWN_INITIATIVES, TEAM, DefinitionFiles
from modelyard.config.project import Project
from modelyard.config.suggestions import did_you_mean
from modelyard.failures import ExitStatus, Failure
from modelyard.files import FileUnreadable, is_file, json_of
from modelyard.policy.documents import definition_registry
from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.language.fields import Fields


class NotJson(Failure):
    """A JSON file does not exist or can't be read."""

    code = "cli.not-json"
    status = ExitStatus.USAGE

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} can't be read as JSON: {why}", where=str(path), allowed="one JSON object")


class NoPolicy(Failure):
    """The policy that was named is neither a file nor a known policy."""

    code = "cli.no-policy"
    status = ExitStatus.USAGE

    def __init__(self, named: str, known: Iterable[str]) -> None:
        super().__init__(
            f"there is neither a file nor a policy {named}",
            allowed="a file, builtin/<name>, a GUID, team/<file> of the project, or modelyard/<name>",
            remedy=did_you_mean(named, known, "`modelyard policy list STACK` tells what rules a stack"),
        )


def find(named: str, fields: Fields, start: Path) -> Definition | Initiative | Assignment:
    """What the words name; `start` is a folder of the project. Raises NoPolicy, NotJson."""
    file = Path(named)
    if not is_file(file):
        known = definition_registry.standard(fields)
        shipped = built_in(named.removeprefix("builtin/"))
        if (entry := known.find(shipped.id if shipped else named)) is not None:
            return entry
        file = _of_the_team(named, start)
    document = read(file)
    body = document.get("properties", document)
    if isinstance(body, Mapping) and "policyDefinitions" in body:
        return Initiative.load(document, name=file.stem)
    if isinstance(body, Mapping) and "policyDefinitionId" in body:
        return Assignment.load(document)
    return Definition.load(document, fields, name=file.stem)


def _of_the_team(named: str, start: Path) -> Path:
    """The file of the project's own definition that goes by this name in a stack file."""
    kind, _, stem = named.partition("/")
    folder = Project.find(start).definitions if kind == TEAM else None
    files = DefinitionFiles(folder or Path())
    own = files.stems(TEAM) if folder else ()
    if folder and stem in own:
        return folder / f"{stem}.json"
    known = {"builtin": [each.name for each in built_ins()], TEAM: own}
    known[OWN] = [*files.stems(OWN), *files.stems(OWN_INITIATIVES)]
    raise NoPolicy(named, [f"{kind}/{name}" for kind, names in known.items() for name in names])


def read(path: Path, *kinds: type) -> Any:
    """JSON of one of these kinds, an object where none is named. Raises NotJson."""
    try:
        document = json_of(path)
    except FileUnreadable as error:
        raise NotJson(path, error.problem) from error
    if not isinstance(document, kinds or dict):
        raise NotJson(path, f"it is a {type(document).__name__}")
    return document
