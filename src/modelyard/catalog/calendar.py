"""The days by which a stack is judged, and the one place that computes the market's.

The catalog knows the market of its own date. So the market has a day of its own in the sandbox: the catalog's date,
plus what the sandbox's clock was advanced. The real time that goes by retires no model there, and a stack that was
right yesterday is right in a year. In Azure the market's day is the real one.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from modelyard.destination import TargetName

SANDBOX: TargetName = "sandbox"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What day it is in Azure and in the sandbox.

    now        the real time, in UTC
    catalog    the date of the catalog
    advanced   what the sandbox's clock was advanced
    target     where a command goes, where that is not what its stack says: then it counts for every stack
    """

    now: datetime
    catalog: date
    advanced: timedelta = field(default_factory=timedelta)
    target: TargetName | None = None

    @classmethod
    def on(cls, day: date) -> "Calendar":
        """Everything as it is on a day, in Azure and in the sandbox."""
        return cls(datetime.combine(day, time(), UTC), day)

    def in_sandbox(self, target: TargetName) -> bool:
        """Whether the sandbox's market counts: for its stacks, and for one for Azure that is rehearsed there."""
        return (self.target or target) == SANDBOX

    def time(self, target: TargetName) -> datetime:
        """The time there: exemptions end by it, and `utcNow()` gives it."""
        return self.now + self.advanced if self.in_sandbox(target) else self.now

    def market_day(self, target: TargetName) -> date:
        """The day there by which lifecycles of models are judged."""
        return self.catalog + self.advanced if self.in_sandbox(target) else self.now.date()

    def market_time(self, target: TargetName) -> datetime:
        """The market's day with the time of day there: `utcNow()` of definitions that carry the catalog's dates."""
        return datetime.combine(self.market_day(target), self.time(target).timetz())
