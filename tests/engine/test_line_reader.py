"""Ctrl-C comes at any moment; neither a line may be lost by it, nor the command hang for it."""

import os

from modelyard.engine.processes import Lines


def test_an_interrupted_loop_goes_on_where_it_stopped():
    reading, writing = os.pipe()
    lines = Lines(os.fdopen(reading))
    with os.fdopen(writing, "w") as out:
        out.write("one\ntwo\nthree\n")
        out.flush()
        assert next(iter(lines)) == "one\n"
        assert next(iter(lines)) == "two\n"
    assert list(lines) == ["three\n"]
    assert list(lines) == [], "whoever asks again after the end must not wait for ever"


def test_a_last_line_without_an_end_is_a_line():
    reading, writing = os.pipe()
    os.write(writing, b"error: half a word")
    os.close(writing)
    assert list(Lines(os.fdopen(reading))) == ["error: half a word"]


def test_no_stream_has_no_lines():
    assert list(Lines(None)) == []
