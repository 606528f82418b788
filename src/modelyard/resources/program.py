"""What a Pulumi program needs before it can declare anything: its stack, read by the loader that every command uses."""

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
