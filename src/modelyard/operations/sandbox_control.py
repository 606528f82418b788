"""The local Azure: started and stopped, its clock, its faults, its log, and the environment of programs in it."""

import os
import re
import shutil
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from modelyard.config.failures import ProjectMissing
from modelyard.config.project import Project
from modelyard.destination import Destination
from modelyard.engine.build import PYTHON_VARIABLE
from modelyard.failures import Failure, Keyword
from modelyard.operations import stack_file
from modelyard.operations.context import OperationContext
from modelyard.operations.stack_operation import read
from modelyard.operations.target_resolution import child_environment, point, sandbox, with_destination, works
from modelyard.report.result import Report
from modelyard.sandbox import control_client, process
from modelyard.sandbox.state_dir import Home

FaultDocument: TypeAlias = Mapping[str, Any]
"""A fault as the sandbox's control API has it: which requests it meets, and what happens to them."""

FOLLOW_SECONDS = 0.2
"""Seconds between two looks at the end of the log."""

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


@with_destination
def start_sandbox(context: OperationContext, *, port: int | None = None) -> Report:
    """Start the sandbox, in the background and on loopback only. Does nothing where it runs already.

    `port` is the proxy's, 1 to 65535; left out, the one it had before, or a free one. `Report.data` has `pid`, `port`,
    `proxy`, `home`, `version`, `uptimeSeconds`, `requests`, `now`, `advancedSeconds`, `marketDay`, `resources` (counts
    by kind) and `principals`. Raises `sandbox.did-not-start`, DoesNotAnswer, and a failure where it runs on another
    port.
    """
    works(sandbox())
    home = context.folders.sandbox
    before = process.status(home)
    if before is not None and port is not None and port != before.port:
        remedy = "stop it first: modelyard sandbox stop"
        raise Failure.of(
            "cli.option-without-effect",
            given=Keyword("port"),
            beside=f"while the sandbox runs on port {before.port}",
            remedy=remedy,
        )
    context.progress.passing("  starting the sandbox …")
    running = process.start(home, port=port)
    context.progress.clear()
    return _status("sandbox start", running, "started" if before is None else "was running already")


@with_destination
def stop_sandbox(context: OperationContext) -> Report:
    """Stop the sandbox and keep what it holds. Does nothing where none runs.

    `Report.data` has `wasRunning`. Raises failures of a sandbox that doesn't stop.
    """
    works(sandbox())
    was_running = process.stop(context.folders.sandbox)
    return Report(
        command="sandbox stop",
        text="the sandbox stopped; `modelyard sandbox start` goes on where it was"
        if was_running
        else "no sandbox was running",
        data={"wasRunning": was_running},
    )


@with_destination
def sandbox_status(context: OperationContext) -> Report:
    """Show where the sandbox runs and what it holds.

    `Report.data` is as for `start_sandbox`. Raises `sandbox.not-running`, and DoesNotAnswer.
    """
    works(sandbox())
    home = context.folders.sandbox
    running = process.status(home)
    if running is None:
        raise Failure.of("sandbox.not-running", home=home)
    return _status("sandbox status", running, "is running")


def _status(command: str, running: process.Status, what: str) -> Report:
    lines = [
        f"the sandbox {what}: http://127.0.0.1:{running.port}, process {running.pid}",
        f"  home    {running.home}",
        f"  clock   {running.now}" + (f", {running.advanced_seconds:g} s ahead" if running.advanced_seconds else ""),
        f"  market  {running.market_day}, the day by which models retire here",
        f"  served  {running.requests} requests in {running.uptime_seconds:.0f} s",
        *(f"  holds   {count} {kind}" for kind, count in running.counts.items()),
    ]
    return Report(
        command=command,
        text="\n".join(lines),
        data={
            "pid": running.pid,
            "port": running.port,
            "proxy": f"http://127.0.0.1:{running.port}",
            "home": str(running.home),
            "version": running.version,
            "uptimeSeconds": running.uptime_seconds,
            "requests": running.requests,
            "now": running.now,
            "advancedSeconds": running.advanced_seconds,
            "marketDay": running.market_day,
            "resources": dict(running.counts),
            "principals": running.principals,
        },
    )


@with_destination
def reset_sandbox(context: OperationContext) -> Report:
    """Delete everything that the sandbox holds, the Pulumi state of the stacks in it too, and set its clock back.

    Port, certificates and secrets stay. `Report.data` has `home`. Raises DoesNotAnswer.
    """
    works(sandbox())
    home = context.folders.sandbox
    process.reset(home)
    where = Home(home)
    for folder in (where.backend, home / "stacks"):
        if folder.is_dir():
            shutil.rmtree(folder)
    if where.path.is_dir():
        where.prepare()
    return Report(command="sandbox reset", text="the sandbox is as new", data={"home": str(home)})


@with_destination
def sandbox_log(context: OperationContext, *, lines: int = 50) -> Report:
    """Show the last requests that the sandbox received.

    `Report.data["lines"]` has one line a request: time, method, host and path, status, milliseconds. Headers, queries
    and bodies are never logged. Raises OSError where the log can't be read.
    """
    works(sandbox())
    log = Home(context.folders.sandbox).log
    if not log.exists():
        return Report(command="sandbox logs", text="nothing has been logged yet", data={"lines": []})
    with log.open(encoding="utf-8", errors="replace") as file:
        last = [line.rstrip("\n") for line in deque(file, maxlen=lines)]
    return Report(command="sandbox logs", text="\n".join(last), data={"lines": last})


def follow_log(context: OperationContext, *, lines: int = 50) -> Iterator[str]:
    """The last lines of the log, then each new one, without end; nothing where nothing has been logged yet."""
    log = Home(context.folders.sandbox).log
    if not log.exists():
        return
    with log.open(encoding="utf-8", errors="replace") as file:
        yield from (line.rstrip("\n") for line in deque(file, maxlen=lines))
        while True:
            yield from (line.rstrip("\n") for line in file)
            time.sleep(FOLLOW_SECONDS)


@with_destination
def sandbox_clock(context: OperationContext, *, advance: str | None = None) -> Report:
    """Show the sandbox's clock, or advance it first.

    `advance` is a length of time: numbers with s, m, h, d or w, as `1h30m`. `Report.data` has `now`, `advancedSeconds`
    and `marketDay`, the day by which models retire there. Raises `cli.not-a-duration`, `sandbox.not-running`.
    """
    works(sandbox())
    home = Home(context.folders.sandbox)
    answer = (
        control_client.advance(home, seconds(advance))
        if advance is not None
        else control_client.ask(home, "GET", "clock")
    )
    ahead = answer["advancedSeconds"]
    return Report(
        command="sandbox clock",
        text=f"{answer['now']}"
        + (f", {ahead:g} s ahead of real time" if ahead else "")
        + f"\nthe market's day is {answer['marketDay']}: the catalog's date"
        + (" and what the clock was advanced" if ahead else ""),
        data=answer,
    )


@with_destination
def sandbox_assertion(context: OperationContext, *, subject: str = "", audience: str = "") -> Report:
    """Get what a pipeline's OIDC provider would give: a federated assertion of the sandbox's test issuer.

    `subject` is who the pipeline is; left out, the one that the sandbox's `pipeline` trusts. `audience` left out is
    that of Entra's token exchange. The assertion is good for ten minutes of the sandbox's clock, and opens nothing but
    this sandbox: keep it out of logs all the same, as you would the one of a real issuer.

    `Report.text` is the assertion; `data` has `assertion`, `issuer`, `subject` and `audience`. Raises
    `sandbox.not-running`.
    """
    works(sandbox())
    answer = control_client.assertion(Home(context.folders.sandbox), subject, audience)
    return Report(command="sandbox assertion", text=answer["assertion"], data=answer)


def seconds(text: str) -> float:
    """`1h30m` in seconds. Raises `cli.not-a-duration`."""
    found = DURATION.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        raise Failure.of("cli.not-a-duration", case="malformed" if text else "missing", found=text)
    return sum(float(number) * SECONDS[unit] for number, unit in found)


def headers(written: Sequence[str]) -> dict[str, str]:
    """`Retry-After: 7` as a name and a value, of each text. Raises `cli.not-a-header`."""
    found = {}
    for one in written:
        name, colon, value = one.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise Failure.of("cli.not-a-header", found=one)
        found[name.strip()] = value.strip()
    return found


@with_destination
def sandbox_faults(context: OperationContext, *, add: FaultDocument | None = None, clear: bool = False) -> Report:
    """Show the sandbox's faults, after one was added or all were cleared.

    `add` has members of the control API's fault: `deployment`, `method`, `host`, `path`, `status`, `code`, `headers`,
    `delaySeconds`, `reset`, `firstTokenSeconds`, `streamEvents`, `limitPercent`, `filterDown`, `times`; what is left
    out is the API's default. `Report.data["faults"]` has the faults in force. Raises `sandbox.not-running`,
    `sandbox.request-refused`.
    """
    works(sandbox())
    home = Home(context.folders.sandbox)
    if clear:
        answer = control_client.ask(home, "DELETE", "faults")
    if add is not None:
        answer = control_client.ask(home, "POST", "faults", dict(add))
    elif not clear:
        answer = control_client.ask(home, "GET", "faults")
    text = "\n".join(_fault(one) for one in answer["faults"]) or "no faults are set"
    return Report(command="sandbox faults", text=text, data=answer)


def _fault(fault: FaultDocument) -> str:
    """One line: `chat: 429 InjectedFault, 3 times`."""
    named = [fault[name] for name in ("method", "host", "path") if fault[name] != "*"]
    late = {"delaySeconds": "every reply", "firstTokenSeconds": "first words"}
    within = f" after {fault['streamEvents']} events of a stream" if fault["streamEvents"] else ""
    streamed = fault["streamEvents"] and not fault["reset"]
    does = [
        *([f"the connection breaks{within}"] if fault["reset"] else []),
        *([f"{fault['status'] or 429} {fault['code']}{within}"] if fault["status"] or streamed else []),
        *(f"{what} {fault[name]:g} s late" for name, what in late.items() if fault[name]),
        *(["nothing is filtered"] if fault["filterDown"] else []),
        *([f"{fault['limitPercent']} % of its limits"] if fault["limitPercent"] != 100 else []),
    ]
    often = f", {fault['times']} times" if fault["times"] else ""
    return f"{' '.join([*filter(None, [fault['deployment']]), *named]) or 'everything'}: {', '.join(does)}{often}"


@with_destination
def sandbox_environment(context: OperationContext) -> Report:
    """Get the environment that points a process at the sandbox, which is started unless it runs.

    `Report.data["environment"]` has the variables, PATH with the engine and `modelyard` first among them. It holds the
    client secret of the sandbox, which opens nothing else. Raises `engine.not-found`, and failures of a sandbox that
    doesn't start.
    """
    path = search_path(context, context.environment.get("PATH", ""))
    added = {**point(sandbox(), context).environment, "PATH": path}
    return Report(command="sandbox env", data={"environment": added})


def search_path(context: OperationContext, path: str) -> str:
    """A PATH on which the engine, its language host and `modelyard` itself are found before everything else."""
    first = [str(context.engine().binary.parent), str(Path(sys.executable).parent)]
    return os.pathsep.join([*first, *(part for part in path.split(os.pathsep) if part and part not in first)])


def child_process(
    command: Sequence[str], context: OperationContext, *, start: Path = Path()
) -> tuple[list[str], dict[str, str]]:
    """The words and the environment of a program that runs inside the sandbox, which is started unless it runs.

    Pulumi's own commands on a stack of the project around `start` get the sandbox's copy of the stack's file. Raises
    `cli.no-command` where the command doesn't exist.
    """
    target = point(_destination(command, start, context), context)
    environment = child_environment(target, context.environment)
    environment["PATH"] = search_path(context, environment.get("PATH", ""))
    environment.setdefault(PYTHON_VARIABLE, sys.executable)  # a built engine is shared, and may know another one
    found = shutil.which(command[0], path=environment["PATH"]) if command else None
    if found is None:
        name = command[0] if command else ""
        raise Failure.of("cli.no-command", case="unknown" if name else "missing", name=name)
    words = list(command[1:])
    if Path(found).name == "pulumi":
        words, made = stack_file.instead(words, start, context.folders.sandbox)
        if made and made.told:
            context.progress.line(made.told)
    return [found, *words], environment


def _destination(command: Sequence[str], start: Path, context: OperationContext) -> Destination:
    """The sandbox; for Pulumi's own commands on a stack for Azure it is a rehearsal, with that stack's subscription."""
    stack = stack_file.named(command[1:]) if command and Path(command[0]).name == "pulumi" else None
    try:
        loaded = read(Project.find(start), stack, context) if stack else None
    except ProjectMissing:  # Pulumi has its own words for it
        loaded = None
    if loaded is None or loaded.target != "azure":
        return sandbox()
    return Destination("sandbox", subscription=loaded.subscription_id or "", rehearsal=True)
