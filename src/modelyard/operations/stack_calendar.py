"""The days that count for the commands of this user: the real one, and those of the user's sandbox."""

from datetime import UTC, datetime

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.destination import TargetName
from modelyard.operations.context import OperationContext
from modelyard.operations.user_dirs import Places
from modelyard.sandbox_clock import advanced


def calendar(context: OperationContext, target: TargetName | None = None, now: datetime | None = None) -> Calendar:
    """The calendar of now; with a target for a command that goes there whatever its stacks say."""
    return Calendar(
        now or datetime.now(UTC), Market.load().date, advanced(Places.here(context.environment).sandbox), target
    )
