"""The frame of every command: which commands there are, how a report is shown, what the exit status is."""

import gc
import importlib
import os
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cyclopts

from modelyard import __version__
from modelyard.cli import confirmation, pointing
from modelyard.cli.options import Common
from modelyard.cli.places import NO_PLUGINS
from modelyard.cli.writing import UNUSABLE, FileUnwritable, FolderUnusable, write
from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Severity
from modelyard.report import text
from modelyard.report.result import Report

if TYPE_CHECKING:
    from cyclopts.help.protocols import HelpFormatter

HELP = """
Azure AI Foundry Models as code: one validated stack file, declared with
Pulumi, proved by calls to the endpoint.

A first round, all on this machine and without an Azure account:

    modelyard check dev              is the stack file right?
    modelyard up dev                 declare it, then prove that it answers
    eval "$(modelyard sandbox env)"  point this shell at the sandbox
    modelyard sandbox run -- pulumi preview --stack dev

A stack's file says where its commands go: `modelyard:target: azure`, or
`sandbox`, the local Azure. A command without a stack takes `--target`.
"""

EXIT_STATUSES = textwrap.fill(f"Exit statuses: {', '.join(f'{int(each)} {each.title}' for each in ExitStatus)}.", 76)

# What `check` is for the others repeat in part: whoever declares a stack has seen its notes, and --verbose shows them.
LEAST = {"check": Severity.NOTE, "quickstart": Severity.ERROR}

# Their standard output is read by a shell, so that the line on where they worked goes to standard error.
READ_BY_SHELLS = frozenset({"token"})

# In the order in which a newcomer needs them.
COMMANDS = ("quickstart", "check", "preview", "up", "smoke", "audit", "destroy", "token", "doctor", "engine")
SANDBOX = ("start", "stop", "status", "run", "env", "reset", "logs", "clock", "faults")
POLICY = ("list", "test", "explain", "pull", "export", "impact", "remediate")
GROUPS = {
    "sandbox": (SANDBOX, "A local Azure behind Azure's own host names, on loopback only."),
    "policy": (POLICY, "Azure's policies before Azure: what rules a stack and why, and tests of definitions."),
}


class WordsWrong(Failure):
    """There is no such command or option, or it takes another value."""

    code = "cli.words-wrong"
    status = ExitStatus.USAGE

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy=remedy)


def app(words: Sequence[str] = ()) -> cyclopts.App:
    """The command tree. A command's module is loaded when it runs, or when help lists it with its first line."""
    tree = cyclopts.App(
        name="modelyard",
        help=HELP,
        help_epilogue=EXIT_STATUSES,
        help_format="markdown",
        help_formatter=_formatter(words),
        default_parameter=cyclopts.Parameter(negative=(), show_default=_default),
        version=__version__,
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
    )
    if words and words[0] in COMMANDS:  # the others would be made for nothing
        _add(tree, "modelyard.cli", words[:1], listed=False)
        return tree
    _add(tree, "modelyard.cli", COMMANDS, listed=not words or words[0].startswith("-"))
    listed = len(words) < 2 or words[1].startswith("-")
    for position, (name, (commands, line)) in enumerate(GROUPS.items(), len(COMMANDS)):
        group = cyclopts.App(name=name, help=line, sort_key=position)
        _add(group, f"modelyard.cli.{name}", commands, listed=listed and list(words[:1]) == [name])
        tree.command(group)
    return tree


def _formatter(words: Sequence[str]) -> "HelpFormatter | None":
    """How help is set; to look up a formatter that nobody needs takes a fiftieth of a quick command's time.

    Where no terminal shows it, the same columns without frames: cyclopts' plain formatter breaks each line twice.
    """
    if words and words[0] in COMMANDS and not {"--help", "-h"} & set(words):
        return None
    from cyclopts.help import DefaultFormatter, PanelSpec
    from rich.box import Box

    if sys.stdout.isatty():
        return DefaultFormatter()
    return DefaultFormatter(panel_spec=PanelSpec(box=Box("    \n" * 8), padding=(0, 1, 0, 2)))


def _default(value: object) -> str | None:
    """What help says of a default; that an option isn't given goes without saying."""
    return str(value) if value else None


def _add(tree: cyclopts.App, package: str, names: Sequence[str], *, listed: bool) -> None:
    for position, name in enumerate(names):
        path = f"{package}.{name}"
        command = getattr(importlib.import_module(path), name) if listed else f"{path}:{name}"
        tree.command(command, name=name, sort_key=position)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and tell its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    confirmation.COMMAND.set(tuple(words))
    os.environ.setdefault(*NO_PLUGINS)
    gc.disable()  # a command lives for a second and keeps what it loads; looking for garbage would only delay it
    tree = app(words)
    common = Common()
    pointing.works(pointing.sandbox() if words[:1] == ["sandbox"] else None)
    try:
        command, bound, _ = tree.parse_args(words)
        common = bound.arguments.get("common", common)
        result = command(*bound.args, **bound.kwargs)
    except cyclopts.CycloptsError as error:
        return _usage(error, words)
    except Failure as failure:
        result = Report(command=_name(words), failures=(failure,))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough
        sys.stderr.close()
        return ExitStatus.DONE
    except OSError as refused:
        if refused.errno not in UNUSABLE or refused.filename is None:
            raise
        result = Report(command=_name(words), failures=(FolderUnusable(refused),))
    if not isinstance(result, Report):
        return int(result or ExitStatus.DONE)
    result = replace(result, destination=result.destination or pointing.destination())
    try:
        return show(result, common)
    except FileUnwritable as failure:
        sys.stderr.write(f"{failure}\n")
        show(result, replace(common, junit=None, sarif=None), failure)
        return failure.status


def show(report: Report, common: Common, unwritten: Failure | None = None) -> ExitStatus:
    """Write the report where the caller wants it, on standard output whatever the exit status is.

    What kept the command from a result goes to standard error, and is in the JSON report as well.
    """
    if common.junit:
        from modelyard.report import junit

        write(common.junit, junit.write(report))
    if common.sarif:
        from modelyard.report import sarif

        write(common.sarif, sarif.write(report, Path.cwd()))
    if common.json:
        from modelyard.report import json as json_writer

        missed = (unwritten,) if unwritten else ()
        rendered = json_writer.write(replace(report, failures=(*report.failures, *missed)))
    else:
        least = LEAST.get(report.command, Severity.WARNING)
        headed = report.command not in READ_BY_SHELLS and not report.command.startswith("sandbox ")
        rendered = text.write(report, verbose=common.verbose, least=least, headed=headed)
    if report.command in READ_BY_SHELLS:
        sys.stderr.writelines(f"{line}\n" for line in text.head(report))
    try:
        sys.stdout.write(rendered)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough; what the exit status says is true all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.stderr.write(text.stop(report))
    sys.stderr.flush()
    return report.status


def _usage(error: cyclopts.CycloptsError, words: list[str]) -> ExitStatus:
    command = _name(words)
    failure = WordsWrong(str(error), f"modelyard {command + ' ' if command else ''}--help")
    if "--json" in words:
        from modelyard.report import json as json_writer

        sys.stdout.write(json_writer.write(Report(command=command, failures=(failure,))))
    sys.stderr.write(f"{failure}\n")
    return failure.status


def _name(words: Sequence[Any]) -> str:
    """The command in the words, for a message: `sandbox start` of `sandbox start --json`."""
    known = {*COMMANDS, *GROUPS, *(name for names, _ in GROUPS.values() for name in names)}
    names = []
    for word in words[:2]:
        if word not in known:
            break
        names.append(word)
    return " ".join(names)
