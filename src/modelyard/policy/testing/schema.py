"""What a policy case may say. A misspelt key would be an expectation that nobody holds anything to, so a case of which
anything is wrong never passes.
"""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.files import JsonObject
from modelyard.policy.language import dates

REFUSALS = ("want_error", "want_parse_error", "want_compile_error")
"""Keys that expect a refusal, whether of a text that is no definition or of what a definition says."""
IN_OTHER_WORDS = {
    "want_parse_error_contains": "want_parse_error",
    "want_compile_error_contains": "want_compile_error",
    "want_eval_error_contains": "want_failed",
}
"""regorus' keys for a part of its own messages: what is refused or fails there is held to be so here, in any words."""
EXPECTATIONS = ("want_effect", "want_undefined", "want_undecided", "want_failed", *REFUSALS)
CASE_KEYS = (
    "note", "policy_rule", "policy_definition", "parameters", "resource", "api_version", "context", "request_context",
    "host_await", "now", *EXPECTATIONS, *IN_OTHER_WORDS, "want_details",
)  # fmt: skip
CONTEXT_KEYS = ("resourceGroup", "subscription", "requestContext", "policy", "utcNow")


def wrong(case: JsonObject, *, alone: bool) -> Iterator[str]:
    """Everything about a case that would make it mean something else than its author thinks.

    `alone` says that its file has no definition.
    """
    yield from _unknown(case)
    yield from _expectations(case)
    if alone and case.get("policy_rule") is None and case.get("policy_definition") is None:
        yield "there is no definition, neither for the file nor for the case"
    for key in ("resource", "parameters", "context", "request_context"):
        if not isinstance(case.get(key) or {}, Mapping):
            yield f"'{key}' is no mapping"
    around = case.get("context")
    times = [case.get("now"), around.get("utcNow") if isinstance(around, Mapping) else None]
    for written in times:
        if written is not None and dates.moment(str(written)) is None:
            yield f"'{written}' is no date and time such as 2026-11-23T00:00:00Z"
    if None not in times:
        yield "'now' and 'utcNow' of the context say the same; one of them is enough"
    if not isinstance(case.get("api_version", ""), str):
        yield "'api_version' is a text such as 2025-06-01"
    if "host_await" in case and not _is_answer(case["host_await"]):
        yield "'host_await' is a list of one mapping with 'response': null, a resource, or a list of resources"


def _unknown(case: Mapping[str, Any]) -> Iterator[str]:
    for key in case:
        if key not in CASE_KEYS:
            near = difflib.get_close_matches(str(key), CASE_KEYS, 1)
            yield f"'{key}' is no key of a case; " + (f"is it {near[0]}?" if near else f"keys: {', '.join(CASE_KEYS)}")
    around = case.get("context")
    for key in around if isinstance(around, Mapping) else ():
        if key not in CONTEXT_KEYS:
            yield f"'{key}' is no part of a context; there are {', '.join(CONTEXT_KEYS)}"


def _expectations(case: Mapping[str, Any]) -> Iterator[str]:
    stated = list(dict.fromkeys(IN_OTHER_WORDS.get(key, key) for key in case if _states(case, key)))
    if len(stated) != 1:
        said = f"it says {' and '.join(stated)}" if stated else "it says nothing of what is expected"
        yield f"{said}; one of {', '.join(EXPECTATIONS)} is needed"
    if case.get("want_details") is not None and "want_effect" not in stated:
        yield "'want_details' goes with 'want_effect'"
    if not _are_changes(case.get("want_details")):
        yield "'want_details' is a list of mappings with field, value and operation"
    places = case.get("want_undecided")
    if "want_undecided" in stated and places is not True and not (isinstance(places, list) and _are(places, str)):
        yield "'want_undecided' is a list of places, or true for any"


def _states(case: Mapping[str, Any], key: str) -> bool:
    if key not in EXPECTATIONS and key not in IN_OTHER_WORDS:
        return False
    return key == "want_effect" or case[key] not in (None, False)


def _are(values: list[Any], kind: type) -> bool:
    return all(isinstance(each, kind) for each in values)


def _are_changes(written: Any) -> bool:
    rows = written.get("operations", []) if isinstance(written, dict) else [] if written is None else written
    return isinstance(rows, list) and _are(rows, dict)


def _is_answer(written: Any) -> bool:
    """One answer: a policy asks for related resources once."""
    if not isinstance(written, list) or len(written) != 1 or not isinstance(written[0], Mapping):
        return False
    response = written[0].get("response")
    listed = response if isinstance(response, list) else [] if response is None else [response]
    return "response" in written[0] and _are(listed, dict)
