"""`modelyard sandbox faults`."""

from collections.abc import Mapping
from typing import Any, Literal

from modelyard.cli.options import Common
from modelyard.cli.places import Places
from modelyard.cli.sandbox.clock import seconds
from modelyard.failures import ExitStatus, Failure
from modelyard.report.result import Report
from modelyard.sandbox import remote
from modelyard.sandbox.home import Home


class NotAHeader(Failure):
    """A header to be sent with a fault is not written as one."""

    code = "cli.not-a-header"
    status = ExitStatus.USAGE

    def __init__(self, found: str) -> None:
        super().__init__(f"{found!r} is no header", allowed="a name, a colon and a value: --header 'Retry-After: 7'")


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
    common: Common = Common(),
) -> Report:
    """Let calls go wrong or be slow, to see what your programs make of it.

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
        modelyard sandbox faults                                 what goes wrong now
        modelyard sandbox faults clear

    The first that matches a request counts. Without `--deployment` any request of the host and path is meant, ARM's and
    Entra's too. Replies that were tampered with carry `x-modelyard-fault`. They are forgotten when the sandbox stops.

    Parameters
    ----------
    action
        `show`, `add` or `clear`.
    deployment
        Calls of deployments with this name, or pattern with * and ?, on every endpoint that serves them.
    method
        Only requests with this method.
    host
        Only requests to this host, or pattern.
    path
        Only requests of this path, or pattern.
    status
        An error, 400 to 599, instead of an answer. A 429 says when to come back, in both headers.
    code
        Its code in the error's body.
    header
        One of its headers, `Name: value`; may be said more than once.
    delay
        How late the reply is: 0.5s, 2s, 1m. In real time, whatever the sandbox's clock says.
    reset
        Break the connection instead of answering, or within a stream.
    first_token
        How late the first words of a stream are; its head comes at once.
    stream_events
        Let the error or the break come within a stream, after so many events.
    limit_percent
        What is left of the deployment's limits, as its headers say and as calls meet it.
    filter_down
        Let nothing be filtered; replies say so, as Azure's do when its filters are out of order.
    times
        How often; without it, until they are cleared.

    """
    home = Home(Places.here().sandbox)
    if action == "show":
        answer = remote.ask(home, "GET", "faults")
    elif action == "clear":
        answer = remote.ask(home, "DELETE", "faults")
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
        answer = remote.ask(home, "POST", "faults", ordered)
    held = answer["faults"]
    text = "\n".join(told(one) for one in held) or "nothing goes wrong to order"
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
