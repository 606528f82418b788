"""The one client of ARM: a request and its reply, lists page by page, retries, throttling, within a deadline.

GET, PUT, PATCH, HEAD and DELETE may be repeated: ARM's are idempotent. A POST is repeated only when it can't have
arrived, or when Azure says it refused it for now. Long-running operations are in `arm_operation`.

httpx2 costs a quarter of a second to import, so it is imported when the first request is sent.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from modelyard.arm.errors import ArmError, parse
from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.azure.failures import ArmFailure, AzureRefused, Cancelled, ReplyUnreadable
from modelyard.azure.retry_after import retry_after
from modelyard.azure.target import Target
from modelyard.azure.throttle import Throttle, bucket

if TYPE_CHECKING:
    import httpx2

ENDPOINT = "https://management.azure.com"
SCOPE = f"{ENDPOINT}/.default"

OPERATION_SECONDS = 120 * 60.0  # azure-native's limit where the program sets none
REQUEST_SECONDS = 120.0
CONNECT_SECONDS = 30.0
LAST_LOOK_SECONDS = 2.0

TOO_MANY = 429
REFUSED_FOR_NOW = frozenset({TOO_MANY, 503})
PASSING = REFUSED_FOR_NOW | {408, 500, 502, 504}
# azure-native retries this conflict, and no other.
PASSING_CONFLICT = "AnotherOperationInProgress"

PATH_CHARACTERS = "/:@!$&'()*+,;=-._~"
SKIP_TOKEN = "$skipToken"  # noqa: S105 - a query parameter, by which some services have the next page asked
QUOTED = 60  # characters of a reply that is no JSON, for a message
TOKEN_SECONDS = 240.0  # the Azure CLI, which gives each token by a process of its own, renews it five minutes before


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is repeated, and how long to wait where the reply doesn't say: seconds, doubled each time.

    `unreached` is the number of attempts where no reply comes at all; `longest_hint` bounds what a reply asks for.
    """

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0
    unreached: int = 5
    longest_hint: float = OPERATION_SECONDS

    def wait(self, attempt: int) -> float:
        """Seconds to wait after this attempt; the first is 1."""
        return float(min(self.first_wait * 2 ** (attempt - 1), self.longest_wait))

    def after(self, reply: "ArmResponse", attempt: int) -> float:
        """Seconds to wait after this reply: what it asks for, within bounds."""
        hint = retry_after(reply.headers)
        return self.wait(attempt) if hint is None else min(hint, self.longest_hint)


READING = Patience(attempts=6, first_wait=0.5, unreached=2, longest_hint=60.0)
"""For commands at which somebody waits: they read a lot, and say soon that Azure can't be reached."""


@dataclass(frozen=True, slots=True)
class ArmResponse:
    """What came back. `body` is the JSON, or None where there was none."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def object(self) -> ArmDocument:
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


@dataclass(frozen=True)
class ArmClient:
    """Requests to Azure Resource Manager, each with a token; threads may share it.

    `token` gives one for a scope. `stopping` ends every wait at once. `throttle` is shared by all who share the limits.
    """

    http: "httpx2.Client"
    token: Callable[[str], str] = field(repr=False)
    endpoint: str = ENDPOINT
    stopping: threading.Event = field(default_factory=threading.Event)
    patience: Patience = Patience()
    throttle: Throttle = field(default_factory=Throttle)

    def send(
        self,
        verb: str,
        target: str,
        deadline: Deadline,
        *,
        api_version: str | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> ArmResponse:
        """The reply to one request, whatever its status. `target` is an ARM id, or a URL that ARM gave.

        Raises `provider.transport-failed` without a reply, `provider.timed-out`, Cancelled.
        """
        import httpx2

        url = self._url(target, api_version, query)
        where, limit = f"{verb} {url}", bucket(verb, url)
        attempt = 0
        while True:
            attempt += 1
            if held := self.throttle.left(limit):
                self.pause(held, deadline, where=where)
            try:
                reply = self._once(verb, url, deadline, body)
            except httpx2.TransportError as error:
                arrived = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError)
                last = attempt >= min(self.patience.attempts, self.patience.unreached)
                if last or (verb == "POST" and arrived):
                    raise no_reply(error, verb, url) from error
                wait = self.patience.wait(attempt)
            else:
                wait = self.patience.after(reply, attempt)
                if reply.status == TOO_MANY:
                    self.throttle.hold(limit, wait)
                if attempt >= self.patience.attempts or not _passes(verb, reply):
                    return reply
            self.pause(wait, deadline, where=where)

    def fetch(
        self,
        verb: str,
        target: str,
        deadline: Deadline,
        *,
        api_version: str | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> ArmResponse:
        """Like `send`, but a status of 400 or more raises AzureRefused with ARM's whole error."""
        reply = self.send(verb, target, deadline, api_version=api_version, query=query, body=body)
        if reply.status >= 400:
            raise refusal(reply, f"{verb} {target}")
        return reply

    def get(self, target: str, deadline: Deadline, *, api_version: str) -> ArmDocument:
        """One document. Raises AzureRefused, ReplyUnreadable and what `send` raises."""
        return _document(self.fetch("GET", target, deadline, api_version=api_version), target)

    def list(
        self, target: str, deadline: Deadline, *, api_version: str, query: Mapping[str, str] | None = None
    ) -> Iterator[ArmDocument]:
        """All of a list, page after page: by `nextLink`, or by a `$skipToken` where a service gives only that.

        Raises AzureRefused, ReplyUnreadable and what `send` raises. A list that comes back to one of its pages would
        never end, and is a failure.
        """
        url, seen = self._url(target, api_version, query), set[str]()
        while url:
            if url in seen:
                raise ArmFailure.of(
                    "provider.transport-failed",
                    problem="Azure's list comes back to a page that it gave before",
                    where=f"GET {url}",
                )
            seen.add(url)
            page = _document(self.fetch("GET", url, deadline, api_version=api_version), target)
            yield from page.get("value") or ()
            url = _next(url, page)

    def read_once(self, target: str, *, api_version: str) -> ArmResponse:
        """One GET, even while everything stops: what has begun in Azure must not be lost from the state."""
        import httpx2

        url = self._url(target, api_version, None)
        try:
            return self._request("GET", url, LAST_LOOK_SECONDS, None)
        except httpx2.TransportError as error:
            raise ArmFailure.of(
                "provider.transport-failed",
                problem=f"no reply from Azure: {type(error).__name__}: {error}",
                where=f"GET {url}",
            ) from error

    def pause(self, seconds: float, deadline: Deadline, *, where: str) -> None:
        """Wait; raises Cancelled when everything stops meanwhile, `provider.timed-out` when the deadline is nearer."""
        if self.stopping.wait(min(seconds, deadline.left)):
            raise Cancelled.of("provider.cancelled", where=where)
        if not deadline.left:
            raise ArmFailure.of("provider.timed-out", where=where)

    def _once(self, verb: str, url: str, deadline: Deadline, body: Any) -> ArmResponse:
        if self.stopping.is_set():
            raise Cancelled.of("provider.cancelled", where=f"{verb} {url}")
        return self._request(verb, url, max(1.0, min(REQUEST_SECONDS, deadline.left)), body)

    def _request(self, verb: str, url: str, seconds: float, body: Any) -> ArmResponse:
        import httpx2

        headers = {"Accept": "application/json", "Authorization": f"Bearer {self.token(f'{self.endpoint}/.default')}"}
        response = self.http.request(
            verb,
            url,
            headers=headers,
            json=body,
            timeout=httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            follow_redirects=False,
        )
        return ArmResponse(response.status_code, {k.lower(): v for k, v in response.headers.items()}, _json(response))

    def _url(self, target: str, api_version: str | None, query: Mapping[str, str] | None) -> str:
        if target.startswith("/"):
            target = self.endpoint + quote(target, safe=PATH_CHARACTERS)
        host = urlsplit(target).hostname or ""
        trusted = urlsplit(self.endpoint).hostname or ""
        if urlsplit(target).scheme != "https" or (host != trusted and not host.endswith(f".{trusted}")):
            raise ArmFailure.of(
                "provider.transport-failed",
                problem=f"Azure pointed to {host}, which gets no token of ours",
                where=target,
                allowed=trusted,
            )
        added = dict(query or {})
        if api_version is not None and "api-version=" not in target:
            added["api-version"] = api_version
        return target + ("&" if "?" in target else "?") * bool(added) + _encoded(added)


@contextmanager
def connect(
    target: Target, *, stopping: threading.Event | None = None, patience: Patience = READING
) -> Iterator[ArmClient]:
    """ARM of a target, as whoever is signed in sees it. Requests raise NotSignedIn where nobody is."""
    with target.transport.client() as http:
        yield ArmClient(http, renewed(target.token), target.resource_manager, stopping or threading.Event(), patience)


def renewed(token: Callable[[str], str], clock: Callable[[], float] = time.monotonic) -> Callable[[str], str]:
    """Tokens that are kept for a while: some credentials start a process for each."""
    kept: dict[str, tuple[str, float]] = {}
    lock = threading.Lock()

    def give(scope: str) -> str:
        with lock:
            if scope not in kept or kept[scope][1] <= clock():
                kept[scope] = (token(scope), clock() + TOKEN_SECONDS)
            return kept[scope][0]

    return give


def _next(url: str, page: Mapping[str, Any]) -> str:
    """Where the page after this one is; empty after the last."""
    if link := page.get("nextLink") or page.get("@odata.nextLink"):
        return urljoin(url, str(link))
    token = page.get(SKIP_TOKEN) or page.get("skipToken")
    if not token:
        return ""
    parts = urlsplit(url)
    query = {name: value for name, value in parse_qsl(parts.query) if name.lower() != SKIP_TOKEN.lower()}
    return urlunsplit(parts._replace(query=_encoded({**query, SKIP_TOKEN: str(token)})))


def _encoded(query: Mapping[str, str]) -> str:
    return urlencode(query, quote_via=quote, safe="$()'")


def _document(reply: ArmResponse, target: str) -> dict[str, Any]:
    if isinstance(reply.body, dict):
        return reply.body
    raise ReplyUnreadable.of(
        "azure.reply-unreadable",
        where=f"GET {target}",
        found=repr(reply.body)[:QUOTED] if reply.body else "it is empty",
    )


def no_reply(error: "httpx2.TransportError", verb: str, url: str) -> ArmFailure:
    """A request that got no reply."""
    return ArmFailure.of(
        "provider.transport-failed",
        problem=f"no reply from Azure: {type(error).__name__}: {error}",
        where=f"{verb} {url}",
        remedy="check the network, HTTPS_PROXY and SSL_CERT_FILE, then run the command again",
    )


def refusal(reply: ArmResponse, where: str) -> AzureRefused:
    """The reply's error, as ARM worded it."""
    return AzureRefused(parse(reply.status, reply.body if reply.body is not None else ""), where, reply.headers)


def failed_operation(status: str, body: ArmObject, where: str, headers: Mapping[str, str]) -> AzureRefused:
    """The error of a long-running operation that ended badly; its polls were answered with 200."""
    error = body.get("error")
    found = (
        parse(200, body) if isinstance(error, Mapping) else ArmError(200, status, f"the operation ended as {status}")
    )
    return AzureRefused(found, where, headers)


def _passes(verb: str, reply: ArmResponse) -> bool:
    if verb == "POST":
        return reply.status in REFUSED_FOR_NOW
    if reply.status == 409:
        return parse(409, reply.body).code == PASSING_CONFLICT
    return reply.status in PASSING


def _json(response: "httpx2.Response") -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return response.text
