"""What others wrote is shown, and does nothing to the terminal, the page or the file that shows it."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.display import degrade, escaped_json, shown

ANY = st.text(st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ä → 漢 🙂", "plain ä → 漢 🙂"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("over\rwritten\x08", r"over\rwritten\x08"),
        ("a\u202egpj.exe", r"a\u202egpj.exe"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("half \ud83d", r"half \ud83d"),
        ("\x00\x7f", r"\x00\x7f"),
        ("tag\U000e0041", r"tag\U000e0041"),
    ],
)
def test_what_steers_is_shown(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(ANY)
def test_nothing_that_steers_is_left(text: str) -> None:
    found = shown(text)
    assert not [each for each in found if each not in "\n\t" and (ord(each) < 32 or 0x7F <= ord(each) < 0xA0)]
    found.encode()
    assert shown(found) == found


@given(ANY, st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"]))
def test_json_says_the_same_in_every_encoding(text: str, encoding: str) -> None:
    document = escaped_json(json.dumps({text: [text]}, ensure_ascii=False), encoding)
    assert json.loads(document.encode(encoding).decode(encoding)) == {text: [text]}


@given(ANY, st.sampled_from(["utf-8", "ascii", "latin-1", "cp437"]))
def test_a_stream_takes_any_text(text: str, encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    degrade(stream)
    stream.write(text)
    stream.flush()


def test_our_own_marks_have_plain_forms() -> None:
    stream = io.TextIOWrapper(raw := io.BytesIO(), encoding="ascii")
    degrade(stream)
    stream.write("✓ ✗ – … → ○ ä")
    stream.flush()
    assert raw.getvalue() == b"+ x - ... -> o \\xe4"
