"""Parameters of a call: which ones are taken, what the model makes of them, and which do nothing here.

`/models` asks the header `extra-parameters` what becomes of a parameter that it doesn't know; the values error (the
default), drop and pass-through, and what it knows, are those of azure-ai-inference 1.0.0b9 (A). OpenAI's models refuse
what they don't know, at every depth (`shapes.py`), what the api-version doesn't have yet (`api-versions.csv`), and what
the catalog says that this model refuses; models of others are held to kinds and bounds alone. What the catalog doesn't
know is taken, with a note.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from modelyard.catalog.parameters import EFFORT, Acceptance, Api, ParameterRule, ruled, rules
from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.routes import InferenceRoute
from modelyard.sandbox.inference.shapes import ParameterMistake, known, mistakes

HEADER = b"extra-parameters"
KNOWN = {
    "chat": frozenset(
        {
            "frequency_penalty",
            "max_tokens",
            "messages",
            "modalities",
            "model",
            "presence_penalty",
            "response_format",
            "seed",
            "stop",
            "stream",
            "temperature",
            "tool_choice",
            "tools",
            "top_p",
        }
    ),
    "embeddings": frozenset({"dimensions", "encoding_format", "input", "input_type", "model"}),
}
KNOWN["image-embeddings"] = KNOWN["embeddings"]

MOVED = {
    "messages": "input",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
}
"""What a chat calls otherwise than the Responses API does."""

APIS: Mapping[str, Api] = {"chat": "chat", "responses": "responses"}
WITHIN = {("responses", EFFORT): ("reasoning", "effort"), ("responses", "verbosity"): ("text", "verbosity")}
"""Where the Responses API has what a chat has at its top."""


def admitted(route: InferenceRoute, headers: Mapping[bytes, bytes], body: InferenceBody) -> InferenceBody:
    """The body as it reaches the model: as it came, without what is to be dropped, or not at all."""
    if route.endpoint != "models":
        return body
    if body.keys() <= KNOWN[route.work]:
        return body
    wish = headers.get(HEADER, b"error")
    if wish == b"pass-through":
        return body
    extra = body.keys() - KNOWN[route.work]
    if wish == b"drop":
        return {name: value for name, value in body.items() if name not in extra}
    raise InferenceRefusal("extra-parameters", names=", ".join(f"'{name}'" for name in sorted(extra)))


def check(
    work: str, body: InferenceBody, deployment: InferenceDeployment, first: Iterable[ParameterMistake] = ()
) -> None:
    """Refuse what the backend of the model would refuse; OpenAI's and the others' word it differently.

    `first` are mistakes that no shape tells.
    """
    if deployment.format != "OpenAI":
        found = {one.path: one for one in (*first, *mistakes(work, body, strict=False))}
        if found:
            details = [{"loc": ["body", *path], "message": one.plain} for path, one in found.items()]
            raise InferenceRefusal("invalid-input", details=details)
        return
    if work == "responses" and (moved := sorted(body.keys() & MOVED.keys() - known(work))):
        raise InferenceRefusal("moved-parameter", moved=moved[0], instead=MOVED[moved[0]])
    for mistake in (*first, *mistakes(work, body, strict=True)):
        raise mistake.refusal()
    if work in APIS:
        _judge(APIS[work], body, deployment)


def check_version(route: InferenceRoute, version: str, body: InferenceBody) -> None:
    """Refuse what a dated api-version doesn't have yet."""
    if route.endpoint != "openai":
        return
    for row in _since():
        if row["work"] == route.work and version[:10] < row["since"][:10]:
            if not row["parameter"]:
                raise InferenceRefusal("api-too-old", since=row["since"])
            if body.get(row["parameter"]) is not None:
                raise InferenceRefusal("unrecognized-argument", argument=row["parameter"])


def notes(work: str, body: InferenceBody, deployment: InferenceDeployment) -> Iterator[str]:
    """What is to be said of parameters: that they do nothing here, or that nobody knows if the model takes them."""
    names = sorted(name for name in _without_effect(work) & body.keys() if body[name] is not None)
    offered = body.get("tools")
    tools = [tool for tool in offered if isinstance(tool, dict)] if isinstance(offered, list) else []
    kinds = {str(tool.get("type") or "function") for tool in tools}
    names += [f"tools of type {one}" for one in sorted(kinds - {"function"})]
    if _member(body, work, "verbosity") is not None and "verbosity" not in names:
        names.append("text.verbosity")
    if names:
        yield f"without effect in the sandbox: {', '.join(names)}"
    if work in APIS and (unsure := sorted(_unsure(APIS[work], body, deployment))):
        yield f"whether {deployment.model} takes {', '.join(unsure)} is not known: taken"


def _unsure(api: Api, body: Mapping[str, Any], deployment: InferenceDeployment) -> Iterator[str]:
    """Stated parameters that some models refuse, and of this one nobody says. What `/models` has every model has."""
    stated = rules(deployment.model, deployment.version, api).parameters
    for name in ruled():
        acceptance = stated[name].acceptance if name in stated else None
        everywhere = name in KNOWN["chat"] and (acceptance is None or deployment.format != "OpenAI")
        unsure = acceptance in (None, Acceptance.UNKNOWN) and not everywhere
        if unsure and _member(body, api, name) is not None:
            yield ".".join(WITHIN.get((api, name), (name,)))


def _judge(api: Api, body: Mapping[str, Any], deployment: InferenceDeployment) -> None:
    """Refuse what this model refuses, the first in the order of the alphabet."""
    found = rules(deployment.model, deployment.version, api)
    effort = _member(body, api, EFFORT)
    for name, rule in sorted(found.parameters.items()):
        value = _member(body, api, name)
        if value is None or not rule.applies(found.effort if effort is None else str(effort)):
            continue
        refusal = _refusal(api, rule, value, deployment)
        if refusal is not None:
            refusal.grade = max(refusal.grade, refusal.grade.__class__(rule.grade), key="ABCR".index)
            raise refusal


def _refusal(api: Api, rule: ParameterRule, value: Any, deployment: InferenceDeployment) -> InferenceRefusal | None:
    """What the model says to this value, if it refuses it."""
    param = ".".join(WITHIN.get((api, rule.parameter), (rule.parameter,)))
    first = rule.values[0] if rule.values else ""
    refusal = None
    match rule.acceptance:
        case Acceptance.REFUSED if rule.parameter == "max_tokens":
            refusal = InferenceRefusal("unsupported-parameter", param=param, instead="max_completion_tokens")
        case Acceptance.REFUSED if rule.parameter == "tools" and rule.efforts:
            refusal = InferenceRefusal("tools-while-reasoning", param=EFFORT, model=deployment.model)
        case Acceptance.REFUSED:
            refusal = InferenceRefusal("parameter-not-supported", param=param)
        case Acceptance.DEFAULT if value != json.loads(first):
            refusal = InferenceRefusal("unsupported-value", param=param, found=json.dumps(value), default=first)
        case Acceptance.MOST if value > int(first):
            refusal = InferenceRefusal("too-many-tokens", param=param, found=value, maximum=first)
        case Acceptance.VALUES if value not in rule.values:
            *others, last = (f"'{one}'" for one in rule.values)
            expected = f"{', '.join(others)}, and {last}" if others else last
            refusal = InferenceRefusal("not-the-models-value", param=param, found=value, expected=expected)
    return refusal


def _member(body: Mapping[str, Any], work: str, name: str) -> Any:
    """A parameter's value, wherever the API has it; None where it isn't stated."""
    found: Any = body
    for step in WITHIN.get((work, name), (name,)):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


@cache
def _without_effect(work: str) -> frozenset[str]:
    """What is taken and of no consequence in the sandbox."""
    return frozenset(row["parameter"] for row in _rows("without_effect.csv") if work in row["works"].split())


@cache
def _since() -> tuple[Mapping[str, str], ...]:
    return _rows("api-versions.csv")


def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
