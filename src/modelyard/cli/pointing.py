"""From the word `sandbox` or `azure` to a `Target`: transport, credential, and what a child's environment needs."""

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.cli.options import TargetName
from modelyard.cli.places import NO_PLUGINS, Places
from modelyard.target import Target, Transport

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential


def point(name: TargetName, places: Places | None = None) -> Target:
    """The target of this name. The sandbox is started unless it runs, and gets its stand-in for azure-native."""
    return _sandbox(places or Places.here()) if name == "sandbox" else _azure(os.environ)


def _sandbox(places: Places) -> Target:
    from modelyard.provider.install import install
    from modelyard.sandbox import process
    from modelyard.sandbox.home import Home

    process.start(places.sandbox)
    environment = process.environment_of(places.sandbox)
    install(Home(places.sandbox).pulumi, Path(sys.executable))
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
        subscription_id=environment["AZURE_SUBSCRIPTION_ID"],
        transport=transport,
        credential=credential,
        environment=environment,
    )


def _azure(environment: Mapping[str, str]) -> Target:
    @cache
    def credential() -> "TokenCredential":
        import logging

        from azure.identity import DefaultAzureCredential

        # It logs every way that it tried as a warning, which drowns what the failure says is to be done.
        logging.getLogger("azure.identity").setLevel(logging.ERROR)
        return DefaultAzureCredential()

    return Target(
        name="azure",
        tenant_id=environment.get("AZURE_TENANT_ID") or environment.get("ARM_TENANT_ID") or "",
        subscription_id=environment.get("AZURE_SUBSCRIPTION_ID") or environment.get("ARM_SUBSCRIPTION_ID") or "",
        transport=Transport(),
        credential=credential,
    )


def child_environment(target: Target) -> dict[str, str]:
    """What a child of this command gets: everything the caller has for Azure; for the sandbox, no login of theirs."""
    name, ours = NO_PLUGINS
    inherited = {key: value for key, value in os.environ.items() if (key, value) != (name, ours)}
    if target.name == "azure":
        return inherited
    from modelyard.sandbox.environment import child

    return child(inherited, target.environment)
