"""A calendar that a program can't read, or that doubles its entries, is one that nobody looks at again."""

from datetime import UTC, date, datetime

from modelyard.report.icalendar import Event, folded, write

EVENT = Event("a,b@modelyard", date(2028, 2, 29), "gpt; retires\nsoon", "ä" * 60)


def test_the_file_is_as_rfc_5545_wants_it() -> None:
    written = write([EVENT], "Models, all", datetime(2026, 11, 30, 12, tzinfo=UTC))
    lines = written.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "\n" not in written.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = written.replace("\r\n ", "").split("\r\n")
    assert "X-WR-CALNAME:Models\\, all" in whole
    assert "UID:a\\,b@modelyard" in whole
    assert "DTSTAMP:20261130T120000Z" in whole
    assert whole[7:9] == ["DTSTART;VALUE=DATE:20280229", "DTEND;VALUE=DATE:20280301"]
    assert "SUMMARY:gpt\\; retires\\nsoon" in whole
    assert f"DESCRIPTION:{'ä' * 60}" in whole


def test_a_fold_cuts_no_character() -> None:
    pieces = list(folded("x" * 74 + "äöü"))
    assert pieces == ["x" * 74, " äöü"]
