"""Vectors of the real length, always the same for a text: an index that is built against the sandbox can be read."""

import base64
from array import array
from collections.abc import Callable
from math import isclose, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.sandbox.inference import vectors

Ask = Callable[..., Any]


@pytest.mark.parametrize(
    ("name", "length"), [("embed", 3072), ("embed-small", 1536), ("embed-ada", 1536), ("cohere", 1024)]
)
def test_a_vector_has_its_models_length(ask: Ask, name: str, length: int) -> None:
    body = ask("models", name, "embeddings").json()
    assert len(body["data"][0]["embedding"]) == length
    assert body["usage"] == {"prompt_tokens": 3, "total_tokens": 3}


@given(text=st.text(max_size=200), length=st.integers(1, 64))
def test_vectors_are_unit_vectors_and_shorter_ones_begin_alike(text: str, length: int) -> None:
    """Cosine similarity is what indexes compute; and a shorter vector must mean what the longer one means."""
    short, long = (vectors.vector("text-embedding-3-large", text, size) for size in (length, 2 * length))
    assert isclose(sqrt(sum(one * one for one in short)), 1.0, abs_tol=1e-9)
    norm = sqrt(sum(one * one for one in long[:length]))
    assert all(isclose(one, other / norm, abs_tol=1e-9) for one, other in zip(short, long, strict=False))


def test_texts_have_vectors_of_their_own(ask: Ask) -> None:
    first, second, again = (
        entry["embedding"] for entry in ask("openai", "embed", "embeddings", input=["a", "b", "a"]).json()["data"]
    )
    assert first == again != second


def test_dimensions_are_shortened_when_asked(ask: Ask) -> None:
    assert len(ask("openai-v1", "embed", "embeddings", dimensions=256).json()["data"][0]["embedding"]) == 256
    assert ask("openai-v1", "embed", "embeddings", dimensions=4000).status_code == 400
    assert ask("openai-v1", "embed-ada", "embeddings", dimensions=256).status_code == 400


def test_base64_holds_the_same_numbers(ask: Ask) -> None:
    """openai's client asks for base64 unless told otherwise, so this is the common case."""
    plain = ask("openai", "embed", "embeddings").json()["data"][0]["embedding"]
    packed = ask("openai", "embed", "embeddings", encoding_format="base64").json()["data"][0]["embedding"]
    numbers = array("f", base64.b64decode(packed))
    assert all(isclose(one, other, abs_tol=1e-7) for one, other in zip(numbers, plain, strict=True))


@pytest.mark.parametrize(
    ("encoding", "length", "least", "most"),
    [("int8", 1024, -128, 127), ("uint8", 1024, 0, 255), ("binary", 128, -128, 127), ("ubinary", 128, 0, 255)],
)
def test_whole_numbers_for_models_that_have_them(ask: Ask, encoding: str, length: int, least: int, most: int) -> None:
    """azure-ai-inference, EmbeddingEncodingFormat. Signs agree with the decimals', or an index would find nothing."""
    plain = ask("models", "cohere", "embeddings").json()["data"][0]["embedding"]
    packed = ask("models", "cohere", "embeddings", encoding_format=encoding).json()["data"][0]["embedding"]
    assert len(packed) == length
    assert all(isinstance(one, int) and least <= one <= most for one in packed)
    middle = {"int8": 0, "uint8": 128, "binary": -128, "ubinary": 0}[encoding]
    if length == len(plain):
        assert all((one >= middle) is (other > 0) or one == middle for one, other in zip(packed, plain, strict=True))
    else:
        bits = "".join(f"{one - middle:08b}" for one in packed)
        assert [bit == "1" for bit in bits] == [one > 0 for one in plain]


@pytest.mark.parametrize("encoding", ["int8", "nope", 7])
def test_encodings_that_are_none(ask: Ask, encoding: object) -> None:
    """Floats in silence would be read as whatever was asked for."""
    assert ask("openai", "embed", "embeddings", encoding_format=encoding).status_code == 400
    assert ask("models", "cohere", "embeddings", encoding_format=encoding).status_code == (
        200 if encoding == "int8" else 422
    )


@pytest.mark.parametrize(
    "found", [None, "", [], [""] * 2049, [1.5], [{"image": 1}]], ids=["none", "empty", "no", "many", "numbers", "image"]
)
@pytest.mark.parametrize(("name", "status"), [("embed", 400), ("cohere", 422)])
def test_inputs_that_are_none(ask: Ask, found: object, name: str, status: int) -> None:
    assert ask("openai-v1", name, "embeddings", input=found).status_code == status


@pytest.mark.parametrize("tokens", [[1, 2, 3], [[1, 2], [3]]])
def test_inputs_may_be_token_numbers(ask: Ask, tokens: list[Any]) -> None:
    """langchain's client sends them."""
    assert ask("openai", "embed", "embeddings", input=tokens).status_code == 200


def test_images_are_embedded_by_models_that_take_them(ask: Ask) -> None:
    images = [{"image": "data:image/png;base64,AAAA"}]
    assert len(ask("models", "cohere", "images/embeddings", input=images).json()["data"]) == 1
    assert ask("models", "embed", "images/embeddings", input=images).status_code == 400
