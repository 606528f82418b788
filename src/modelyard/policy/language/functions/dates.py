"""addDays, a function only policy has. `utcNow` is in `special`: the time of day is handed in."""

from datetime import timedelta
from typing import Any

from modelyard.policy.language import dates
from modelyard.policy.language.errors import EvaluationFailed
from modelyard.policy.language.functions.table import Function, integer, text


def add_days(start: Any, days: Any) -> str:
    at = dates.moment(text("addDays", start))
    if at is None:
        raise EvaluationFailed(f"addDays() can't read '{start}' as a date and time")
    try:
        return dates.text(at + timedelta(days=integer("addDays", days)))
    except OverflowError as wrong:
        raise EvaluationFailed(f"addDays() of {days} days leaves the calendar") from wrong


FUNCTIONS = (Function("addDays", 2, 2, add_days),)
