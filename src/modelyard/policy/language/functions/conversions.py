"""Functions from one type to another: string, int, float, bool, json, base64, data URIs and URI escapes."""

import base64
import binascii
import json
import math
import re
from typing import Any
from urllib.parse import quote, unquote, urljoin

from modelyard.files import loads
from modelyard.policy.language.functions.table import LONGEST, Function, brief, integer, of_64_bits, text
from modelyard.policy.language.unknown import EvaluationFailed
from modelyard.policy.language.value_order import describe, number


def to_text(value: Any) -> str:
    """A value as ARM's string() writes it: `True` for a boolean, compact JSON for arrays and objects."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, list | dict):
        if weight(value) > LONGEST:
            raise EvaluationFailed(f"an array or an object of more than {LONGEST} characters can't be made a text")
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def weight(value: Any) -> int:
    """How many characters the JSON of a value has at the least; counted no further than it may be long."""
    found, open_ = 0, [value]
    while open_ and found <= LONGEST:
        each = open_.pop()
        found += 1 + (len(each) if isinstance(each, str | list | dict) else 0)
        if isinstance(each, dict):
            open_.extend(each)
            open_.extend(each.values())
        elif isinstance(each, list):
            open_.extend(each)
    return found


def to_int(value: Any) -> int:
    """An integer; decimals are cut off, in a string as well."""
    found = number(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise EvaluationFailed(f"int() can't read a number in {brief(value)}")
    return of_64_bits("int", int(found)) if math.isfinite(found) else integer("int", found)


def to_float(value: Any) -> float:
    found = number(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise EvaluationFailed(f"float() can't read a number in {brief(value)}")
    try:
        return float(found)
    except OverflowError:
        raise EvaluationFailed("float() takes no number beyond a double") from None


def to_bool(value: Any) -> bool:
    """A boolean from itself, from 0 or another number, or from the words true, false, 1 and 0."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    words = {"true": True, "1": True, "false": False, "0": False}
    found = words.get(value.casefold()) if isinstance(value, str) else None
    if found is None:
        raise EvaluationFailed(f"bool() can't take {brief(value)} of type {describe(value)}")
    return found


def from_json(value: Any) -> Any:
    try:
        return loads(text("json", value))
    except ValueError as wrong:
        raise EvaluationFailed("json() can't read its argument as JSON") from wrong


def from_base64(value: Any) -> str:
    try:
        return base64.b64decode(text("base64ToString", value), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as wrong:
        raise EvaluationFailed("base64ToString() can't read its argument as a text in base64") from wrong


DATA_URI = re.compile(r"data:[^,]*?(?P<base64>;base64)?,(?P<data>.*)", re.DOTALL | re.IGNORECASE)


def to_data_uri(value: Any) -> str:
    return "data:text/plain;charset=utf8;base64," + base64.b64encode(to_text(value).encode()).decode()


def from_data_uri(value: Any) -> str:
    found = DATA_URI.fullmatch(text("dataUriToString", value))
    if found is None:
        raise EvaluationFailed(f"dataUriToString() can't read {brief(value)} as a data URI")
    return from_base64(found["data"]) if found["base64"] else unquote(found["data"])


FUNCTIONS = (
    Function("string", 1, 1, to_text, total=True),
    Function("int", 1, 1, to_int),
    Function("float", 1, 1, to_float),
    Function("bool", 1, 1, to_bool),
    Function("json", 1, 1, from_json),
    Function("base64", 1, 1, lambda value: base64.b64encode(text("base64", value).encode()).decode()),
    Function("base64ToString", 1, 1, from_base64),
    Function("base64ToJson", 1, 1, lambda value: from_json(from_base64(value))),
    Function("dataUri", 1, 1, to_data_uri),
    Function("dataUriToString", 1, 1, from_data_uri),
    Function("uriComponent", 1, 1, lambda value: quote(text("uriComponent", value), safe="-_.~")),
    Function("uriComponentToString", 1, 1, lambda value: unquote(text("uriComponentToString", value))),
    Function("uri", 2, 2, lambda base, rest: urljoin(text("uri", base), text("uri", rest))),
)
