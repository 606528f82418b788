"""docs/inference.md says what the sandbox's models answer. Its tables are made from the code, and this tells when they
drift; what it says in prose of figures and words is held to them too.

`MODELYARD_ACCEPT=1 pytest tests/docs` writes the tables anew.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modelyard.sandbox import request_body
from modelyard.sandbox.answers import KnownReply
from modelyard.sandbox.inference import call, call_context, conversation, limits, pipeline, refusal
from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.inference.chat_stream import BLOCK
from modelyard.sandbox.inference.model_output import QUOTED
from modelyard.sandbox.inference.parameters import HEADER
from modelyard.sandbox.inference.rai_policies import SEVERITIES, words
from modelyard.sandbox.inference.routes import ROUTES

PAGE = Path(__file__).parents[2] / "docs" / "inference.md"


def routes() -> Iterator[str]:
    yield "| Call | Data action for a model of OpenAI's | for another's | Evidence |"
    yield "| --- | --- | --- | --- |"
    for route in ROUTES:
        ours, others = (route.action(model).removeprefix("Microsoft.CognitiveServices/accounts/") for model in FORMATS)
        yield f"| `{route.operation}` | `{ours}` | {'the same' if others == ours else f'`{others}`'} | {route.grade} |"


FORMATS = ("OpenAI", "Mistral AI")


def words_table() -> Iterator[str]:
    yield "| Filter | Severity | Word |"
    yield "| --- | --- | --- |"
    for category, found in words().items():
        for word, severity in found.items():
            yield f"| {category} | {SEVERITIES[severity] if severity else 'found or not'} | `{word}` |"


def refusals() -> Iterator[str]:
    yield "| Status | Code | Message | Evidence |"
    yield "| --- | --- | --- | --- |"
    for answer in sorted(ANSWERS.values(), key=lambda answer: (answer.status, answer.name)):
        yield f"| {answer.status} | {f'`{answer.code}`' if answer.code else ''} | {_cell(answer)} | {answer.grade} |"


def _cell(answer: KnownReply) -> str:
    return re.sub(r"{(\w+)}", r"*\1*", answer.message).replace("|", "\\|").replace("`*", "*").replace("*`", "*")


TABLES: dict[str, Callable[[], Iterator[str]]] = {"routes": routes, "words": words_table, "refusals": refusals}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_what_the_code_says(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {name} -->\n)(.*?)(\n<!-- end of {name} -->)", re.DOTALL)
    made = "\n".join(["", *TABLES[name](), ""])
    if os.environ.get("MODELYARD_ACCEPT"):
        text = place.sub(lambda found: found[1] + made + found[3], text)
        PAGE.write_text(text, encoding="utf-8")
    found = place.search(text)
    assert found is not None
    assert found[2] == made, "renew it: MODELYARD_ACCEPT=1 pytest tests/docs"


@pytest.mark.parametrize(
    "said",
    [
        f"one for every {conversation.CHARACTERS} characters",
        f"the first {QUOTED} characters",
        f"blocks of {BLOCK} characters",
        f"the last {call_context.MOST_KEPT} replies",
        f"`{refusal.FILTER_HEADER.decode()}`",
        f"{request_body.MOST_BYTES // 2**20} MiB",
        f"{call.MOST_CUSTOM} custom headers",
        f"{request_body.DEEPEST} levels",
        f"`{HEADER.decode()}`",
        f"`{pipeline.SPILLOVER_HEADER.decode()}`",
        f"{limits.MINUTE // 1000} seconds",
    ],
)
def test_the_figures_and_names_in_prose_are_the_codes(said: str) -> None:
    assert said in re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))
