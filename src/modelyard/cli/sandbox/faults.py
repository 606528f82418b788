"""`modelyard sandbox faults`."""

import os
from collections.abc import Mapping
from typing import Any, Literal

from modelyard.cli.options import Plain
from modelyard.cli.sandbox.clock import seconds
from modelyard.cli.usage import OptionWithoutEffect
from modelyard.failures import ExitStatus, Failure
from modelyard.operations.user_dirs import Places
from modelyard.report.result import Report
from modelyard.sandbox import control_client
from modelyard.sandbox.state_dir import Home


class NotAHeader(Failure):
    """A value of `--header` is not a header."""

    code = "cli.not-a-header"
    status = ExitStatus.USAGE

    def __init__(self, found: str) -> None:
        super().__init__(f"{found!r} is not a header", allowed="a name, a colon and a value: --header 'Retry-After: 7'")


def faults(
    action: Literal["show", "add", "clear"] = "show",
    *,
    deployment: str = "",
    method: str = "",
    host: str = "",
    path: str = "",
    status: int = 0,
    code: str = "",
    header: tuple[str, ...] = (),
    delay: str = "",
    reset: bool = False,
    first_token: str = "",
    stream_events: int = 0,
    limit_percent: int | None = None,
    filter_down: bool = False,
    times: int = 0,
    common: Plain = Plain(),
) -> Report:
    """Make calls fail or be slow, to test how your programs react.

    For example:

        modelyard sandbox faults add --deployment chat --status 429 --times 3
        modelyard sandbox faults add --status 503 --header Retry-After:7
        modelyard sandbox faults add --deployment 'chat*' --delay 2s       late
        modelyard sandbox faults add --deployment chat --first-token 5s     late
        modelyard sandbox faults add --deployment chat --status 429 --stream-events 4
        modelyard sandbox faults add --deployment chat --reset --times 1    breaks
        modelyard sandbox faults add --deployment chat --limit-percent 60   dips
        modelyard sandbox faults add --deployment chat --filter-down        unfiltered
        modelyard sandbox faults add --host management.azure.com --status 503
        modelyard sandbox faults add --path '/models/*' --status 410       retired
        modelyard sandbox faults                                 shows the faults
        modelyard sandbox faults clear

    The first fault that matches a request is applied. Without `--deployment` a fault matches every request to the host
    and path, those to ARM and Entra too. A reply that a fault changed has the header `x-modelyard-fault`. Faults end
    when the sandbox stops.

    Parameters
    ----------
    action
        `show`, `add` or `clear`.
    deployment
        Only calls of deployments with this name, or pattern with * and ?, on every endpoint that serves them.
    method
        Only requests with this method.
    host
        Only requests to this host, or pattern.
    path
        Only requests of this path, or pattern.
    status
        Answer with this error status, 400 to 599. A 429 has both headers that say when to try again.
    code
        The error code in the body of the error.
    header
        A header of the error, `Name: value`. Repeat the option for several.
    delay
        Delay each reply by this time: 0.5s, 2s, 1m. Real time, not the sandbox's clock.
    reset
        Break the connection instead of answering, or within a stream.
    first_token
        Delay the first event of a stream by this time. The headers come at once.
    stream_events
        Send the error, or break the connection, after this many events of a stream.
    limit_percent
        Reduce the deployment's rate limits to this percentage, in headers and in effect.
    filter_down
        Filter nothing. Replies say so, as Azure's do when its filters fail.
    times
        Apply the fault this many times. Without it, until it is cleared.

    """
    given = {
        "--deployment": deployment, "--method": method, "--host": host, "--path": path, "--status": status,
        "--code": code, "--header": header, "--delay": delay, "--reset": reset, "--first-token": first_token,
        "--stream-events": stream_events, "--limit-percent": limit_percent is not None,
        "--filter-down": filter_down, "--times": times,
    }  # fmt: skip
    if action != "add" and (named := [name for name, value in given.items() if value]):
        remedy = "`clear` removes all faults; leave the options out" if action == "clear" else "use `faults add`"
        raise OptionWithoutEffect(" and ".join(named), f"with `faults {action}`", remedy)
    home = Home(Places.here(os.environ).sandbox)
    if action == "show":
        answer = control_client.ask(home, "GET", "faults")
    elif action == "clear":
        answer = control_client.ask(home, "DELETE", "faults")
    else:
        wanted = {
            "deployment": deployment,
            "method": method,
            "host": host,
            "path": path,
            "status": status,
            "code": code,
            "headers": _headers(header),
            "delaySeconds": seconds(delay) if delay else 0,
            "reset": reset,
            "firstTokenSeconds": seconds(first_token) if first_token else 0,
            "streamEvents": stream_events,
            "filterDown": filter_down,
            "times": times,
        }
        ordered = {name: value for name, value in wanted.items() if value}
        if limit_percent is not None:  # 0 is something else than nothing
            ordered["limitPercent"] = limit_percent
        answer = control_client.ask(home, "POST", "faults", ordered)
    held = answer["faults"]
    text = "\n".join(told(one) for one in held) or "no faults are set"
    return Report(command="sandbox faults", text=text, data=answer)


def told(fault: Mapping[str, Any]) -> str:
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


def _headers(written: tuple[str, ...]) -> dict[str, str]:
    headers = {}
    for one in written:
        name, colon, value = one.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise NotAHeader(one)
        headers[name.strip()] = value.strip()
    return headers
