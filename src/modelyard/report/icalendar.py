"""Days as an iCalendar file (RFC 5545), for the calendar of a team: one all-day event for each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from modelyard import __version__

OCTETS = 75
"""Of a line, at most; what is longer goes on in the next line behind a space."""


@dataclass(frozen=True, slots=True)
class Event:
    """A day. `uid` is the same from run to run, so that a calendar that reads the file again moves its entry."""

    uid: str
    day: date
    summary: str
    description: str = ""


def write(events: Iterable[Event], name: str, now: datetime) -> str:
    """The file; `name` is what a calendar calls it, `now` when it was written."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Modelyard//{__version__}//EN", f"X-WR-CALNAME:{text(name)}"]
    for each in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{text(each.uid)}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{each.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{text(each.summary)}",
            *([f"DESCRIPTION:{text(each.description)}"] if each.description else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def text(value: str) -> str:
    """A text with the signs escaped that iCalendar gives a meaning."""
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        value = value.replace(sign, instead)
    return "".join(each for each in value if each.isprintable())


def folded(line: str) -> Iterable[str]:
    """The line in pieces of at most 75 octets, none of which cuts a character."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    yield piece
