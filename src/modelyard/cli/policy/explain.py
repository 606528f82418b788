"""`modelyard policy explain`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.arm.table import rows
from modelyard.cli.options import Common
from modelyard.failures import ExitStatus, Failure
from modelyard.policy import aliases
from modelyard.policy.context import Context
from modelyard.policy.definition import Definition
from modelyard.policy.fields import Fields
from modelyard.policy.resource import Resource
from modelyard.report.result import Report


class NotJson(Failure):
    """A file that should hold JSON holds something else, or isn't there."""

    code = "cli.not-json"
    status = ExitStatus.USAGE

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} can't be read as JSON: {why}", where=str(path), allowed="one JSON object")


def explain(definition: Path, resource: Path, *, parameters: Path | None = None, common: Common = Common()) -> Report:
    """Show why a resource gets an effect: the tree of conditions with the values compared.

    For example:

        modelyard policy explain policies/azure/allowed-models.json deployment.json

    Parameters
    ----------
    definition
        A definition as Azure keeps it: JSON, with or without `properties`.
    resource
        A resource as ARM returns it: JSON with `type`, `properties` and so on.
    parameters
        Values for the definition's parameters: JSON, name to value.
    """
    fields = Fields(aliases.from_rows(rows()))
    loaded = Definition.load(_read(definition), fields, name=definition.stem)
    policy = loaded.bind(_read(parameters) if parameters else {})
    verdict = policy.verdict(Resource(_read(resource), Context(now=datetime.now(UTC))))
    lines = list(verdict.explain().lines())
    effect = verdict.effect_as_written or "no effect"
    return Report(
        command="policy explain",
        text="\n".join([f"{effect} ({verdict.outcome.value})", *lines]),
        data={"effect": effect, "outcome": verdict.outcome.value, "waitsFor": list(verdict.waits_for), "tree": lines},
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise NotJson(path, str(error)) from error
    if not isinstance(document, dict):
        raise NotJson(path, f"it is a {type(document).__name__}")
    return document
