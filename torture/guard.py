"""What an input may do: end in order, within bounds. Everything else is told with what is left of the input."""

import json
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SECONDS = 2.0
"""Processor time that one input may take."""
HANGS = 15.0
"""Processor time after which an input is given up."""
MEGABYTES = 200
"""How much the process may grow by one input."""


class GivenUp(BaseException):
    """The input took so long that nobody waited for its end; no `except Exception` may stop this."""


@dataclass(frozen=True)
class Trouble:
    """What an input did that it must not. `kind` tells one trouble from another: what, and where in our code."""

    kind: str
    told: str


def _give_up(_signal: int, _frame: object) -> None:
    raise GivenUp


def _grown() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def tried(act: Callable[[Any], None], given: Any, *, bounds: bool = True) -> Trouble | None:
    """Let it be done with this input, and tell what was wrong; `bounds` False passes over time and memory."""
    before, began = _grown(), time.process_time()
    previous = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
    try:
        act(given)
    except GivenUp:
        return Trouble(f"hangs {_place()}", f"no end after {HANGS:.0f} s")
    except MemoryError:
        return Trouble(f"MemoryError {_place()}", "it took all memory")
    except Exception as error:
        return Trouble(f"{type(error).__name__} {_place()}", f"{type(error).__name__}: {str(error)[:300]}")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
    took, grew = time.process_time() - began, _grown() - before
    if bounds and took > SECONDS:
        return Trouble("slow", f"{took:.1f} s")
    if bounds and grew > MEGABYTES:
        return Trouble("large", f"{grew:.0f} MB more")
    return None


def _place() -> str:
    """The last line of ours in the traceback: troubles with one place are one trouble."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    ours = [frame for frame in frames if "modelyard" in frame.filename or "torture" in frame.filename]
    last = (ours or frames)[-1]
    return f"{last.filename.rpartition('/src/')[2]}:{last.lineno}"


def shown(given: Any, most: int = 2000) -> str:
    """An input as it can be written into a table of cases."""
    text = json.dumps(given, ensure_ascii=True, default=str)
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
