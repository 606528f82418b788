"""ARM's error envelope, there and back: what ARM said must reach the user whole, whatever shape the reply has."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.arm.errors import ArmError, parse

text = st.text(min_size=1, max_size=20)
detail = st.fixed_dictionaries({"code": text, "message": text})
info = st.fixed_dictionaries({"type": text, "info": st.dictionaries(text, text, max_size=3)})
errors = st.builds(
    ArmError,
    status=st.integers(400, 599),
    code=text,
    message=st.text(),
    target=st.none() | text,
    details=st.lists(detail, max_size=3).map(tuple),
    additional_info=st.lists(info, max_size=3).map(tuple),
)


@given(error=errors)
def test_an_error_survives_the_wire(error: ArmError) -> None:
    assert vars(parse(error.status, error.body())) == vars(error)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"error": {"code": "Conflict", "message": "busy"}}, "Conflict", "busy"),
        ({"code": "Conflict", "message": "busy"}, "Conflict", "busy"),
        ({"error": {"code": None, "message": None}}, "409", ""),
        ({"error": "busy", "error_description": "why"}, "409", "{'error': 'busy', 'error_description': 'why'}"),
        ("<html>Bad gateway</html>", "409", "<html>Bad gateway</html>"),
        ([], "409", "[]"),
        (None, "409", "None"),
    ],
    ids=["envelope", "bare", "empty", "text in the envelope", "no JSON", "list", "nothing"],
)
def test_a_reply_in_another_shape_keeps_its_text(body: Any, code: str, message: str) -> None:
    error = parse(409, body)
    assert (error.status, error.code, error.message) == (409, code, message)


def test_optional_members_are_there_only_when_they_say_something() -> None:
    assert ArmError(404, "NotFound", "gone").body() == {"error": {"code": "NotFound", "message": "gone"}}
    assert str(ArmError(404, "NotFound", "gone")) == "NotFound: gone"
