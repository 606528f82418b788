"""A refusal on its way out of the inference endpoints: which answer, with which facts, in which envelope.

    gateway   {"error": {"code", "message"}}; a bad token has {"statusCode", "message"} instead, and an unknown
              deployment on dated routes {"error": {"type", "code", "message"}}, indented and without a content-type
    router    {"error": {"code", "message", "details"}}, where details repeats the message; extra parameters: {"detail"}
    openai    {"error": {"message", "type", "param", "code"}}
    backend   {"error": {"code", "message", "status", "details"}}, of models that are not OpenAI's
    filter    of a prompt that the content filter blocks, in the forms that were seen:

        full          error.innererror {"code", "content_filter_result"}: captured most often; blocklists: docs
        bare          no innererror: captured in stanford-crfm/helm#3327 and StonyBrookNLP/appworld#38
        inner-error   error.inner_error {"code", "content_filter_results"}: captured in browser-use/browser-use#262
        responses     error.content_filters [{"blocked", "source_type", "content_filter_results"}]: Responses API (B)

The first three were captured together with the rows they carry; the fourth one's members are of grade C. Which of the
first three forms of the filter Azure chooses when is not known, so a client must read them all: the request's header
`x-modelyard-filter-error` asks the sandbox for one of them by its name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.sandbox.inference.answers import ANSWERS, ROUTER, InferenceBody, InferenceReply
from modelyard.sandbox.inference.filter_scan import BLOCKLISTS, Seen
from modelyard.sandbox.inference.model_answers import BACKEND, OPENAI

INVALID_TOKEN = "invalid-token"  # noqa: S105 - the name of an answer
EXTRA_PARAMETERS = "extra-parameters"
DEPLOYMENT_NOT_FOUND = "deployment-not-found"
FEWER_HEADERS: Mapping[str, frozenset[bytes]] = {
    "invalid-key": frozenset(),
    DEPLOYMENT_NOT_FOUND: frozenset({b"x-ms-region"}),
}
"""Refusals that were recorded with fewer of the account's headers than other replies have: which go along."""
MODEL_ERROR = [(b"ms-azureml-model-error-reason", b"model_error"), (b"ms-azureml-model-error-statuscode", b"400")]
"""With what a model itself refuses: captured for embeddings (Azure/azure-sdk-assets, js/sdk/openai, 2024-03-27)."""
FILTER_HEADER = b"x-modelyard-filter-error"
VIOLATION = "ResponsibleAIPolicyViolation"
RESPONSES = "responses"


class InferenceRefusal(Exception):
    """Stops a call. `name` is a row of `answers`; `facts` fill its message, `param` among them names a parameter."""

    def __init__(
        self,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Sequence[InferenceBody] = (),
        **facts: object,
    ) -> None:
        super().__init__(name)
        self.answer = ANSWERS[name]
        self.headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in (headers or {}).items()]
        self.details = list(details)
        self.facts: dict[str, object] = facts
        self.grade = self.answer.grade  # of the whole refusal: weaker where it is less sure that there is one

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.answer.status

    def body(self) -> InferenceReply:
        """The JSON of the reply."""
        answer = self.answer
        message = answer.text(**self.facts)
        if answer.name == INVALID_TOKEN:
            return {"statusCode": answer.status, "message": message}
        if answer.name == EXTRA_PARAMETERS:
            return {"detail": message}
        if answer.name in ROUTER:
            return {"error": {"code": answer.code, "message": message, "details": message}}
        if answer.name in OPENAI:
            param = self.facts.get("param")
            error = {"message": message, "type": "invalid_request_error", "param": param, "code": answer.code or None}
            return {"error": error}
        if answer.name in BACKEND:
            error = {"code": answer.code, "message": message, "status": answer.status, "details": self.details}
            return {"error": error}
        error = {"code": answer.code, "message": message}
        return {"error": {"type": "invalid_request_error", **error} if answer.name == DEPLOYMENT_NOT_FOUND else error}


class Filtered(InferenceRefusal):
    """Stops a call whose prompt is blocked."""

    def __init__(self, seen: Seen, form: str = "full", length: int = 0) -> None:
        """`length` is the prompt's, in characters; the Responses API tells it."""
        super().__init__("prompt-filtered")
        self._seen = seen
        self._form = form
        self._length = length

    def body(self) -> InferenceReply:
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


def annotated(seen: Seen, source: str, start: int, end: int) -> InferenceReply:
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
