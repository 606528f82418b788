"""The refusal of a prompt that the content filter blocks, in the forms that were seen.

    full          error.innererror {"code", "content_filter_result"}: captured most often; with blocklists in the docs
    bare          no innererror: captured in stanford-crfm/helm#3327 and StonyBrookNLP/appworld#38
    inner-error   error.inner_error {"code", "content_filter_results"}: captured in browser-use/browser-use#262
    responses     error.content_filters [{"blocked", "source_type", "content_filter_results"}]: of the Responses API (B)

Which of the first three Azure chooses when is not known, so a client must read them all: the request's header
`x-modelyard-filter-error` asks the sandbox for one of them by its name.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.sandbox.inference.filter_scan import BLOCKLISTS, Seen
from modelyard.sandbox.inference.refusal import InferenceRefusal

HEADER = b"x-modelyard-filter-error"
VIOLATION = "ResponsibleAIPolicyViolation"
RESPONSES = "responses"


class Filtered(InferenceRefusal):
    """Stops a call whose prompt is blocked."""

    def __init__(self, seen: Seen, form: str = "full", length: int = 0) -> None:
        """`length` is the prompt's, in characters; the Responses API tells it."""
        super().__init__("prompt-filtered")
        self._seen = seen
        self._form = form
        self._length = length

    def body(self) -> dict[str, Any]:
        """The JSON of the reply."""
        answer = self.answer
        error: dict[str, Any] = {
            "message": answer.text(),
            "type": None,
            "param": "prompt",
            "code": answer.code,
        }
        result = _result(self._seen)
        if self._form == RESPONSES:
            filters = [annotated(self._seen, "prompt", 0, self._length)]
            return {"error": {**error, "type": "invalid_request_error", "content_filters": filters}}
        if self._form == "inner-error":
            return {"error": {**error, "inner_error": {"code": VIOLATION, "content_filter_results": result}}}
        error["status"] = answer.status
        if self._form != "bare":
            error["innererror"] = {"code": VIOLATION, "content_filter_result": result}
        return {"error": error}


def annotated(seen: Seen, source: str, start: int, end: int) -> dict[str, Any]:
    """One member of the Responses API's `content_filters` (captured)."""
    return {
        "blocked": seen.blocked,
        "source_type": source,
        "content_filter_raw": [],
        "content_filter_results": seen.annotations,
        "content_filter_offsets": {"start_offset": start, "end_offset": end, "check_offset": start},
    }


def _result(seen: Seen) -> Mapping[str, Any]:
    """What is told of the prompt; where a blocklist blocks it, that alone (Microsoft docs, use-blocklists, A)."""
    return {BLOCKLISTS: seen.annotations[BLOCKLISTS]} if seen.listed else seen.annotations
