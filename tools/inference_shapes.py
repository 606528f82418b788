"""Makes the shapes of inference bodies from openai's own types: `python -m tools.inference_shapes`.

openai's parameter types are TypedDicts, generated from the API's specification; pydantic turns them into JSON Schemas.
What Azure added to the API, and bounds that types can't say, stand here as tables, each with its source. The output is
`src/modelyard/sandbox/inference/shapes.json`; a test holds the two to each other.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from openai.types.embedding_create_params import EmbeddingCreateParams
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming
from pydantic import TypeAdapter

TARGET = Path(__file__).parents[1] / "src/modelyard/sandbox/inference/shapes.json"
TYPES: Mapping[str, Any] = {
    "chat": CompletionCreateParamsNonStreaming,
    "responses": ResponseCreateParamsNonStreaming,
    "embeddings": EmbeddingCreateParams,
}
STREAM = {"anyOf": [{"type": "boolean"}, {"type": "null"}]}
"""The types say that a call that streams is another type."""

ADDED: Mapping[str, Mapping[str, Any]] = {
    # Microsoft docs: REST reference (data_sources, user_security_context), quota (best_of); azure-ai-inference 1.0.0b9
    "chat": {
        "best_of": {"type": "integer"},
        "data_sources": {"type": "array"},
        "stream": STREAM,
        "user_security_context": {"type": "object"},
    },
    "responses": {"stream": STREAM},
    # Azure's refusal of an input is one of its own, so the handler looks at that
    "embeddings": {"input": {}, "input_type": {"type": "string"}},
}
REQUIRED = {"chat": ["messages"], "responses": ["input"], "embeddings": []}
"""`model` may stand in the path; a stored prompt instead of an input there isn't."""

NAMED = {"pattern": "^[a-zA-Z0-9_-]+$", "maxLength": 64}
"""Functions and schemas (openai 3.54, in the docstrings of their types)."""

BOUNDS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    # ranges: azure-ai-inference 1.0.0b9 and openai 3.54, in their docstrings; how many: Microsoft docs, quotas and
    # limits; 1024: captured on Azure in OpenHands/OpenHands#4838; 16: captured in dotnet/extensions#6945
    "chat": {
        "max_tokens": {"minimum": 1},
        "max_completion_tokens": {"minimum": 1},
        "n": {"minimum": 1, "maximum": 128},
        "seed": {"minimum": -(2**63)},
        "top_logprobs": {"minimum": 0, "maximum": 20},
        "temperature": {"minimum": 0, "maximum": 2},
        "top_p": {"minimum": 0, "maximum": 1},
        "presence_penalty": {"minimum": -2, "maximum": 2},
        "frequency_penalty": {"minimum": -2, "maximum": 2},
        "messages": {"minItems": 1, "maxItems": 2048},
        "tools": {"maxItems": 128},
        "functions": {"maxItems": 128},
        "stop": {"maxItems": 4},
        "tools.function.name": NAMED,
        "tools.function.description": {"maxLength": 1024},
        "response_format.json_schema.name": NAMED,
    },
    "responses": {
        "max_output_tokens": {"minimum": 16},
        "temperature": {"minimum": 0, "maximum": 2},
        "top_logprobs": {"minimum": 0, "maximum": 20},
        "top_p": {"minimum": 0, "maximum": 1},
        "tools": {"maxItems": 128},
        "tools.name": NAMED,
        "text.format.name": NAMED,
    },
    "embeddings": {},
}
WORDS = frozenset({"title", "description", "default"})


def shapes() -> str:
    """The whole file: for each kind of work a schema, a definition a line."""
    written = {work: _shape(work) for work in TYPES}
    return "{\n" + ",\n".join(f'"{work}": {_lines(schema)}' for work, schema in written.items()) + "\n}\n"


def _lines(schema: dict[str, Any]) -> str:
    definitions = schema.pop("$defs", {})
    inner = ",\n".join(f'"{name}": {json.dumps(one)}' for name, one in sorted(definitions.items()))
    return f'{{"$defs": {{\n{inner}\n}},\n"shape": {json.dumps(schema)}}}'


def _shape(work: str) -> dict[str, Any]:
    schema = _bare(TypeAdapter(TYPES[work]).json_schema())
    schema["properties"].update(ADDED[work])
    schema["required"] = REQUIRED[work]
    for path, bounds in BOUNDS[work].items():
        _bind(schema, schema, path.split("."), bounds)
    return schema  # type: ignore[no-any-return]


def _bare(found: Any, *, names: bool = False) -> Any:
    """The schema without words for people; `names`: the keys are names of members, not the schema's own."""
    if isinstance(found, list):
        return [_bare(one) for one in found]
    if not isinstance(found, dict):
        return found
    kept = found.items() if names else ((key, one) for key, one in found.items() if key not in WORDS)
    bare = {key: _bare(one, names=not names and key in ("properties", "$defs")) for key, one in kept}
    if not names and "required" in bare:  # what may be null may be left out: a null stands for nothing
        nullable = {key for key, one in bare["properties"].items() if {"type": "null"} in one.get("anyOf", ())}
        bare["required"] = [one for one in bare["required"] if one not in nullable]
    if not names and {"type": "string"} in bare.get("anyOf", ()):  # words that are only suggested
        bare["anyOf"] = [one for one in bare["anyOf"] if "enum" not in one]
    return bare


def _bind(root: Any, schema: Any, path: list[str], bounds: Mapping[str, Any]) -> None:
    """Write the bounds into every alternative at the path that has a kind to which they apply."""
    if "$ref" in schema:
        _bind(root, root["$defs"][schema["$ref"].rpartition("/")[2]], path, bounds)
    for one in schema.get("anyOf", ()):
        _bind(root, one, path, bounds)
    if schema.get("type") == "array" and path:
        _bind(root, schema["items"], path, bounds)
    elif path and path[0] in schema.get("properties", {}):
        _bind(root, schema["properties"][path[0]], path[1:], bounds)
    elif not path:
        schema.update({name: value for name, value in bounds.items() if schema.get("type") in APPLIES[name]})


APPLIES = {
    **dict.fromkeys(("minimum", "maximum"), ("integer", "number")),
    **dict.fromkeys(("minItems", "maxItems"), ("array",)),
    **dict.fromkeys(("maxLength", "pattern"), ("string",)),
}


def main() -> None:
    TARGET.write_text(shapes(), encoding="utf-8")


if __name__ == "__main__":
    main()
