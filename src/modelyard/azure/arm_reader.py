"""ARM as whoever is signed in sees it: lists page after page, as slowly as ARM asks, and what may not be seen."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from modelyard.arm.errors import parse
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import Target

if TYPE_CHECKING:
    import httpx2

NOT_LISTED = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
"""Where a type isn't to be had, nothing of it is there."""
LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
"""ARM lets a principal read 25 times a second in a subscription, after a first 250 (Microsoft docs,
request-limits-and-throttling, A); a hundred accounts are more than that."""
TRIES = 6
PAUSE, LONGEST = 2.0, 60.0
"""Seconds: where ARM says no time, and at most."""


@dataclass(frozen=True, slots=True)
class ArmReader:
    """ARM as whoever is signed in sees it.

    `refused` are what may not be listed, each with the first such answer; `wait` lets seconds pass where ARM asks.
    """

    client: "httpx2.Client"
    address: str
    token: str
    refused: dict[str, ScopeUnreadable] = field(default_factory=dict)
    wait: Callable[[float], None] = time.sleep

    def exists(self, path: str, api_version: str) -> bool:
        """Whether there is a document. Raises Unreadable."""
        reply = self._ask(f"{self.address}{path}?api-version={api_version}")
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return False
        self._read(path, reply)
        return True

    def get(self, path: str, api_version: str) -> dict[str, Any]:
        """One document. Raises Unreadable."""
        return self._read(path, self._ask(f"{self.address}{path}?api-version={api_version}"))

    def list(self, path: str, api_version: str, *, optional: bool = False) -> Iterator[dict[str, Any]]:
        """All of a list, page after page; an `optional` one may not exist. Raises Unreadable."""
        where = f"{self.address}{path}?api-version={api_version}"
        while where:
            reply = self._ask(where)
            if optional and reply.status_code in NOT_LISTED:
                return
            page = self._read(path, reply)
            yield from page.get("value") or ()
            where = page.get("nextLink") or ""

    def allowed(self, path: str, api_version: str, what: str, *, one: bool = False) -> Iterator[dict[str, Any]]:
        """A list, or one document, without which the rest is still worth telling: a refusal is kept under `what`."""
        try:
            if one:
                yield self.get(path, api_version)
            else:
                yield from self.list(path, api_version, optional=True)
        except ScopeUnreadable as refused:
            self.refused.setdefault(what, refused)

    def _ask(self, url: str) -> "httpx2.Response":
        """One answer; where ARM asks to come back later, the one after that. The token goes to ARM alone."""
        from httpx2 import HTTPError

        place = url.partition("?")[0]
        if not url.startswith(f"{self.address}/"):
            raise ScopeUnreadable(place, "the next page of a list lies elsewhere")
        for _ in range(TRIES):
            try:
                reply = self.client.get(url, headers={"Authorization": f"Bearer {self.token}"})
            except HTTPError as wrong:
                raise ScopeUnreadable(place, str(wrong) or type(wrong).__name__) from wrong
            if reply.status_code not in LATER:
                break
            self.wait(_pause(reply))
        return reply

    def _read(self, path: str, reply: "httpx2.Response") -> dict[str, Any]:
        if reply.status_code != HTTPStatus.OK:
            raise ScopeUnreadable(path, str(parse(reply.status_code, _json(reply))))
        found: dict[str, Any] = reply.json()
        return found


@contextmanager
def reader(target: Target) -> Iterator[ArmReader]:
    """ARM of a target. Raises NotSignedIn."""
    with target.transport.client() as client:
        yield ArmReader(client, target.resource_manager, target.token())


def _pause(reply: "httpx2.Response") -> float:
    """Seconds until the next try: ARM's own word, within bounds."""
    try:
        return min(max(float(reply.headers.get("retry-after", PAUSE)), 0.0), LONGEST)
    except ValueError:  # a date, which ARM doesn't send
        return PAUSE


def _json(reply: "httpx2.Response") -> Any:
    try:
        return reply.json()
    except ValueError:
        return reply.text
