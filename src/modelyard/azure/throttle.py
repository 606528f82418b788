"""Throttling across concurrent callers: where ARM asks one caller to wait, the others wait as well.

ARM counts the requests of a principal in a subscription, reads, writes and deletes apart, and each resource provider
has limits of its own (Microsoft docs, request-limits-and-throttling, A). So a 429 holds the requests of the same
subscription, resource provider and sort; others go on.
"""

import re
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

Bucket = tuple[str, str, str]
"""Subscription, resource provider and sort of request, folded."""

SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
PROVIDER = re.compile(r"/providers/([^/]+)", re.IGNORECASE)
READS = frozenset({"GET", "HEAD"})


def bucket(verb: str, url: str) -> Bucket:
    """The limit under which a request counts; the resource provider is the last one in the path, whose type it is."""
    path = urlsplit(url).path
    subscription = SUBSCRIPTION.search(path)
    providers = PROVIDER.findall(path)
    sort = "read" if verb in READS else "delete" if verb == "DELETE" else "write"
    return (subscription[1] if subscription else "").lower(), (providers[-1] if providers else "").lower(), sort


class Throttle:
    """Until when each bucket is held. Threads share it."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[Bucket, float] = {}

    def hold(self, held: Bucket, seconds: float) -> None:
        """Let nobody send a request of this bucket for so long; a longer hold stays."""
        until = self._clock() + seconds
        with self._lock:
            self._held[held] = max(self._held.get(held, until), until)

    def left(self, held: Bucket) -> float:
        """Seconds until a request of this bucket may be sent."""
        with self._lock:
            until = self._held.get(held)
        return max(0.0, until - self._clock()) if until is not None else 0.0
