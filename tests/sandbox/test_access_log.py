"""The log is bounded and its owner's."""

import stat
from pathlib import Path

from modelyard.sandbox.access_log import LogFile


def test_a_log_that_has_grown_makes_place(tmp_path: Path):
    """A load test writes a megabyte a second; the disk must not be what ends it."""
    log = LogFile(tmp_path / "sandbox.log", most=100)
    for number in range(50):
        log.write(f"{number:040}\n")
    files = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(files) == {"sandbox.log", "sandbox.log.1"}
    assert sum(map(len, files.values())) < 400
    assert files["sandbox.log"].endswith("49\n")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
