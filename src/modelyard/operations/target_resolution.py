"""From what a stack's file and the command line say to a `Target`: transport, credential, a child's environment.

The stack's word holds. A command line or MODELYARD_TARGET that says otherwise is refused, but for `--target sandbox` on
a stack for Azure, which is a rehearsal. Where no stack is named, the command line has to say it; at a terminal the
sandbox is taken, and the report says so.
"""

import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, get_args

from modelyard.azure.target import Target, Transport, in_sandbox
from modelyard.destination import Destination, TargetName
from modelyard.failures import Failure, Keyword
from modelyard.files import FileUnreadable, json_of
from modelyard.operations.context import NO_PLUGINS, OperationContext, UserFolders
from modelyard.report.result import Report

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from modelyard.config.loader import Loaded

Arguments = ParamSpec("Arguments")

VARIABLE = "MODELYARD_TARGET"
NAMES: tuple[TargetName, ...] = get_args(TargetName)

_current: ContextVar[Destination | None] = ContextVar("destination", default=None)


class TargetMissing(Failure):
    """No target is stated, neither by a stack nor on the command line."""


class InSandbox(Failure):
    """A command for Azure runs in the sandbox's environment, where every request reaches the sandbox."""


def destination() -> Destination | None:
    """Where the command that runs works, for its report; None while nothing has said it."""
    return _current.get()


def works(at: Destination | None) -> None:
    """What the report of this command is to say; None as long as the command works nowhere."""
    _current.set(at)


def resolve(named: TargetName | None, context: OperationContext, loaded: "Loaded | None" = None) -> Destination:
    """Where an operation works, by the stack's file and what its caller names.

    Raises `cli.target-differs`, TargetMissing.
    """
    found = _resolved(named, context, loaded)
    works(found)
    return found


def in_state(named: TargetName | None, context: OperationContext, written: TargetName, file: str) -> Destination:
    """Where a state export was written, by its ids and the command line. Raises `cli.state-differs`.

    A rehearsal in the sandbox uses the subscription of the stack, so that `--target sandbox` is believed. That a state
    with the sandbox's own subscription comes from Azure is impossible.
    """
    asked = named or _of_environment(context.environment)
    if asked == "azure" and written == "sandbox":
        raise Failure.of("cli.state-differs", by=Keyword("target") if named else VARIABLE, file=file)
    if asked == "sandbox" and written == "azure":
        return Destination("sandbox", rehearsal=True, according_to="the command line")
    return Destination(written, according_to="the ids in the state")


def stated(loaded: "Loaded") -> None:
    """Let the report say what target the stack's file states, as long as the command asks nothing there."""
    if loaded.target is not None:
        works(Destination(loaded.target, subscription=loaded.subscription_id or "", according_to=loaded.file.name))


def with_destination(operation: Callable[Arguments, Report]) -> Callable[Arguments, Report]:
    """An operation whose report says where it worked, and that begins as one that has worked nowhere."""

    @wraps(operation)
    def located(*arguments: Arguments.args, **named: Arguments.kwargs) -> Report:
        works(None)
        report = operation(*arguments, **named)
        return replace(report, destination=report.destination or destination())

    return located


def sandbox() -> Destination:
    """The sandbox, with the ids it has, whether it runs or not; they are the same in all of them."""
    from modelyard.sandbox import SUBSCRIPTION_ID, TENANT_ID

    return Destination("sandbox", TENANT_ID, SUBSCRIPTION_ID)


def _resolved(named: TargetName | None, context: OperationContext, loaded: "Loaded | None") -> Destination:
    asked, by = (named, Keyword("target")) if named else (_of_environment(context.environment), VARIABLE)
    target = loaded.target if loaded else None
    subscription = (loaded.subscription_id if loaded else None) or ""
    if asked is None and target is not None:
        return Destination(target, subscription=subscription)
    if target is None:
        if asked is None and (loaded is not None or not context.interactive):
            raise TargetMissing.of(
                "cli.target-missing", case="file" if loaded else "unnamed", file=loaded.file if loaded else ""
            )
        return Destination(asked or "sandbox", subscription=subscription, assumed=asked is None)
    if asked is not None and asked != target:
        if not (named == "sandbox" and target == "azure"):
            raise Failure.of(
                "cli.target-differs",
                case=target,
                stated=target,
                asked=asked,
                by=by,
                position=(loaded.position("target") if loaded else None) or "",
            )
        return Destination("sandbox", subscription=subscription, rehearsal=True)
    return Destination(target, subscription=subscription)


def _of_environment(environment: Mapping[str, str]) -> TargetName | None:
    found = environment.get(VARIABLE)
    if not found:
        return None
    for name in NAMES:
        if found == name:
            return name
    raise Failure.of("cli.target-unknown", found=found)


def point(at: Destination, context: OperationContext) -> Target:
    """The target. The sandbox is started unless it runs, and gets its stand-in for azure-native. Raises InSandbox."""
    target = _sandbox(at, context.folders) if at.target == "sandbox" else _azure(at, context.environment)
    works(target.destination)
    return target


def _sandbox(at: Destination, folders: UserFolders) -> Target:
    from modelyard.provider.install import install
    from modelyard.sandbox import control_client, process
    from modelyard.sandbox.state_dir import Home

    process.start(folders.sandbox)
    environment = process.environment_of(folders.sandbox)
    install(Home(folders.sandbox).pulumi, Path(sys.executable))
    if at.rehearsal and at.subscription:
        control_client.subscribe(Home(folders.sandbox), at.subscription)
    transport = Transport(environment["HTTPS_PROXY"], Path(environment["SSL_CERT_FILE"]))

    @cache
    def credential() -> "TokenCredential":
        from azure.identity import ClientSecretCredential

        return ClientSecretCredential(
            environment["AZURE_TENANT_ID"],
            environment["AZURE_CLIENT_ID"],
            environment["AZURE_CLIENT_SECRET"],
            proxies={"https": environment["HTTPS_PROXY"]},
            connection_verify=environment["SSL_CERT_FILE"],
        )

    return Target(
        name="sandbox",
        tenant_id=environment["AZURE_TENANT_ID"],
        subscription_id=at.subscription or environment["AZURE_SUBSCRIPTION_ID"],
        transport=transport,
        credential=credential,
        environment=environment,
        rehearsal=at.rehearsal,
        assumed=at.assumed,
    )


def _azure(at: Destination, environment: Mapping[str, str]) -> Target:
    if in_sandbox(environment):
        raise InSandbox.of("cli.in-sandbox")

    @cache
    def credential() -> "TokenCredential":
        import logging

        from azure.identity import DefaultAzureCredential

        # It logs every way that it tried as a warning, which drowns what the failure says is to be done.
        logging.getLogger("azure.identity").setLevel(logging.ERROR)
        return DefaultAzureCredential()

    tenant, subscription = login(environment, at.subscription)
    return Target(
        name="azure",
        tenant_id=tenant,
        subscription_id=subscription,
        transport=Transport(),
        credential=credential,
    )


def child_environment(target: Target, environment: Mapping[str, str]) -> dict[str, str]:
    """What a child of this command gets: everything the caller has for Azure; for the sandbox, no login of theirs."""
    name, ours = NO_PLUGINS
    inherited = {key: value for key, value in environment.items() if (key, value) != (name, ours)}
    if target.name == "azure":
        return inherited
    from modelyard.sandbox.environment import child

    return child(inherited, target.environment)


PROFILE = "azureProfile.json"
"""Where the Azure CLI keeps the subscriptions it knows and which of them is the default. It holds no credential."""

PRINCIPALS = ("AZURE_CLIENT_ID", "ARM_CLIENT_ID")
"""Whoever signs in by the environment isn't who signed in with the Azure CLI."""


def login(environment: Mapping[str, str], subscription: str = "") -> tuple[str, str]:
    """Tenant and subscription of whoever is signed in to Azure, as far as the environment and this machine's files say.

    `subscription` is the one that a stack's file names, which counts first; then the environment's, as for
    azure-identity and azure-native; then the Azure CLI's default. No process is started and nothing is asked: a login
    of a managed identity names neither, and both stay unknown.
    """
    tenant = environment.get("AZURE_TENANT_ID") or environment.get("ARM_TENANT_ID") or ""
    named = subscription or subscription_of(environment)
    known = [] if any(environment.get(name) for name in PRINCIPALS) else _subscriptions(environment)
    found = next((each for each in known if _is(each, named)), {})
    return tenant or str(found.get("tenantId") or ""), named or str(found.get("id") or "")


def subscription_of(environment: Mapping[str, str]) -> str:
    """The subscription in Azure that the environment names; that of the sandbox's environment is none of Azure's."""
    if in_sandbox(environment):
        return ""
    return environment.get("AZURE_SUBSCRIPTION_ID") or environment.get("ARM_SUBSCRIPTION_ID") or ""


def _is(each: Mapping[str, Any], named: str) -> bool:
    return str(each.get("id")).lower() == named.lower() if named else each.get("isDefault") is True


def _subscriptions(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    folder = environment.get("AZURE_CONFIG_DIR") or Path.home() / ".azure"
    try:
        found = json_of(Path(folder, PROFILE))
    except FileUnreadable:
        return []
    known = found.get("subscriptions") if isinstance(found, dict) else None
    return [each for each in known if isinstance(each, dict)] if isinstance(known, list) else []
