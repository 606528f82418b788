"""A secret that shows up in a log is no secret any more."""

import copy
import pickle

import pytest
from pydantic import TypeAdapter, ValidationError

from modelyard.config.scalar import Text
from modelyard.config.secret import Secret

VALUE = "hunter2-hunter2"


def test_no_representation_shows_the_value():
    secret = Secret(VALUE)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", "%s" % secret, repr({"a": [secret]})]  # noqa: UP031 - the old way must be safe too
    assert not any(VALUE in text for text in shown)


def test_a_refused_secret_stays_out_of_the_error():
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Text).validate_python(Secret(VALUE), strict=True)
    assert VALUE not in str(refused.value)


def test_a_secret_is_not_written_anywhere():
    with pytest.raises(TypeError):
        pickle.dumps(Secret(VALUE))
    with pytest.raises(TypeError):
        copy.copy(Secret(VALUE))


def test_reveal_is_the_one_way():
    assert Secret(VALUE).reveal() == VALUE
    assert not Secret().known
    with pytest.raises(ValueError, match="decrypted"):
        Secret().reveal()


def test_unknown_secrets_are_never_equal():
    """Two ciphertexts that nobody has decrypted may hold different values."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret() != Secret()
