"""Functions that a model may call, and whether it does: the sandbox's model calls a function when it is told to.

Told it is by `tool_choice`, or, where the choice is left to it, by the function's name standing in the last message.
With the result of a call at the end of the conversation it has what it wanted, and answers.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.reply import random_id
from modelyard.sandbox.inference.samples import Unsatisfiable, loose, sample

CHOICES = ("none", "auto", "required")
CLOSED_AT_THE_TOP = "gpt-4*"
"""Models that take no alternatives at the top of a function's schema on the Responses API; those of GPT-5 do (B)."""
TOP = frozenset({"oneOf", "anyOf", "allOf", "enum", "const", "not"})
NOT_AT_THE_TOP = (
    "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'const'/'not' at the top level"
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A function with the JSON Schema of its arguments."""

    name: str
    parameters: object


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of one, as replies carry it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Toolbox:
    """The functions of one request. `choice` is none, auto, required, or the name of the one to be called."""

    tools: Sequence[Tool] = ()
    choice: str = "auto"
    parallel: bool = True

    def calls(self, asked: str, *, answered: bool) -> tuple[ToolCall, ...]:
        """What is called after the message `asked`; `answered` says that it is the result of a call."""
        if self.choice not in CHOICES:
            return (_call(next(tool for tool in self.tools if tool.name == self.choice)),)
        if self.choice == "none" or not self.tools:
            return ()
        named = [] if answered else [tool for tool in self.tools if _mentions(asked, tool.name)]
        if not named and self.choice == "required":
            named = [self.tools[0]]
        return tuple(_call(tool) for tool in (named if self.parallel else named[:1]))


def toolbox(body: InferenceBody) -> Toolbox:
    """The functions of a request, which nest {"function": {…}} in a chat and don't in the Responses API."""
    tools = []
    for entry in body.get("tools") or ():
        if entry.get("type", "function") == "function":
            function = entry["function"] if isinstance(entry.get("function"), dict) else entry
            tools.append(Tool(str(function.get("name") or ""), function.get("parameters")))
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        choice = (choice["function"] if isinstance(choice.get("function"), dict) else choice).get("name")
    return Toolbox(tools, str(choice or "auto"), body.get("parallel_tool_calls") is not False)


def check(body: InferenceBody, deployment: InferenceDeployment) -> None:
    """Refuse a choice that can't be made, and a schema of arguments that the model doesn't take."""
    if "tools" not in body and "tool_choice" not in body:
        return
    box = toolbox(body)
    if body.get("tool_choice") not in (None, "none") and not body.get("tools"):
        raise InferenceRefusal("choice-without-tools", param="tool_choice")
    if box.choice not in CHOICES and box.choice not in {tool.name for tool in box.tools}:
        raise InferenceRefusal("no-such-tool", param="tool_choice", found=box.choice)
    if deployment.format == "OpenAI":
        for place, entry in enumerate(body.get("tools") or ()):
            _check_parameters(place, entry, deployment.model)


def _check_parameters(place: int, entry: Mapping[str, Any], model: str) -> None:
    nested = isinstance(entry.get("function"), dict)
    function = entry["function"] if nested else entry
    schema = function.get("parameters")
    if not isinstance(schema, dict):
        return
    reason = loose(schema) if function.get("strict") is True else ""
    if not nested and fnmatchcase(model, CLOSED_AT_THE_TOP) and (TOP & schema.keys() or schema.get("type") != "object"):
        reason = NOT_AT_THE_TOP
    if reason:
        param = f"tools[{place}].{'function.' if nested else ''}parameters"
        raise InferenceRefusal("no-such-function", param=param, function=function.get("name"), reason=reason)


def check_results(messages: Sequence[InferenceBody]) -> None:
    """Refuse results that nobody asked for, and calls that are left without one."""
    open_: set[str] = set()
    for number, message in enumerate(messages):
        if message["role"] == "tool":
            called = str(message.get("tool_call_id"))
            if called not in open_:
                raise InferenceRefusal("stray-result", param=f"messages.[{number}].role")
            open_.discard(called)
            continue
        if open_:
            break
        calls = message.get("tool_calls") if message["role"] == "assistant" else None
        open_ = {str(call.get("id")) for call in calls if isinstance(call, dict)} if isinstance(calls, list) else set()
    if open_:
        raise InferenceRefusal("missing-results", param="messages", ids=", ".join(sorted(open_)))


def _mentions(asked: str, name: str) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", asked) is not None


def _call(tool: Tool) -> ToolCall:
    """Arguments are the smallest that the function's schema allows; none at all where it allows nothing."""
    try:
        arguments = sample(tool.parameters) if tool.parameters else {}
    except Unsatisfiable:
        arguments = {}
    return ToolCall(f"call_{random_id()[:24]}", tool.name, json.dumps(arguments))
