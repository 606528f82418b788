"""The schema that editors use says what the models say; a stale one underlines what is right."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelyard.config import plain_sections, schema
from modelyard.config.options import options
from modelyard.config.stack import Draft, Stack, StackKeys

from .conftest import EXAMPLES

ROOT = Path(__file__).parents[2]
STACKS = ROOT / "stacks"


def test_the_committed_schema_is_the_models():
    """After changing a model: `MODELYARD_ACCEPT=1 pytest tests/config/test_schema.py`."""
    committed = STACKS / schema.FILE_NAME
    if os.environ.get("MODELYARD_ACCEPT"):
        committed.write_text(schema.text(), encoding="utf-8")
    assert committed.read_text(encoding="utf-8") == schema.text()


@pytest.mark.parametrize("file", [*STACKS.glob("*.yaml"), *STACKS.glob("layers/*.yaml")], ids=lambda file: file.name)
def test_stack_files_tell_editors_where_the_schema_is(file: Path):
    """The first line is the editor's; it survives what Pulumi writes into the file."""
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.rsplit("=", 1)[1]).resolve() == STACKS / schema.FILE_NAME


@pytest.mark.parametrize(
    "file",
    [
        *STACKS.glob("*.yaml"),
        *STACKS.glob("layers/*.yaml"),
        *(file for file in (EXAMPLES / "valid").rglob("*.yaml") if "null" not in file.read_text(encoding="utf-8")),
    ],
    ids=lambda file: file.name,
)
def test_what_is_valid_fits_the_schema(file: Path):
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    whole = schema.json_schema()
    assert list(misfits(content, whole, whole["$defs"], "")) == []


def test_what_is_wrong_does_not_fit():
    whole = schema.json_schema()
    wrong = {"config": {"modelyard:account": {"kind": "OpenAI", "nam": "x", "sku": 1}, "modelyard:nothing": 1}}
    assert sorted(misfits(wrong, whole, whole["$defs"], "")) == [
        "/config/modelyard:account/kind",
        "/config/modelyard:account/nam",
        "/config/modelyard:account/sku",
        "/config/modelyard:account/sku",
        "/config/modelyard:nothing",
    ]


TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


def misfits(value: Any, part: Mapping[str, Any], definitions: Mapping[str, Any], at: str) -> Iterator[str]:
    """Where a value doesn't fit: as much of JSON Schema as this schema uses, and a refusal of what it doesn't know."""
    known = {
        "$ref",
        "anyOf",
        "type",
        "enum",
        "const",
        "pattern",
        "minimum",
        "minLength",
        "maxLength",
        "propertyNames",
        "maxProperties",
        "minItems",
        "maxItems",
        "items",
        "properties",
    }
    silent = {"patternProperties", "additionalProperties", "required"}
    notes = {"$schema", "$defs", "title", "description", "default", "examples"}
    assert part.keys() <= known | silent | notes, part.keys()
    if "$ref" in part:
        yield from misfits(value, definitions[part["$ref"].rsplit("/", 1)[-1]], definitions, at)
    if "anyOf" in part and all(list(misfits(value, form, definitions, at)) for form in part["anyOf"]):
        yield at
    if "type" in part and not isinstance(value, TYPES[part["type"]]):
        yield at
    if value not in part.get("enum", [value]) or value != part.get("const", value):
        yield at
    if isinstance(value, str) and not re.search(part.get("pattern", ""), value):
        yield at
    if isinstance(value, str) and not part.get("minLength", 0) <= len(value) <= part.get("maxLength", len(value)):
        yield at
    if isinstance(value, int) and value < part.get("minimum", value):
        yield at
    if isinstance(value, list) and not part.get("minItems", 0) <= len(value) <= part.get("maxItems", len(value)):
        yield at
    if isinstance(value, list) and "items" in part:
        for index, item in enumerate(value):
            yield from misfits(item, part["items"], definitions, f"{at}/{index}")
    if isinstance(value, dict):
        yield from misfit_keys(value, part, definitions, at)


def misfit_keys(value: Any, part: Mapping[str, Any], definitions: Mapping[str, Any], at: str) -> Iterator[str]:
    yield from (f"{at}/{key}" for key in part.get("required", ()) if key not in value)
    for key, item in value.items():
        yield from misfits(key, part.get("propertyNames", {}), definitions, f"{at}/{key}")
        forms = [form for name, form in part.get("properties", {}).items() if name == key]
        forms += [form for name, form in part.get("patternProperties", {}).items() if re.search(name, key)]
        other = part.get("additionalProperties", True)
        if not forms and other is False:
            yield f"{at}/{key}"
        for form in forms or ([other] if isinstance(other, dict) else []):
            yield from misfits(item, form, definitions, f"{at}/{key}")


def test_the_schema_refuses_unknown_keys_everywhere():
    """That is what makes it useful while typing."""
    for name, definition in schema.json_schema()["$defs"].items():
        assert definition["additionalProperties"] is False, name


def test_every_property_is_described():
    for option in options():
        assert option.description, option


def test_options_are_the_keys_of_the_models():
    shown = {str(option): option for option in options()}
    assert shown["deployments.<name>.sku"].default == "required"
    assert shown["account.disableLocalAuth"].default == "true"
    assert shown["account.network.publicNetworkAccess"].allowed == "Enabled | Disabled"
    assert shown["account.network.networkAcls.ipRules[].value"].type == "text"
    assert shown["deployments.<name>.model"].type == "text or map"
    assert "2 to 64" in shown["account.name"].allowed
    known = {field.alias for field in StackKeys.model_fields.values()} | plain_sections.top_sections()
    assert {option.path[0] for option in options()} == known


def test_every_section_of_the_file_reaches_the_stack():
    """A section that were validated and then forgotten would be accepted and do nothing."""
    sections = StackKeys.model_fields.keys() - {"extends"}
    assert sections <= Draft.__dataclass_fields__.keys()
    assert sections <= Stack.__dataclass_fields__.keys()


def test_the_schema_is_json():
    assert json.loads(schema.text())["$schema"].startswith("https://json-schema.org/")
