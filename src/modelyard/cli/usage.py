"""Messages on words of a command line that don't fit: what was found, what is allowed, what to do."""

from collections.abc import Sequence
from pathlib import Path

import cyclopts

from modelyard.config.project import Project
from modelyard.failures import Failure


def wrong(error: cyclopts.CycloptsError, command: str, words: Sequence[str]) -> Failure:
    """The parser's message and the way on. Where a stack's name is missing, the stacks that there are."""
    help_ = f"modelyard {command + ' ' if command else ''}--help"
    if not isinstance(error, cyclopts.MissingArgumentError) or not _is_stack(error):
        return Failure.of("cli.words-wrong", problem=str(error), remedy=help_)
    missing = f"modelyard {command} needs the name of a stack"
    try:
        project = Project.find(_folder(words))
    except Failure as failure:
        return Failure.of(
            "cli.words-wrong",
            problem=f"{missing}, and {failure.what}",
            where=failure.where,
            remedy=failure.remedy or help_,
        )
    names = project.stack_names()
    if not names:
        where = str(project.stacks)
        return Failure.of(
            "cli.words-wrong",
            problem=f"{missing}, and no stack has a file yet",
            where=where,
            remedy="write Pulumi.NAME.yaml there",
        )
    return Failure.of(
        "cli.words-wrong",
        problem=missing,
        allowed=", ".join(names),
        remedy=f"modelyard {command} {names[0]}; or {help_}",
    )


def _is_stack(error: cyclopts.MissingArgumentError) -> bool:
    return error.argument is not None and error.argument.field_info.name == "stack"


def _folder(words: Sequence[str]) -> Path:
    """What `--project` names in words that could not be parsed as a whole; this folder where it isn't there."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--project" and following:
            return Path(following)
        if word.startswith("--project="):
            return Path(word.partition("=")[2])
    return Path()
