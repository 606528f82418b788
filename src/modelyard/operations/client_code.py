"""Programs that call a stack's deployments, written from its outputs: nothing is sent, and no key is shown."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import asdict

from modelyard.client import program as programs
from modelyard.client.program import ApiName, Auth, Callee, LanguageName, Program
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.operations.context import OperationContext
from modelyard.operations.outputs_table import OutputValues
from modelyard.operations.stack_operation import StackOperation, located
from modelyard.operations.target_resolution import with_destination
from modelyard.report.result import Report

ROLE = "The caller needs a role with data actions on the account, such as Cognitive Services User."
COMMENTS = {"javascript": "//", "csharp": "//", "java": "//", "go": "//"}
"""What begins a comment; a hash in the others."""


@with_destination
def client(
    project: Project,
    stack: str,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    deployment: str | None = None,
    language: LanguageName = "python",
    auth: Auth = "entra",
    api: ApiName | None = None,
    variables: bool = False,
) -> Report:
    """Write a program that calls a deployment of a stack, from the outputs that its last `up` left.

    Without `deployment` it is `chat`, or the first by name that the API serves. Without `api` it is `openai-v1` where
    that serves the model. `variables` gives the environment variables of an application instead, of all deployments or
    of the one that is named: `CHAT_ENDPOINT` and `CHAT_MODEL` for `chat`.

    `Report.text` is the program, with the lines that install and run it as comments; `data` has `program` (install,
    file, run, code, endpoint, scope, note) or `variables`. Raises `client.unknown-deployment`, `client.not-served`,
    `client.no-package`, `client.keys-off`, StackMissing, and failures of the engine that keep the state from being
    read.
    """
    operation = StackOperation.prepare(project, stack, located(project, stack, target, context), context)
    operation.must_exist()
    outputs = operation.existing().shown
    callees = {one.deployment: one for one in _callees(outputs)}
    if (deployment is not None and deployment not in callees) or not callees:
        raise Failure.of(
            "client.unknown-deployment",
            stack=stack,
            name=deployment or "at all",
            deployments=", ".join(callees) or "none",
        )
    if variables:
        chosen = [callees[deployment]] if deployment else list(callees.values())
        values = dict(pair for one in chosen for pair in _variables(one, api))
        text = "\n".join(f"{name}={shlex.quote(value)}" for name, value in values.items())
        return Report(command="client", stack=stack, text=text, data={"variables": values})
    if auth == "key" and "keys" not in outputs:
        raise Failure.of("client.keys-off", stack=stack)
    made = programs.program(callees[deployment] if deployment else _first(callees, api), language, auth, api)
    return Report(command="client", stack=stack, text=_commented(made), data={"program": asdict(made)})


def _callees(outputs: OutputValues) -> Iterator[Callee]:
    """The deployments, by name. An account without the host of the models is reached on that of OpenAI."""
    endpoint = str(outputs.get("inferenceEndpoint") or "").rstrip("/").removesuffix("/models")
    host = endpoint or str(outputs.get("openaiEndpoint") or "").rstrip("/")
    for name, one in sorted((outputs.get("deployments") or {}).items()):
        yield Callee(host, name, one["model"], one["format"], one["sku"])


def _first(callees: dict[str, Callee], api: ApiName | None) -> Callee:
    """`chat`, or the first that is served; where none is, the first, whose refusal says why."""
    ordered = sorted(callees.values(), key=lambda one: (one.deployment != "chat", one.deployment))
    for one in ordered:
        try:
            programs.api_of(one, api)
        except Failure:
            continue
        return one
    return ordered[0]


def _variables(callee: Callee, api: ApiName | None) -> Iterator[tuple[str, str]]:
    """What an application needs to know; of a deployment that no API serves, nothing."""
    prefix = re.sub(r"[^A-Z0-9]+", "_", callee.deployment.upper()).strip("_")
    try:
        name = programs.api_of(callee, api)
    except Failure:
        return
    yield f"{prefix}_ENDPOINT", callee.host + programs.APIS[name].path
    yield f"{prefix}_MODEL", callee.deployment


def _commented(made: Program) -> str:
    """The program below what a reader has to do first, so that the whole can be kept as a file."""
    mark = COMMENTS.get(made.language, "#")
    words = [*made.install, f"{made.run}    (this file is {made.file})"]
    if made.auth == "entra":
        words.append(ROLE)
    else:
        words.append(f"{programs.KEY_VARIABLE} is one of the account's keys: keep it out of files and logs.")
    if made.note:
        words.append(f"Note: {made.note}.")
    return "\n".join([*(f"{mark} {line}" for line in words), "", made.code.rstrip("\n")])
