"""ARM over HTTP: one request and its reply, with retries of what passes by itself, within a deadline.

GET, PUT, PATCH, HEAD and DELETE may be repeated: ARM's are idempotent. A POST is repeated only when it can't have
arrived, or when Azure says it refused it for now.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2

from modelyard.arm.errors import ArmError, parse
from modelyard.provider.failures import AzureRefused, Cancelled, TimedOut, TransportFailed

ENDPOINT = "https://management.azure.com"
SCOPE = f"{ENDPOINT}/.default"

OPERATION_SECONDS = 120 * 60.0  # azure-native's limit where the program sets none
REQUEST_SECONDS = 120.0
CONNECT_SECONDS = 30.0
LAST_LOOK_SECONDS = 2.0

REFUSED_FOR_NOW = frozenset({429, 503})
PASSING = REFUSED_FOR_NOW | {408, 500, 502, 504}
# azure-native retries this conflict, and no other.
PASSING_CONFLICT = "AnotherOperationInProgress"

PATH_CHARACTERS = "/:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is repeated, and how long to wait where the reply doesn't say: seconds, doubled each time."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0

    def wait(self, attempt: int) -> float:
        """Seconds to wait after this attempt; the first is 1."""
        return float(min(self.first_wait * 2 ** (attempt - 1), self.longest_wait))


@dataclass(frozen=True, slots=True)
class ArmResponse:
    """What came back. `body` is the JSON, or None where there was none."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def object(self) -> dict[str, Any]:
        """The body where it is an object, else an empty one."""
        return self.body if isinstance(self.body, dict) else {}


class Deadline:
    """The moment an operation must be done by."""

    def __init__(self, seconds: float = 0.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + (seconds or OPERATION_SECONDS)

    @property
    def left(self) -> float:
        """Seconds that are left, never less than none."""
        return max(0.0, self._end - self._clock())


class ArmClient:
    """Requests to Azure Resource Manager, each with a token. `stopping` ends every wait at once."""

    def __init__(
        self,
        http: httpx2.Client,
        token: Callable[[str], str],
        *,
        stopping: threading.Event,
        patience: Patience | None = None,
    ) -> None:
        self._http = http
        self._token = token
        self._stopping = stopping
        self._patience = patience or Patience()

    def send(
        self, verb: str, target: str, deadline: Deadline, *, api_version: str | None = None, body: Any = None
    ) -> ArmResponse:
        """The reply to one request, whatever its status. `target` is an ARM id, or a URL that ARM gave.

        Raises TransportFailed without a reply, TimedOut, Cancelled.
        """
        url = self._url(target, api_version)
        attempt = 0
        while True:
            attempt += 1
            last = attempt >= self._patience.attempts
            try:
                reply = self._once(verb, url, deadline, body)
            except httpx2.TransportError as error:
                arrived = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError)
                if last or (verb == "POST" and arrived):
                    raise no_reply(error, verb, url) from error
                wait = self._patience.wait(attempt)
            else:
                if last or not _passes(verb, reply):
                    return reply
                hint = retry_after(reply.headers)
                wait = self._patience.wait(attempt) if hint is None else hint
            self.pause(wait, deadline, where=f"{verb} {url}")

    def fetch(
        self, verb: str, target: str, deadline: Deadline, *, api_version: str | None = None, body: Any = None
    ) -> ArmResponse:
        """Like `send`, but a status of 400 or more raises Refused with ARM's whole error."""
        reply = self.send(verb, target, deadline, api_version=api_version, body=body)
        if reply.status >= 400:
            raise refusal(reply, f"{verb} {target}")
        return reply

    def read_once(self, target: str, *, api_version: str) -> ArmResponse:
        """One GET, even while the engine is stopping us: what has begun in Azure must not be lost from the state."""
        url = self._url(target, api_version)
        try:
            return self._request("GET", url, LAST_LOOK_SECONDS, None)
        except httpx2.TransportError as error:
            raise TransportFailed(
                f"no reply from Azure: {type(error).__name__}: {error}", where=f"GET {url}"
            ) from error

    def pause(self, seconds: float, deadline: Deadline, *, where: str) -> None:
        """Wait; raises Cancelled when the engine stops us meanwhile, TimedOut when the deadline is nearer."""
        if self._stopping.wait(min(seconds, deadline.left)):
            raise Cancelled(where)
        if not deadline.left:
            raise TimedOut(where)

    def _once(self, verb: str, url: str, deadline: Deadline, body: Any) -> ArmResponse:
        if self._stopping.is_set():
            raise Cancelled(f"{verb} {url}")
        return self._request(verb, url, max(1.0, min(REQUEST_SECONDS, deadline.left)), body)

    def _request(self, verb: str, url: str, seconds: float, body: Any) -> ArmResponse:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self._token(SCOPE)}"}
        response = self._http.request(
            verb,
            url,
            headers=headers,
            json=body,
            timeout=httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            follow_redirects=False,
        )
        return ArmResponse(response.status_code, {k.lower(): v for k, v in response.headers.items()}, _json(response))

    def _url(self, target: str, api_version: str | None) -> str:
        if target.startswith("/"):
            target = ENDPOINT + quote(target, safe=PATH_CHARACTERS)
        host = urlsplit(target).hostname or ""
        trusted = urlsplit(ENDPOINT).hostname or ""
        if urlsplit(target).scheme != "https" or (host != trusted and not host.endswith(f".{trusted}")):
            raise TransportFailed(
                f"Azure pointed to {host}, which gets no token of ours", where=target, allowed=trusted
            )
        if api_version is not None and "api-version=" not in target:
            target += ("&" if "?" in target else "?") + f"api-version={api_version}"
        return target


def no_reply(error: httpx2.TransportError, verb: str, url: str) -> TransportFailed:
    """A request that got no reply."""
    return TransportFailed(
        f"no reply from Azure: {type(error).__name__}: {error}",
        where=f"{verb} {url}",
        remedy="check the network, HTTPS_PROXY and SSL_CERT_FILE, then run the command again",
    )


def refusal(reply: ArmResponse, where: str) -> AzureRefused:
    """The reply's error, as ARM worded it."""
    return AzureRefused(parse(reply.status, reply.body if reply.body is not None else ""), where, reply.headers)


def failed_operation(status: str, body: Mapping[str, Any], where: str, headers: Mapping[str, str]) -> AzureRefused:
    """The error of a long-running operation that ended badly; its polls were answered with 200."""
    error = body.get("error")
    found = (
        parse(200, body) if isinstance(error, Mapping) else ArmError(200, status, f"the operation ended as {status}")
    )
    return AzureRefused(found, where, headers)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait: the headers in milliseconds first, for they are the finer ones."""
    for name, unit in (("x-ms-retry-after-ms", 1000.0), ("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):  # absent, or a date, which ARM doesn't send
            continue
    return None


def _passes(verb: str, reply: ArmResponse) -> bool:
    if verb == "POST":
        return reply.status in REFUSED_FOR_NOW
    if reply.status == 409:
        return parse(409, reply.body).code == PASSING_CONFLICT
    return reply.status in PASSING


def _json(response: httpx2.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return response.text
