"""What azure-native's Python classes say of a type, as JSON Schema in ARM's names."""

import collections.abc
import enum
import importlib
import inspect
import re
import sys
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pulumi
from pulumi import _types as pulumi_types

Schema = dict[str, Any]
SCALARS: Mapping[Any, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
NO_MEMBERS = frozenset({"azureApiVersion", "id", "name", "type"})
"""Outputs that every resource has; none is a member of a body."""


@dataclass(frozen=True)
class Native:
    """One resource class of azure-native, by its token."""

    token: str

    @cached_property
    def resource(self) -> Any:
        _, module, name = self.token.split(":")
        return getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name)

    @cached_property
    def arguments(self) -> Any:
        """The class of its inputs, in the resource's own module: `InitArgs` where a member's class has the other
        name.
        """
        module, name = sys.modules[self.resource.__module__], self.resource.__name__
        return getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")

    @cached_property
    def required(self) -> frozenset[str]:
        """Inputs without which the class can't be made."""
        return frozenset(_required(self.arguments))

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """The type of each input."""
        return dict(pulumi_types.input_type_types(self.arguments))

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The type of each output that is a member of ARM's reply."""
        found = pulumi_types.resource_types(self.resource)
        return {name: kind for name, kind in found.items() if name not in NO_MEMBERS}

    @property
    def nested(self) -> bool:
        """Whether `properties` is an object in Pulumi too."""
        return "properties" in self.inputs or "properties" in self.outputs

    @cached_property
    def api_version(self) -> str:
        """The version that azure-native sends."""
        found = re.search(r"Uses Azure REST API version (\S+?)\.\s", self._text)
        if found is None:
            raise LookupError(f"{self.token}: its docstring names no API version")
        return found[1]

    @cached_property
    def api_versions(self) -> list[str]:
        """Every version that azure-native knows, newest first."""
        others = re.search(r"Other available API versions: ([^.]*)\.", self._text)
        return sorted({self.api_version, *(others[1].split(", ") if others else ())}, reverse=True)

    @cached_property
    def _text(self) -> str:
        return inspect.getsource(self.resource)

    def members(self, parameters: tuple[str, ...]) -> Schema:
        """Inputs that are no URL parameter, and outputs, as members of an object."""
        outputs = {name: kind for name, kind in self.outputs.items() if name not in parameters}
        found = _object(self.arguments, self.inputs, self.resource, outputs)
        for name in parameters:
            found["properties"].pop(name, None)
            found["required"] = [each for each in found.get("required", ()) if each != name]
        # A URL parameter that comes back is no input there: only the server writes it into the reply.
        for name in set(parameters) & set(self.outputs):
            found["properties"][name] = _read_only(self.outputs[name], _descriptions(self.resource).get(name))
        return found


def _object(arguments: Any, inputs: Mapping[str, Any], result: Any, outputs: Mapping[str, Any] | None) -> Schema:
    """An object of these inputs; `outputs` are None where nothing is known of them."""
    said = _descriptions(arguments)
    members: dict[str, Schema] = {}
    for name, hint in inputs.items():
        known = outputs is not None and name in outputs
        members[name] = _member(hint, outputs[name] if outputs is not None and known else None)
        if name in said:
            members[name]["description"] = said[name]
        if outputs is not None and not known:
            members[name]["writeOnly"] = True
    about = _descriptions(result) if result is not None else {}
    for name, hint in (outputs or {}).items():
        if name not in inputs:
            members[name] = _results(hint) if name == "properties" else _read_only(hint, about.get(name))
    found: Schema = {"type": "object", "properties": members}
    if required := sorted(set(_required(arguments))):
        found["required"] = required
    return found


def _results(cls: Any) -> Schema:
    """`properties` of which all members come out only."""
    about, members = _descriptions(cls), pulumi_types.output_type_types(cls)
    found = {name: _read_only(hint, about.get(name)) for name, hint in members.items()}
    return {"type": "object", "properties": found}


def _read_only(hint: Any, description: str | None) -> Schema:
    """What comes out only: its form inside is nobody's input."""
    found = {key: value for key, value in _member(hint, None).items() if key == "type"}
    return {**found, "readOnly": True, **({"description": description} if description else {})}


def _member(hint: Any, output: Any) -> Schema:
    choices = _choices(hint)
    enums = [each for each in choices if inspect.isclass(each) and issubclass(each, enum.Enum)]
    if enums:
        return _enumeration(enums[0], closed=str not in choices)
    objects = [each for each in choices if pulumi_types.is_input_type(each) or pulumi_types.is_output_type(each)]
    if len(objects) > 1:
        each_form = [{"title": _title(one), **_whole(one, None)} for one in objects]
        return {"type": "object", "oneOf": each_form}
    if objects:
        return _whole(objects[0], output)
    if len(choices) != 1:
        return {}
    return _plain(choices[0], output)


def _plain(hint: Any, output: Any) -> Schema:
    if hint in SCALARS:
        return {"type": SCALARS[hint]}
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is collections.abc.Sequence:
        if typing.get_origin(output) is collections.abc.Mapping:  # a list of ids, which ARM keeps as a map
            return {"type": "object", "additionalProperties": {"type": "object"}, "x-string-set": True}
        return {"type": "array", "items": _member(inside[0], _inside(output, collections.abc.Sequence, 0))}
    if origin is collections.abc.Mapping:
        each = _member(inside[1], _inside(output, collections.abc.Mapping, 1))
        return {"type": "object", "additionalProperties": each}
    return {}


def _inside(output: Any, origin: Any, at: int) -> Any:
    return typing.get_args(output)[at] if typing.get_origin(output) is origin else None


def _whole(cls: Any, output: Any) -> Schema:
    if not pulumi_types.is_input_type(cls):
        return {"type": "object"}
    known = inspect.isclass(output) and pulumi_types.is_output_type(output)
    outputs = pulumi_types.output_type_types(output) if known else None
    return _object(cls, pulumi_types.input_type_types(cls), output if known else None, outputs)


def _choices(hint: Any) -> list[Any]:
    """The types of a union, without what Pulumi adds to every input."""
    if typing.get_origin(hint) is not typing.Union:
        return [hint]
    found = []
    for each in typing.get_args(hint):
        origin = typing.get_origin(each) or each
        if each is type(None) or origin in (collections.abc.Awaitable, pulumi.Output):
            continue
        found += _choices(each)
    return found


def _enumeration(cls: type[enum.Enum], *, closed: bool) -> Schema:
    values = {"enum": [each.value for each in cls]}
    return {"type": "string", **values} if closed else {"anyOf": [values, {"type": "string"}]}


def _title(cls: Any) -> str:
    return str(cls.__name__.removesuffix("Args"))


def _required(cls: Any) -> typing.Iterator[str]:
    """Pulumi's names of the arguments that have no default."""
    names = pulumi_types.input_type_py_to_pulumi_names(cls)
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        if name in names and parameter.default is inspect.Parameter.empty:
            yield names[name]


def _descriptions(cls: Any) -> dict[str, str]:
    """What the getters of a class say, by Pulumi's names."""
    if pulumi_types.is_input_type(cls):
        names = pulumi_types.input_type_py_to_pulumi_names(cls)
    elif pulumi_types.is_output_type(cls):
        names = pulumi_types._py_to_pulumi_names_from_py_properties(cls)  # noqa: SLF001 - Pulumi's own reading of them
    else:
        names = pulumi_types.resource_py_to_pulumi_names(cls)
    found = {}
    for name, pulumis in names.items():
        text = getattr(inspect.getattr_static(cls, name, None), "__doc__", None)
        if text and text.strip():
            found[pulumis] = " ".join(text.split())
    return found
