"""One request, read as far as every route needs it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.routes import InferenceRoute
from modelyard.sandbox.request_body import json_of

NAMED_BY_HEADER = b"x-ms-model-mesh-model-name"
API_VERSION = re.compile(r"20\d\d-\d\d-\d\d(-preview)?")
V1_VERSIONS = ("v1", "preview", "latest")
NEWEST = {"openai": "2025-04-01-preview", "models": "2024-05-01-preview"}
"""The newest dated versions (Microsoft docs, api-version lifecycle; azure-ai-inference 1.0.0b9)."""

MOST_CUSTOM = 10  # Microsoft docs, frequently asked questions: custom headers in one request (A)
PASSED_OVER = (b"x-ms-", b"x-stainless-", b"x-modelyard-")
"""Of clients, and of the sandbox. What else that begins with x- Azure takes for custom is inferred (R)."""


@dataclass(slots=True)
class InferenceCall:
    """One request. `named` is what its path names: a deployment, or a response."""

    route: InferenceRoute
    headers: Mapping[bytes, bytes]
    query: Mapping[str, str]
    named: str | None
    body: InferenceBody
    path: str

    @property
    def host(self) -> str:
        """The host that was called."""
        return self.headers.get(b"host", b"").decode("latin-1").partition(":")[0]

    @property
    def version(self) -> str:
        """The api-version as messages repeat it."""
        return self.query.get("api-version", "v1")

    @property
    def note(self) -> str:
        """What is to be said of its version; empty where it is known."""
        newest = NEWEST.get(self.route.endpoint)
        if newest is None or self.version[:10] <= newest[:10]:
            return ""
        return f"api-version {self.version} is newer than the newest that is known, and taken as {newest}"

    def deployment(self) -> str:
        """The name of the deployment that is called; a refusal where the call names none."""
        if self.named is not None:
            return self.named
        named = self.body.get("model")
        if self.route.endpoint == "models":
            named = named or self.query.get("model") or self.headers.get(NAMED_BY_HEADER, b"").decode("latin-1")
        if named:
            return str(named)
        raise (
            InferenceRefusal("no-model-name")
            if self.route.endpoint == "models"
            else InferenceRefusal("missing-parameter", param="model")
        )


def check_version(route: InferenceRoute, query: Mapping[str, str]) -> None:
    """Any well-formed date is good here: what the operation makes of it is looked at with its body. `/openai/v1` needs
    none, and takes words (pull request openai/openai-python#2766) and no dates.
    """
    version = query.get("api-version")
    if route.endpoint == "openai-v1":
        if version not in (None, *V1_VERSIONS):
            raise InferenceRefusal("api-version-not-supported")
        return
    if not version:
        raise InferenceRefusal("resource-not-found", headers={"x-modelyard-note": "the query has no api-version"})
    if not API_VERSION.fullmatch(version):
        raise InferenceRefusal("api-version-not-supported")


def check_headers(headers: Mapping[bytes, bytes]) -> None:
    """Refuse a request with more custom headers than Azure hands on."""
    if len(headers) <= MOST_CUSTOM:
        return
    custom = [name for name in headers if name.startswith(b"x-") and not name.startswith(PASSED_OVER)]
    if len(custom) > MOST_CUSTOM:
        raise InferenceRefusal("too-many-headers", most=MOST_CUSTOM, found=len(custom))


@lru_cache(maxsize=1024)
def host_of(raw: bytes) -> tuple[str, str]:
    """The custom subdomain of a Host header, and what follows it."""
    subdomain, _, suffix = raw.decode("latin-1").lower().partition(":")[0].partition(".")
    return subdomain, suffix


@lru_cache(maxsize=256)
def query_of(raw: bytes) -> Mapping[str, str]:
    """The query's parameters, the last of each name."""
    return {name: values[-1] for name, values in parse_qs(raw.decode("latin-1")).items()}


def parsed(raw: bytes) -> InferenceBody:
    """A body, which is a JSON object or empty."""
    if not raw:
        return {}
    try:
        body = json_of(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise InferenceRefusal("malformed-body")
    return body
