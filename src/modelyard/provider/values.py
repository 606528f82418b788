"""Property values as Pulumi puts them on the wire, and as the rest of the provider reads them.

On the wire everything is a protobuf Struct. Here a value is plain Python (dict, list, str, bool, int, float), with two
additions: `UNKNOWN` for what only a later step will tell, and `Secret` around what must stay secret.

Signatures and unknowns: pulumi/sdk 3.250, resource/sig/sig.go and resource/plugin/rpc.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from google.protobuf.struct_pb2 import NULL_VALUE, Struct
from google.protobuf.struct_pb2 import Value as WireValue

from modelyard.arm import pulumi_sentinels
from modelyard.arm.translation import PropertyMap, PulumiInputs
from modelyard.provider.failures import RequestInvalid

SIGNATURE = pulumi_sentinels.SIGNATURE
SECRET = pulumi_sentinels.SECRET
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"

UNKNOWN_STRING = pulumi_sentinels.UNKNOWN
UNKNOWNS = pulumi_sentinels.UNKNOWNS

EXACT = 2**53  # whole numbers beyond this are not exact in the wire's doubles


class UnknownValue(Enum):
    """The one value that is not known yet."""

    UNKNOWN = "unknown"


UNKNOWN = UnknownValue.UNKNOWN


@dataclass(frozen=True, slots=True)
class SecretValue:
    """A value that must be encrypted in the state and never shown."""

    value: Any = field(repr=False)


def decode(struct: Struct) -> PulumiInputs:
    """The properties in a Struct. Members that are null are left out, as azure-native does."""
    return {key: _decode(value) for key, value in struct.fields.items() if value.WhichOneof("kind") != "null_value"}


def _decode(wire: WireValue) -> Any:
    kind = wire.WhichOneof("kind")
    match kind:
        case "string_value":
            return UNKNOWN if wire.string_value in UNKNOWNS else wire.string_value
        case "number_value":
            number = wire.number_value
            return int(number) if number.is_integer() and abs(number) < EXACT else number
        case "bool_value":
            return wire.bool_value
        case "list_value":
            return [_decode(item) for item in wire.list_value.values]
        case "struct_value":
            return _decode_object(wire.struct_value)
        case _:
            return None


def _decode_object(struct: Struct) -> Any:
    fields = struct.fields
    if SIGNATURE not in fields:
        return decode(struct)
    match fields[SIGNATURE].string_value:
        case signature if signature == SECRET:
            return SecretValue(_decode(fields["value"]))
        case signature if signature == OUTPUT:
            value = _decode(fields["value"]) if "value" in fields else UNKNOWN
            return SecretValue(value) if "secret" in fields and fields["secret"].bool_value else value
        case signature if signature == RESOURCE:
            return _decode(fields["id"]) if "id" in fields else fields["urn"].string_value
        case _:
            raise RequestInvalid.of(
                "provider.value-unsupported", problem="an ARM resource takes no asset and no archive"
            )


def encode(properties: PropertyMap, *, secrets: bool = True) -> Struct:
    """A Struct of the properties; with `secrets` off, for a caller that takes none, secrets go out as plain values."""
    struct = Struct()
    for key, value in properties.items():
        _encode(struct.fields[key], value, secrets)
    return struct


def _encode(wire: WireValue, value: Any, secrets: bool) -> None:
    match value:
        case UnknownValue():
            wire.string_value = UNKNOWN_STRING
        case SecretValue():
            if not secrets:
                _encode(wire, value.value, secrets)
                return
            fields = wire.struct_value.fields
            fields[SIGNATURE].string_value = SECRET
            _encode(fields["value"], value.value, secrets)
        case bool():
            wire.bool_value = value
        case str():
            wire.string_value = value
        case int() | float():
            wire.number_value = value
        case Mapping():
            wire.struct_value.SetInParent()
            for key, member in value.items():
                _encode(wire.struct_value.fields[key], member, secrets)
        case list() | tuple():
            wire.list_value.SetInParent()
            for item in value:
                _encode(wire.list_value.values.add(), item, secrets)
        case None:
            wire.null_value = NULL_VALUE
        case _:
            raise RequestInvalid.of(
                "provider.value-unsupported", problem=f"no property value can be a {type(value).__name__}"
            )


def reveal(value: Any) -> Any:
    """The value without the wrappers of its secrets, as ARM takes it."""
    match value:
        case SecretValue():
            return reveal(value.value)
        case dict():
            return {key: reveal(member) for key, member in value.items()}
        case list():
            return [reveal(item) for item in value]
        case _:
            return value


def has_secret(value: Any) -> bool:
    """Whether there is a secret anywhere in it."""
    match value:
        case SecretValue():
            return True
        case dict():
            return any(has_secret(member) for member in value.values())
        case list():
            return any(has_secret(item) for item in value)
        case _:
            return False


def mark(outputs: Any, inputs: Any) -> Any:
    """The outputs with a secret wherever the inputs had one; where the shapes differ, around the smallest whole."""
    match outputs, inputs:
        case SecretValue(), _:
            return outputs
        case _, SecretValue():
            return SecretValue(outputs)
        case dict(), dict():
            return {key: mark(value, inputs[key]) if key in inputs else value for key, value in outputs.items()}
        case list(), list() if len(outputs) == len(inputs):
            return [mark(value, given) for value, given in zip(outputs, inputs, strict=True)]
        case _:
            return SecretValue(outputs) if has_secret(inputs) else outputs
