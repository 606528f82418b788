"""ARM's error envelope: `{"error": {"code", "message", "target"?, "details"?, "additionalInfo"?}}`.

Source: ErrorResponse and ErrorDetail of azure-mgmt-cognitiveservices 14.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class ArmError(Exception):
    """An error as ARM words it; `status` is the HTTP status it comes with."""

    status: int
    code: str
    message: str
    target: str | None = None
    details: Sequence[Mapping[str, Any]] = ()
    additional_info: Sequence[Mapping[str, Any]] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def body(self) -> dict[str, Any]:
        """The envelope, with the optional members only where they say something."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target is not None:
            error["target"] = self.target
        if self.details:
            error["details"] = list(self.details)
        if self.additional_info:
            error["additionalInfo"] = list(self.additional_info)
        return {"error": error}


def parse(status: int, body: object) -> ArmError:
    """The error in a reply's JSON. A reply in no known shape keeps its text, so that nothing is lost on the way."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return ArmError(status, str(status), str(body))
    return ArmError(
        status,
        str(error.get("code") or status),
        str(error.get("message") or ""),
        target=error.get("target"),
        details=tuple(error.get("details") or ()),
        additional_info=tuple(error.get("additionalInfo") or ()),
    )
