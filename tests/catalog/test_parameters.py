"""What the catalog says of models' parameters: a rule is as sure as its source, and the first name that fits counts."""

import csv
from pathlib import Path

import pytest

from modelyard.catalog.parameters import Acceptance, ruled, rules


@pytest.mark.parametrize(
    ("name", "version", "api", "parameter", "acceptance", "grade"),
    [
        ("gpt-5", "2025-08-07", "chat", "stop", Acceptance.REFUSED, "B"),
        ("gpt-5", "2099-01-01", "chat", "stop", Acceptance.REFUSED, "R"),
        ("o1", "2024-12-17", "chat", "stop", Acceptance.REFUSED, "R"),
        ("gpt-5.4", "2026-03-05", "chat", "temperature", Acceptance.DEFAULT, "A"),
        ("gpt-5.6-sol", "2026-07-09", "chat", "top_p", Acceptance.DEFAULT, "A"),
        ("gpt-5.4", "2026-03-05", "chat", "top_p", Acceptance.REFUSED, "A"),
        ("gpt-5.4", "2026-03-05", "chat", "tools", Acceptance.REFUSED, "C"),
        ("gpt-4.1", "2025-04-14", "chat", "reasoning_effort", Acceptance.REFUSED, "A"),
        ("gpt-chat-latest", "2026-08-06", "chat", "stop", Acceptance.UNKNOWN, "A"),
        ("gpt-5.9-nova", "", "chat", "max_tokens", Acceptance.REFUSED, "R"),
        ("o1", "2024-12-17", "chat", "stream", Acceptance.DEFAULT, "A"),
    ],
)
def test_a_rule(name, version, api, parameter, acceptance, grade):
    rule = rules(name, version, api).parameters[parameter]
    assert (rule.acceptance, rule.grade) == (acceptance, grade)


def test_the_highest_effort_is_the_responses_apis_alone():
    on = {
        api: rules("gpt-6-sol", "2026-09-22", api).parameters["reasoning_effort"].values
        for api in ("chat", "responses")
    }
    assert set(on["responses"]) - set(on["chat"]) == {"max"}


def test_functions_want_a_chat_that_does_not_reason():
    rule = rules("gpt-5.6-sol", "2026-07-09", "chat").parameters["tools"]
    assert (rule.applies("medium"), rule.applies("none")) == (True, False)


def test_of_an_unknown_model_nothing_is_known():
    unknown = rules("contoso-1", "1", "chat")
    assert (unknown.api, unknown.parameters, unknown.effort) == (Acceptance.UNKNOWN, {}, "")


def test_every_transcribed_model_has_its_rules(shared: Path):
    with (shared / "azure" / "parameters-2026-11.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 46
    assert {"temperature", "stop", "reasoning_effort", "verbosity", "stream"} <= ruled()
    for row in rows:
        found = rules(row["model"], row["versions"].split()[0] if row["versions"] else "", "chat").parameters
        for name in ("temperature", "stop", "max_tokens", "logit_bias"):
            refused = found[name].acceptance in (Acceptance.REFUSED, Acceptance.DEFAULT) if name in found else False
            assert refused == row[name].startswith("refused"), (row["model"], name)
        efforts = row["reasoning_effort_values"].split()
        if efforts and not row["reasoning_effort_values"].startswith("("):
            assert set(found["reasoning_effort"].values) <= set(efforts)
