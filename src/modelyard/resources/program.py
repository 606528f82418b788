"""What a Pulumi program needs before it can declare anything: its stack, read by the loader that every command uses.

A Pulumi program lives for two seconds and keeps nearly all it makes, a million objects of azure-native's among it.
Looking through them for garbage took a tenth of every run, so the collector is off from here on, and `freeze` keeps it
from looking through them at the end.
"""

import gc
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from modelyard.azure.target import in_sandbox
from modelyard.catalog.market import Market
from modelyard.config.loader import RUNNING, load
from modelyard.config.project import Project
from modelyard.config.stack import Stack
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.findings import Severity
from modelyard.report import text
from modelyard.sandbox_clock import calendar


class OutsideSandbox(Failure):
    """A stack for the sandbox is run by plain Pulumi where its requests would reach Azure."""


gc.disable()


def configuration() -> Stack:
    """The stack that Pulumi was asked for. Findings are shown; errors among them stop the program before it declares.

    So does a stack for the sandbox outside it; one for Azure is rehearsed in it. Pulumi starts the program in the
    folder of its `main`, below Pulumi.yaml.
    """
    loaded = load(
        Project.find(Path()),
        pulumi.get_stack(),
        calendar=calendar(os.environ, datetime.now(UTC)),
        market=Market.load(),
        values={**get_config_env(), **CONFIG.get()},
    ).excusing([each for each in os.environ.get(RUNNING, "").split(",") if each])
    for finding in loaded.findings:
        if finding.severity is Severity.WARNING:
            pulumi.log.warn(text.finding(finding))
    if loaded.errors or loaded.stack is None:
        raise pulumi.RunError("\n".join(text.finding(finding) for finding in loaded.errors))
    try:
        if rehearses(loaded.stack.target, os.environ, loaded.stack.name, str(loaded.position("target"))):
            pulumi.log.info(f"a rehearsal: stack {loaded.stack.name} is for Azure, and this is the sandbox")
    except OutsideSandbox as failure:
        raise pulumi.RunError(str(failure)) from None
    gc.freeze()
    return loaded.stack


def destination() -> TargetName:
    """Where the requests of this process go, whatever the stack says of itself."""
    return "sandbox" if in_sandbox(os.environ) else "azure"


def rehearses(target: TargetName, environment: Mapping[str, str], stack: str, where: str) -> bool:
    """Whether a stack for Azure is run in the sandbox. Raises OutsideSandbox for one that would leave the sandbox."""
    inside = in_sandbox(environment)
    if target == "sandbox" and not inside:
        raise OutsideSandbox.of("resources.outside-sandbox", stack=stack, where=where)
    return target == "azure" and inside
