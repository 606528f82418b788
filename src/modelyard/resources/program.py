"""What a Pulumi program needs before it can declare anything: its stack, read by the loader that every command uses.

A Pulumi program lives for two seconds and keeps nearly all it makes, a million objects of azure-native's among it.
Looking through them for garbage took a tenth of every run, so the collector is off from here on, and `freeze` keeps it
from looking through them at the end.
"""

import gc
from datetime import UTC, datetime
from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from modelyard.catalog.market import Market
from modelyard.config.loader import load
from modelyard.config.project import Project
from modelyard.config.stack import Stack
from modelyard.findings import Severity
from modelyard.report import text

gc.disable()


def configuration() -> Stack:
    """The stack that Pulumi was asked for. Findings are shown; errors among them stop the program before it declares.

    Pulumi starts the program in the folder of its `main`, below Pulumi.yaml.
    """
    loaded = load(
        Project.find(Path()),
        pulumi.get_stack(),
        today=datetime.now(UTC).date(),
        market=Market.load(),
        values={**get_config_env(), **CONFIG.get()},
    )
    for finding in loaded.findings:
        if finding.severity is Severity.WARNING:
            pulumi.log.warn(text.finding(finding))
    if loaded.errors or loaded.stack is None:
        raise pulumi.RunError("\n".join(text.finding(finding) for finding in loaded.errors))
    gc.freeze()
    return loaded.stack
