"""ISO 8601 date-times as ARM writes them: read, shifted by days, written.

ARM carries seven digits of a second (100 ns); Python's six are kept and the seventh dropped.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

PATTERN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)

TOKENS = re.compile(r"'([^']*)'|yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|tt|K|zzz|Z|\\.|.")


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime | None:
    """The moment a string names, in UTC; None when it is not a date with a time, or one outside the calendar."""
    if len(text) < 16 or text[4] != "-":
        return None
    found = PATTERN.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC)
        at += timedelta(microseconds=int(((fraction or "0") + "000000")[:6]))
        if zone and zone.upper() != "Z":
            digits = zone[1:].replace(":", "")
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            at = at - shift if zone[0] == "+" else at + shift
    except (ValueError, OverflowError):
        return None
    return at


@lru_cache(maxsize=256)
def text(at: datetime) -> str:
    """A moment as Azure Policy writes it: `yyyy-MM-ddTHH:mm:ss.fffffffZ`."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}0Z"


def formatted(at: datetime, pattern: str) -> str:
    """A moment by a .NET format string, for the parts such a string commonly has.

    A standard format of one letter: `d`, `o`, `s`, `u`, `R` are known. Raises ValueError for another one.
    """
    at = at.astimezone(UTC)
    standard = {
        "d": "MM/dd/yyyy",
        "D": "dddd, dd MMMM yyyy",
        "o": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
        "O": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
        "s": "yyyy-MM-ddTHH:mm:ss",
        "u": "yyyy-MM-dd HH:mm:ssZ",
        "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    }
    if len(pattern) == 1:
        if pattern not in standard:
            raise ValueError(f"the date format '{pattern}' is not known here")
        pattern = standard[pattern]
    return TOKENS.sub(lambda found: _token(found, at), pattern)


def _token(found: re.Match[str], at: datetime) -> str:
    token = found[0]
    if token[0] == "'":
        return found[1]
    if token[0] == "\\":
        return token[1]
    if token[0] in "fF":
        return f"{at.microsecond:06d}0"[: len(token)]
    codes = {
        "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "dddd": "%A", "ddd": "%a", "dd": "%d",
        "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "tt": "%p",
    }  # fmt: skip
    if token in codes:
        return at.strftime(codes[token])
    single = {
        "yyyy": f"{at.year:04d}",
        "M": at.month,
        "d": at.day,
        "H": at.hour,
        "h": at.hour % 12 or 12,
        "m": at.minute,
        "s": at.second,
    }
    if token in single:
        return str(single[token])
    return {"K": "Z", "zzz": "+00:00"}.get(token, token)
