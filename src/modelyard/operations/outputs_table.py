"""A stack's outputs as a person reads them: the endpoints, then a table of the deployments."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from modelyard.catalog.serving import ENDPOINTS
from modelyard.engine.state_outputs import MARK
from modelyard.report.result import TextTable

OutputValues: TypeAlias = Mapping[str, Any]
"""The outputs of a stack, by name, as `modelyard.resources` writes them; `deployments` has one object each, by name."""

COLUMNS = ("deployment", "model", "version", "SKU", "capacity", "tokens/min", "requests/min", "endpoints")


def overview(outputs: OutputValues, missing: Sequence[str] = ()) -> str:
    """Endpoints and deployments; empty where there are no outputs yet. A column says what isn't as it was declared."""
    parts = (
        ("account", outputs.get("accountName")),
        ("openai/v1", v1(outputs)),
        ("openai", outputs.get("openaiEndpoint")),
        ("models", outputs.get("inferenceEndpoint")),
    )
    lines = [f"{label:<11}{value}" for label, value in parts if value]
    table = deployments(outputs)
    lines += ["", *table.lines] if table else []
    lines += [f"not there: {', '.join(missing)}"] if missing else []
    return "\n".join(lines)


def deployments(outputs: OutputValues) -> TextTable | None:
    """The deployments; a column says what isn't as the last run declared it. None where there are none."""
    entries: Mapping[str, OutputValues] = outputs.get("deployments") or {}
    if not entries:
        return None
    marked = any(MARK in each for each in entries.values())
    rows = tuple(_row(name, entries[name], marked=marked) for name in sorted(entries))
    return TextTable((*COLUMNS, "last run") if marked else COLUMNS, rows, names=frozenset({2}))


def tables(outputs: OutputValues) -> tuple[TextTable, ...]:
    """The tables within the overview."""
    return tuple(filter(None, [deployments(outputs)]))


def v1(outputs: OutputValues) -> str:
    """The base URL of `/openai/v1`; empty where the account has no endpoint of OpenAI's."""
    endpoint = outputs.get("openaiEndpoint")
    return f"{endpoint.rstrip('/')}/openai/v1" if endpoint else ""


def _row(name: str, deployment: OutputValues, *, marked: bool) -> tuple[str, ...]:
    return (
        name,
        deployment["model"],
        deployment["version"],
        deployment["sku"],
        f"{deployment['capacity']:g}",
        _limit(deployment["tokensPerMinute"]),
        _limit(deployment["requestsPerMinute"]),
        " ".join(name for name in ENDPOINTS if name in deployment["endpoints"]),
        *([deployment.get(MARK, "")] if marked else []),
    )


def _limit(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"
