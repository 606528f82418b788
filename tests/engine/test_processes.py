"""A pipeline cancels a job with SIGTERM; taken as an abrupt end, it would leave the engine to itself."""

import signal
import subprocess
import sys
import threading

from modelyard.engine.processes import end, termination_is_interruption

SCRIPT = """
import signal
from modelyard.engine.processes import termination_is_interruption
try:
    with termination_is_interruption():
        signal.raise_signal(signal.SIGTERM)
except KeyboardInterrupt:
    print("interrupted", signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
"""


def test_a_termination_is_met_as_an_interruption_and_no_longer_than_asked():
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert told.stdout == "interrupted True\n"


def test_in_another_thread_nothing_is_decided():
    found: list[object] = []

    def look() -> None:
        with termination_is_interruption():
            found.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [before]


def test_a_group_is_ended_as_a_whole():
    script = "import subprocess; child = subprocess.Popen(['sleep', '600']); print('ready', flush=True); child.wait()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        end(process)
        assert process.returncode == -signal.SIGTERM
        assert process.stdout.read() == "", "the pipe ends when the last of the group has ended"
        end(process)  # a second time does nothing
