"""`modelyard sandbox …`: the local Azure, from the command line."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from modelyard import operations
from modelyard.cli.options import Plain
from modelyard.cli.terminal import context
from modelyard.display import shown
from modelyard.failures import Failure
from modelyard.report.result import Report

MOST = 1_000_000
"""Lines that are held in memory at most."""
Lines = Annotated[int, Parameter(name=["--lines", "-n"], validator=Number(gte=0, lte=MOST))]

OPTIONS = {
    "delaySeconds": "--delay", "filterDown": "--filter-down", "firstTokenSeconds": "--first-token",
    "headers": "--header", "limitPercent": "--limit-percent", "streamEvents": "--stream-events",
}  # fmt: skip
"""Options of `faults` that are called otherwise than the member of the fault."""


def start(*, port: int | None = None, common: Plain = Plain()) -> Report:
    """Start the sandbox. Does nothing where it runs already.

    The sandbox runs in the background until `modelyard sandbox stop`, on loopback only. Its contents survive a stop, a
    restart and a kill. It uses the port that it had before, so that an environment that was exported stays valid.

        modelyard sandbox start
        modelyard sandbox start --port 8443

    Parameters
    ----------
    port
        The port of the proxy, 1 to 65535. Without it, the port it had before, or a free one.

    """
    return operations.start_sandbox(context(), port=port)


def stop(*, common: Plain = Plain()) -> Report:
    """Stop the sandbox and keep what it holds. Does nothing where none runs."""
    return operations.stop_sandbox(context())


def status(*, common: Plain = Plain()) -> Report:
    """Show whether the sandbox runs, where, and what it holds. The exit status is 5 if it doesn't."""
    return operations.sandbox_status(context())


def run(*command: Annotated[str, Parameter(allow_leading_hyphen=True)], project: Path = Path()) -> int:
    """Run a command inside the sandbox's environment.

    For example:

        modelyard sandbox run -- pulumi up --stack dev
        modelyard sandbox run -- python my_program.py

    The command reaches the sandbox by Azure's own host names, with a login of the sandbox's; every other host is
    refused by name. Your own logins and Pulumi state stay untouched. Starts the sandbox unless it runs. The exit
    status is the command's.

    Pulumi with `--stack` works on a copy of the stack's file, because it writes its secrets provider's settings
    there, and those of the sandbox have no place in a file that you commit.

    Parameters
    ----------
    command
        The command and its arguments, behind `--`.
    project
        A folder of the project whose stack files Pulumi reads; Pulumi.yaml is looked for in it and above.

    """
    from modelyard.operations.sandbox_control import child_process

    words, environment = child_process(command, context(), start=project)
    child = subprocess.Popen(words, env=environment)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the terminal told the child as well; it ends in its own time
            continue


def env(*, shell: Literal["sh", "fish", "powershell"] = "sh", common: Plain = Plain()) -> Report:
    """Print the environment that points a shell at the sandbox.

    For example:

        eval "$(modelyard sandbox env)"                     sh, bash, zsh
        modelyard sandbox env --shell fish | source
        modelyard sandbox env --shell powershell | Out-String | Invoke-Expression

    Then curl, Pulumi and the Azure SDKs of any language reach the sandbox by Azure's own host names, and nothing
    else. Starts the sandbox unless it runs. The lines hold its client secret, which opens nothing but this sandbox.
    A stack that plain `pulumi` makes in such a shell gets an `encryptionsalt` in its file, as with any passphrase;
    `modelyard sandbox run -- pulumi …` leaves the file alone.

    Parameters
    ----------
    shell
        The shell that will read the lines.

    """
    from modelyard.sandbox.environment import render

    report = operations.sandbox_environment(context())
    return replace(report, text=render(report.data["environment"], shell))


def seed(
    *,
    accounts: int = 60,
    deployments: int = 15,
    subscriptions: int = 3,
    region: tuple[str, ...] = ("swedencentral", "eastus2"),
    common: Plain = Plain(),
) -> Report:
    """Put accounts with model deployments into the sandbox, as a company has them.

    For example:

        modelyard sandbox seed
        modelyard sandbox seed --accounts 6 --deployments 3
        modelyard sandbox seed --region eastus --region francecentral

    To try `inventory`, `quota` and `models retirements` on. Some accounts take keys, some are closed to the public
    network, and one quota of each region is full. A second run writes nothing; `modelyard sandbox reset` takes
    everything away.

    Parameters
    ----------
    accounts
        How many accounts, spread over the subscriptions and regions.
    deployments
        How many deployments in each, at most 32.
    subscriptions
        How many subscriptions, the sandbox's own among them.
    region
        A region to use; again for more.

    """
    return operations.seed_sandbox(
        context(), accounts=accounts, deployments=deployments, subscriptions=subscriptions, regions=region
    )


def reset(*, yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False, common: Plain = Plain()) -> Report:
    """Delete everything that the sandbox holds.

    Deletes resources and role assignments, sets the clock back to real time, and deletes the Pulumi state of every
    stack that was declared in the sandbox. Port, certificates and secrets stay.

        modelyard sandbox reset --yes

    Parameters
    ----------
    yes
        Taken for scripts; nobody is asked in the sandbox.

    """
    return operations.reset_sandbox(context())


def logs(
    *,
    lines: Lines = 50,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"])] = False,
    common: Plain = Plain(),
) -> Report:
    """Show the requests that the sandbox received and the status of each answer.

    One line for each request: time, method, host and path, status, milliseconds. Headers, queries and bodies are never
    logged.

    Parameters
    ----------
    lines
        How many lines to show, counted from the end.
    follow
        Show new lines as they come, until Ctrl-C.

    """
    if follow and common.json:
        raise Failure.of(
            "cli.option-without-effect", given="--json", beside="with --follow", remedy="leave one of the two out"
        )
    if follow:
        from modelyard.operations.sandbox_control import follow_log

        for line in follow_log(context(), lines=lines):
            sys.stdout.write(f"{shown(line)}\n")
            sys.stdout.flush()
    return operations.sandbox_log(context(), lines=lines)


def clock(action: Literal["show", "advance"] = "show", by: str = "", *, common: Plain = Plain()) -> Report:
    """Show or advance the sandbox's clock.

    For example:

        modelyard sandbox clock
        modelyard sandbox clock advance 5m     role assignments take effect
        modelyard sandbox clock advance 2d     soft-deleted accounts are purged
        modelyard sandbox clock advance 52w    models retire as in Azure

    Every delay, expiry and window of the sandbox follows this clock. It only moves forward.
    `modelyard sandbox reset` sets it back to real time, and deletes everything else.
    Models retire by the market's day: the catalog's date plus what the clock was advanced. Real time that goes by
    retires no model here; in Azure the real day counts.

    Parameters
    ----------
    action
        `show` or `advance`.
    by
        How far to advance: numbers with s, m, h, d or w, such as 90s, 5m, 1h30m, 2d.

    """
    if by and action == "show":
        remedy = f"advance the clock: modelyard sandbox clock advance {by}"
        raise Failure.of("cli.option-without-effect", given=by, beside="with `clock show`", remedy=remedy)
    return operations.sandbox_clock(context(), advance=by if action == "advance" else None)


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
    from modelyard.operations.sandbox_control import headers, seconds

    members = {
        "deployment": deployment, "method": method, "host": host, "path": path, "status": status, "code": code,
        "headers": headers(header), "delaySeconds": seconds(delay) if delay else 0, "reset": reset,
        "firstTokenSeconds": seconds(first_token) if first_token else 0, "streamEvents": stream_events,
        "limitPercent": limit_percent, "filterDown": filter_down, "times": times,
    }  # fmt: skip
    added = {name: value for name, value in members.items() if value or (name == "limitPercent" and value == 0)}
    if action != "add" and added:
        remedy = "`clear` removes all faults; leave the options out" if action == "clear" else "use `faults add`"
        given = " and ".join(OPTIONS.get(name, f"--{name}") for name in added)
        raise Failure.of("cli.option-without-effect", given=given, beside=f"with `faults {action}`", remedy=remedy)
    return operations.sandbox_faults(context(), add=added if action == "add" else None, clear=action == "clear")


def assertion(*, subject: str = "", audience: str = "", common: Plain = Plain()) -> Report:
    """Print a federated assertion, as a pipeline's OIDC provider gives one.

    For example:

        umask 077; printf %s "$(modelyard sandbox assertion)" > assertion.jwt
        AZURE_FEDERATED_TOKEN_FILE=assertion.jwt python job.py

    A pipeline without a secret proves who it is with an assertion that its provider signed, and Entra exchanges it for
    a token. This one is signed by the sandbox's own issuer, https://issuer.modelyard.invalid, which `pipeline` trusts
    for the default subject; another subject needs a federated credential that names it. The assertion is all that is
    printed; azure-identity reads it from a file without the end of its line, hence `printf`. It is good for ten minutes
    and opens nothing but this sandbox. Treat it as a secret all the same, as you must treat a real one: in a file of
    its owner's or a pipe, not in a log or an argument.

    Parameters
    ----------
    subject
        Who the pipeline is, as its provider says in `sub`; the default is
        `repo:contoso/ai-platform:environment:sandbox`.
    audience
        For whom the assertion is; Entra's token exchange, api://AzureADTokenExchange, if left out.

    """
    return operations.sandbox_assertion(context(), subject=subject, audience=audience)
