"""A reply is only as good as its evidence, so each carries it, and nobody is held to words that nobody has seen."""

import pytest

from modelyard.arm import resource_types
from modelyard.sandbox.answers import Grade, UnconfirmedText
from modelyard.sandbox.arm.answers import ANSWERS, refuse
from modelyard.sandbox.arm.kinds import kinds
from modelyard.sandbox.arm.routing import routes


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=lambda answer: answer.name)
def test_every_answer_says_where_it_is_from(answer):
    assert answer.source
    assert answer.code
    assert 400 <= answer.status < 600


@pytest.mark.parametrize("route", list(routes()), ids=lambda route: f"{route.verb} {route.path}")
def test_every_route_says_where_it_is_from(route):
    assert isinstance(route.grade, Grade)
    assert route.source
    assert route.anonymous == (route.path == "/metadata/endpoints"), "everything else asks for a token"


def test_words_of_weak_evidence_cannot_be_quoted():
    weak = ANSWERS["nothing-to-restore"]
    assert weak.grade is Grade.R
    with pytest.raises(UnconfirmedText):
        weak.quote()
    assert ANSWERS["keys-off"].quote() == "Failed to list key. disableLocalAuth is set to be true"


def test_a_refusal_carries_its_row_and_the_error_envelope():
    error = refuse("keys-off", target="ai", advice="turn keys on")
    assert error.body() == {
        "error": {
            "code": "BadRequest",
            "message": "Failed to list key. disableLocalAuth is set to be true",
            "target": "ai",
        }
    }
    assert error.advice == "turn keys on"


def test_every_row_of_the_table_has_its_kind_here():
    """A type that Pulumi declares and the sandbox doesn't serve would stop `up` half way."""
    assert set(resource_types.by_type()) <= set(kinds())
