"""The frame of every command: which commands there are, how a report is shown, what the exit status is."""

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
from modelyard.cli import terminal
from modelyard.cli.commands import COMMANDS, GROUPS, PANELS, WORDS, module_of
from modelyard.cli.options import Common, in_options
from modelyard.cli.options import common as shown_by
from modelyard.display import degrade, shown
from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Severity
from modelyard.operations import target_resolution
from modelyard.operations.context import NO_PLUGINS
from modelyard.operations.output_files import FileUnwritable, write
from modelyard.report import text
from modelyard.report.result import Report

if TYPE_CHECKING:
    from cyclopts.help.protocols import HelpFormatter

HELP = """
Azure AI Foundry Models as code: one validated stack file, declared with
Pulumi, proved by calls to the endpoint.

The first commands. They run on this machine and need no Azure account:

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
READ_BY_SHELLS = frozenset({"client", "token", "sandbox assertion"})


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
        tree.command(_command(words[0], listed=False), name=words[0])
        return tree
    listed = not words or words[0].startswith("-")
    for position, (panel, names) in enumerate(PANELS.items()):
        shown_in = cyclopts.Group(panel, sort_key=position)
        for order, name in enumerate(names):
            shelf: dict[str, Any] = {"group": shown_in, "sort_key": order}
            if name in GROUPS:
                tree.command(_group(name, words, **shelf))
            else:
                tree.command(_command(name, listed=listed), name=name, **shelf)
    tree["--help"].group = tree["--version"].group = cyclopts.Group("Other", sort_key=len(PANELS))
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


def _command(command: str, *, listed: bool) -> Any:
    """A command, `up` or `sandbox start`; its module is loaded where help shows the first line."""
    module, name = f"modelyard.cli.{module_of(command)}", command.rpartition(" ")[2]
    return getattr(importlib.import_module(module), name) if listed else f"{module}:{name}"


def _group(name: str, words: Sequence[str], **shelf: Any) -> cyclopts.App:
    group = cyclopts.App(name=name, help=GROUPS[name].line, **shelf)
    listed = list(words[:1]) == [name] and (len(words) < 2 or words[1].startswith("-"))
    for order, each in enumerate(GROUPS[name].commands):
        group.command(_command(f"{name} {each}", listed=listed), name=each, sort_key=order)
    return group


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and tell its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault(*NO_PLUGINS)
    degrade(sys.stdout, sys.stderr)
    tree = app(words)
    common = Common()
    target_resolution.works(target_resolution.sandbox() if words[:1] == ["sandbox"] else None)
    try:
        command, bound, _ = tree.parse_args(words)
        common = shown_by(bound.arguments.get("common"))
        result = command(*bound.args, **bound.kwargs)
    except cyclopts.CycloptsError as error:
        return _usage(error, words)
    except Failure as failure:
        result = Report(command=_name(words), failures=(failure,))
    except KeyboardInterrupt:
        terminal.PROGRESS.clear()
        sys.stderr.write("interrupted\n")
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough
        sys.stderr.close()
        return ExitStatus.DONE
    except OSError as refused:
        if refused.filename is None:
            raise
        result = Report(command=_name(words), failures=(_unusable(refused),))
    if not isinstance(result, Report):
        return int(result or ExitStatus.DONE)
    for each in result.failures:
        in_options(each, words)
    terminal.PROGRESS.clear()
    result = replace(result, destination=result.destination or target_resolution.destination())
    try:
        return show(result, common)
    except FileUnwritable as failure:
        terminal.write(f"{shown(str(failure))}\n", sys.stderr)
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
        whole = replace(report, failures=(*report.failures, *missed))
        rendered = json_writer.write(whole, sys.stdout.encoding or "utf-8")
    else:
        least = LEAST.get(report.command, Severity.WARNING)
        headed = report.command not in READ_BY_SHELLS and not report.command.startswith("sandbox ")
        rendered = text.write(report, verbose=common.verbose, least=least, headed=headed)
    if report.command in READ_BY_SHELLS:
        sys.stderr.writelines(f"{line}\n" for line in text.head(report))
    try:
        if common.json:
            sys.stdout.write(rendered)
            sys.stdout.flush()
        else:
            terminal.write(rendered, sys.stdout, report.tables)
    except BrokenPipeError:  # the reader has seen enough; what the exit status says is true all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    terminal.write(text.stop(report), sys.stderr)
    return report.status


def _unusable(refused: OSError) -> Failure:
    return Failure.of("cli.folder-unusable", problem=refused.strerror or refused, file=shown(str(refused.filename)))


def _usage(error: cyclopts.CycloptsError, words: list[str]) -> ExitStatus:
    from modelyard.cli.usage import wrong

    command = _name(words)
    failure = wrong(error, command, words)
    if "--json" in words:
        from modelyard.report import json as json_writer

        report = Report(command=command, failures=(failure,))
        sys.stdout.write(json_writer.write(report, sys.stdout.encoding or "utf-8"))
    terminal.write(f"{shown(str(failure))}\n", sys.stderr)
    return failure.status


def _name(words: Sequence[Any]) -> str:
    """The command in the words, for a message: `sandbox start` of `sandbox start --json`."""
    names = []
    for word in words[:2]:
        if word not in WORDS:
            break
        names.append(word)
    return " ".join(names)
