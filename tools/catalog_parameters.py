"""What each model makes of the parameters of a call, read off the transcription of Microsoft's pages about them."""

import re
from collections.abc import Callable, Iterable, Iterator

from tools.catalog_notes import EFFORTLESS, LIKE, MOST_OUTPUT, MOST_OUTPUT_SOURCE, Row, source

SAMPLING = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "logit_bias")
PLAIN = (*SAMPLING, "stop", "max_tokens")
"""Columns that say of a parameter of the same name whether it is taken."""
RULES = {"yes": "accepted", "no": "refused", "accepted": "accepted", "refused": "refused"}


def parameters(rows: Iterable[Row]) -> Iterator[Row]:
    """What a model makes of a parameter: one row a model, API and parameter; an empty parameter is the API itself.

    `rule` is accepted, refused, default (no value but the one in `values`), values (one of them), most (none above) or
    unknown. It holds where the effort of a call is among `efforts`, and for every call where that is empty.
    """
    named = list(rows)
    for row in named:
        yield from _rules(row, row["model"], row["versions"])
    by_name = {row["model"]: row for row in named}
    for pattern, like, only in LIKE:
        same = dict(by_name[like]) | {"grade": "R", "source": f"inferred: models of this name are like {like}"}
        yield from (one for one in _rules(same, pattern, "") if not only or one["parameter"] in only.split())


def _rules(row: Row, name: str, versions: str) -> Iterator[Row]:
    about = {
        "name": name,
        "versions": versions,
        "source": source(row["source"].replace("azure-ai-docs: ", "azure-ai-docs, ")),
        "date": row["source_date"],
        "note": row["disputed"],
    }

    def rule(api: str, parameter: str, cell: str, **more: str) -> Row:
        graded = re.search(r"\(([A-CR])\b", cell)
        word = RULES.get(cell.partition(",")[0].partition(" (")[0].partition(" with")[0], "unknown")
        grade = row["grade"] if graded is None or row["grade"] == "R" else graded[1]
        stated = {"api": api, "parameter": parameter, "rule": word, "values": "", "default": "", "efforts": ""}
        return about | stated | {"grade": grade} | more

    yield rule("chat", "", row["chat_completions"])
    yield rule("responses", "", row["responses_api"])
    ones = " a temperature or top_p of 1" in f" {row['note']}"
    for column in PLAIN:
        cell, more = row[column], {}
        if cell == "not a Responses parameter":
            continue
        if cell == "refused" and (column == "temperature" or (column == "top_p" and ones)):
            more = {"rule": "default", "values": "1"}
        if column == "max_tokens" and name in MOST_OUTPUT:
            more = {"rule": "most", "values": MOST_OUTPUT[name], "grade": "B", "source": MOST_OUTPUT_SOURCE}
            yield rule("chat", "max_completion_tokens", cell, **more)
        yield rule("", column, cell, **more)
        if column == "logprobs":
            yield rule("", "top_logprobs", cell, **more)
    parallel = row["parallel_tool_calls"]
    without = {"rule": "refused", "efforts": "minimal"} if "not with effort minimal" in parallel else {}
    yield rule("", "parallel_tool_calls", parallel, **without)
    yield from _efforts(row, rule)
    if row["verbosity_values"]:
        yield rule("", "verbosity", "", rule="values", values=row["verbosity_values"], default="medium")
    else:
        yield rule("", "verbosity", "unknown")
    if row["function_tools_on_chat"] != "no chat":
        tools = row["function_tools_on_chat"]
        thinking = " ".join(one for one in row["reasoning_effort_values"].split() if one != EFFORTLESS)
        partly = {"rule": "refused", "efforts": thinking} if tools.startswith("only with effort none") else {}
        yield rule("chat", "tools", tools, **partly)
    streamed = {"rule": "default", "values": "false"} if row["streaming"] == "no" else {}
    yield rule("", "stream", row["streaming"], **streamed)


def _efforts(row: Row, rule: Callable[..., Row]) -> Iterator[Row]:
    values, note = row["reasoning_effort_values"], row["reasoning_effort_note"]
    if values == "(parameter refused)" or row["reasoning_effort_default"] == "(fixed)":
        yield rule("", "reasoning_effort", "refused")
    elif not values:
        yield rule("", "reasoning_effort", "unknown")
    else:
        graded = re.search(r"\(([CR])\)", note)
        more = {"rule": "values", "default": row["reasoning_effort_default"]} | ({"grade": graded[1]} if graded else {})
        on_chat = (
            " ".join(one for one in values.split() if one != "max") if "max only on the Responses" in note else values
        )
        yield rule("chat", "reasoning_effort", "", values=on_chat, **more)
        yield rule("responses", "reasoning_effort", "", values=values, **more)
