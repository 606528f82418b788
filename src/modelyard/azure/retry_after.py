"""How long a reply asks to wait before the next request, in each spelling that Azure has for it.

ARM sends `Retry-After` in seconds (Microsoft docs, request-limits-and-throttling, A). Services of Azure send
`retry-after-ms` and `x-ms-retry-after-ms` beside it; azure-core reads them in this order too (A). HTTP allows a date
(RFC 9110, 10.2.3, A): a proxy in between may send one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

SPELLINGS = (("x-ms-retry-after-ms", 1000.0), ("retry-after-ms", 1000.0), ("retry-after", 1.0))
"""Headers and their units in a second: milliseconds first, because they are finer."""


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds to wait, never less than none; None where the reply names no time that can be read.

    `headers` has names in lower case, or finds them in any case. A date counts from the reply's own `date`, so that
    the clock of this machine doesn't matter; without one, from `now`.
    """
    for name, unit in SPELLINGS:
        text = headers.get(name)
        if text is None:
            continue
        found = _number(text, unit)
        if found is None and unit == 1.0:
            found = _until(text, headers, now)
        if found is not None:
            return max(0.0, found)
    return None


def _number(text: str, unit: float) -> float | None:
    try:
        number = float(text) / unit
    except ValueError:
        return None
    return number if isfinite(number) else None


def _until(text: str, headers: Mapping[str, str], now: datetime | None) -> float | None:
    then = _date(text)
    if then is None:
        return None
    return (then - (_date(headers.get("date", "")) or now or datetime.now(UTC))).total_seconds()


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
