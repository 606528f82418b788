"""Every answer carries its evidence, and nobody can hold the sandbox to words that Azure never said."""

import re

import pytest

from modelyard.sandbox.answers import Grade, KnownReply, UnconfirmedText
from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.inference.routes import ROUTES, InferenceRoute

ROWS = pytest.mark.parametrize("answer", ANSWERS.values(), ids=lambda answer: answer.name)


@ROWS
def test_an_answer_is_an_error_and_names_its_source(answer: KnownReply) -> None:
    assert 400 <= answer.status < 600
    assert answer.source, "a claim about Azure without a source is nobody's"


@ROWS
def test_words_that_nobody_has_seen_cannot_be_compared(answer: KnownReply) -> None:
    facts = dict.fromkeys(re.findall(r"{(\w+)}", answer.message), "x")
    if answer.grade in (Grade.A, Grade.B):
        assert answer.quote(**facts)
    else:
        with pytest.raises(UnconfirmedText):
            answer.quote(**facts)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_names_its_source_and_what_it_takes(route: InferenceRoute) -> None:
    assert route.source
    for model_format in ("OpenAI", "Mistral AI", None):
        assert route.action(model_format).startswith("Microsoft.CognitiveServices/accounts/")
