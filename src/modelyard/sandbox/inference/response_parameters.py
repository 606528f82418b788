"""What the parameters and items of the Responses API may be; the words are those of OpenAI's other refusals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from modelyard.sandbox.inference import tools
from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.chat import check_schema
from modelyard.sandbox.inference.chat_parameters import (
    FORMATS,
    ROLES,
    ParameterMistake,
    fixed_temperature,
    kind,
    number,
    refused,
    shape,
)
from modelyard.sandbox.inference.refusal import InferenceRefusal

LEAST_OUTPUT = 16  # captured in dotnet/extensions#6945
NUMBERS = {
    "max_output_tokens": (LEAST_OUTPUT, None, True),
    "temperature": (0, 2, False),
    "top_logprobs": (0, 20, True),
    "top_p": (0, 1, False),
}
AS_IN_A_CHAT = ("metadata", "parallel_tool_calls", "store", "stream", "stream_options", "user")
KINDS: Mapping[str, type] = {
    "background": bool,
    "include": list,
    "instructions": str,
    "previous_response_id": str,
    "reasoning": dict,
    "text": dict,
    "truncation": str,
}
EXPECTED = {bool: "a boolean", dict: "an object", list: "an array", str: "a string"}


def check(body: Mapping[str, Any], deployment: InferenceDeployment) -> None:
    """Refuse what the backend of the model would refuse."""
    for mistake in _mistakes(body):
        raise mistake.refusal()
    for name in sorted(refused(deployment.model) - {"max_tokens"}):
        if body.get(name) is not None:
            raise InferenceRefusal("parameter-not-supported", param=name)
    if body.get("temperature") not in (None, 1) and fixed_temperature(deployment.model):
        raise InferenceRefusal("parameter-not-supported", param="temperature")
    tools.check(body)
    wanted = format_of(body)
    if wanted.get("type") == "json_schema":
        check_schema(wanted.get("schema"), str(wanted.get("name") or ""))


def format_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What form the text is to have; an empty one where nothing is said of it."""
    return (body.get("text") or {}).get("format") or {}


def check_results(items: Sequence[Mapping[str, Any]]) -> None:
    """Refuse results that nobody asked for, and calls that are left without one."""
    called: dict[str, bool] = {}
    for item in items:
        call = str(item.get("call_id"))
        if item.get("type") == "function_call":
            called[call] = False
        elif item.get("type") == "function_call_output":
            if call not in called:
                raise InferenceRefusal("no-call-for-result", param="input", id=call)
            called[call] = True
    for call, answered in called.items():
        if not answered:
            raise InferenceRefusal("no-result-for-call", param="input", id=call)


def _mistakes(body: Mapping[str, Any]) -> Iterator[ParameterMistake]:
    yield from _input(body.get("input"))
    for name, found in body.items():
        if found is None:
            continue
        if name in NUMBERS:
            yield from number(name, found, *NUMBERS[name])
        elif name in AS_IN_A_CHAT:
            yield from shape(name, found)
        elif name in KINDS and not isinstance(found, KINDS[name]):
            yield _wrong((name,), EXPECTED[KINDS[name]], found)
        if name in PARTS and isinstance(found, KINDS.get(name, object)):
            yield from PARTS[name](found)


def _input(found: object) -> Iterator[ParameterMistake]:
    if found is None:
        yield ParameterMistake(("input",), "missing-parameter", "")
    elif isinstance(found, list) and all(isinstance(item, dict) for item in found):
        for place, item in enumerate(found):
            role = item.get("role")
            if role is not None and role not in ROLES:
                expected = ", ".join(f"'{one}'" for one in ROLES)
                facts = {"found": role, "expected": expected}
                yield ParameterMistake(("input", place, "role"), "invalid-value", "", facts)
            if role is not None and item.get("content") is None:
                yield ParameterMistake(("input", place, "content"), "missing-parameter", "")
    elif not isinstance(found, str):
        yield _wrong(("input",), "a string or an array of objects", found)


def _text(found: Mapping[str, Any]) -> Iterator[ParameterMistake]:
    wanted = found.get("format")
    if wanted is not None and not isinstance(wanted, dict):
        yield _wrong(("text", "format"), "an object", wanted)
    elif wanted is not None and wanted.get("type") not in FORMATS:
        expected = ", ".join(f"'{one}'" for one in FORMATS)
        facts = {"found": wanted.get("type"), "expected": expected}
        yield ParameterMistake(("text", "format", "type"), "invalid-value", "", facts)


def _tools(found: object) -> Iterator[ParameterMistake]:
    if not isinstance(found, list) or not all(isinstance(tool, dict) for tool in found):
        yield _wrong(("tools",), "an array of objects", found)
        return
    for place, tool in enumerate(found):
        if not isinstance(tool.get("type"), str):
            yield ParameterMistake(("tools", place, "type"), "missing-parameter", "")
        elif tool["type"] == "function" and not isinstance(tool.get("name"), str):
            yield ParameterMistake(("tools", place, "name"), "missing-parameter", "")


PARTS: Mapping[str, Callable[[Any], Iterator[ParameterMistake]]] = {"text": _text, "tools": _tools}


def _wrong(path: tuple[str | int, ...], expected: str, found: object) -> ParameterMistake:
    return ParameterMistake(path, "invalid-type", "", {"expected": expected, "found": kind(found)})
