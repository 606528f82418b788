"""A refusal on its way out of the inference endpoints: which answer, with which facts, in which envelope.

    gateway   {"error": {"code", "message"}}; a bad token has {"statusCode", "message"} instead
    router    {"error": {"code", "message", "details"}}, where details repeats the message; extra parameters: {"detail"}
    openai    {"error": {"message", "type", "param", "code"}}
    backend   {"error": {"code", "message", "status", "details"}}, of models that are not OpenAI's
    filter    see `filtered.py`

The first three were captured together with the rows they carry; the fourth one's members are of grade C.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.sandbox.inference.answers import ANSWERS, ROUTER
from modelyard.sandbox.inference.model_answers import BACKEND, OPENAI

INVALID_TOKEN = "invalid-token"  # noqa: S105 - the name of an answer
EXTRA_PARAMETERS = "extra-parameters"


class InferenceRefusal(Exception):
    """Stops a call. `name` is a row of `answers`; `facts` fill its message, `param` among them names a parameter."""

    def __init__(
        self,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Sequence[Mapping[str, Any]] = (),
        **facts: object,
    ) -> None:
        super().__init__(name)
        self.answer = ANSWERS[name]
        self.headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in (headers or {}).items()]
        self.details = list(details)
        self.facts: dict[str, object] = facts

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.answer.status

    def body(self) -> dict[str, Any]:
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
        return {"error": {"code": answer.code, "message": message}}
