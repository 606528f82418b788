"""Embeddings without a model: vectors of the real length, always the same for the same text. The sandbox's own.

They say nothing about meaning. Each is a unit vector drawn from a hash of model and text; a shorter one is the
beginning of the longer one, made a unit vector again, which is how the text-embedding-3 models shorten theirs.
"""

import base64
import hashlib
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import sqrt
from typing import Any

DIMENSIONS = {
    # Microsoft docs, models (A) for OpenAI's; the publisher's model cards (C) for Cohere's.
    "text-embedding-3-large": 3072,
    "text-embedding-3-small": 1536,
    "text-embedding-ada-002": 1536,
    "Cohere-embed-v3-english": 1024,
    "Cohere-embed-v3-multilingual": 1024,
    "embed-v-4-0": 1536,
}
OTHERWISE = 1024
SHORTENED = frozenset({"text-embedding-3-large", "text-embedding-3-small", "embed-v-4-0"})
"""Models that take `dimensions`."""


def dimensions(model: str) -> int:
    """The length of the model's vectors; a model that isn't listed gets one of the sandbox's own choice."""
    return DIMENSIONS.get(model, OTHERWISE)


def vector(model: str, text: str, length: int) -> list[float]:
    """The unit vector of a text."""
    drawn = array("h", hashlib.shake_128(f"{model}\0{text}".encode(errors="replace")).digest(2 * length))
    if sys.byteorder == "big":
        drawn.byteswap()
    norm = sqrt(sum(component * component for component in drawn)) or 1.0
    return [component / norm for component in drawn]


def whole(vector: Sequence[float], *, signed: bool) -> list[int]:
    """Every component as a byte, the greatest as far from the middle as a byte goes."""
    most = max(abs(component) for component in vector) or 1.0
    return [round(component / most * 127) + (0 if signed else 128) for component in vector]


def bits(vector: Sequence[float], *, signed: bool) -> list[int]:
    """One bit for every component, set where it is above zero, eight to a byte; the last byte is filled up."""
    found = []
    for start in range(0, len(vector), 8):
        byte = 0
        for place, component in enumerate(vector[start : start + 8]):
            byte |= (component > 0) << (7 - place)
        found.append(byte - 128 if signed else byte)
    return found


def encoded(vector: Sequence[float]) -> str:
    """The vector as base64 of little-endian 32-bit floats, which is what openai 3.54 asks for when left alone."""
    packed = array("f", vector)
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode()


ENCODINGS: Mapping[str, Callable[[Sequence[float]], Any]] = {
    # Names: azure-ai-inference 1.0.0b9, EmbeddingEncodingFormat (A). How models pack them is their publishers' (C).
    "float": list,
    "base64": encoded,
    "int8": partial(whole, signed=True),
    "uint8": partial(whole, signed=False),
    "binary": partial(bits, signed=True),
    "ubinary": partial(bits, signed=False),
}
