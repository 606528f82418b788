"""From a rate to capacity and back: whole units only, exactly or not at all."""

from dataclasses import dataclass
from fractions import Fraction

from modelyard.catalog.sku import CapacityUnit


@dataclass(frozen=True, slots=True)
class Between:
    """The capacities around a rate; equal where the rate is met exactly. Below may be 0, which can't be deployed."""

    below: int
    above: int

    @property
    def exact(self) -> bool:
        return self.below == self.above and self.below > 0


def capacities(rate: int, per_unit: Fraction) -> Between:
    """The capacities whose rates lie around `rate`, at `per_unit` a unit."""
    below, rest = divmod(Fraction(rate), per_unit)
    return Between(int(below), int(below) + (1 if rest else 0))


def tokens_a_unit(unit: CapacityUnit) -> Fraction | None:
    """None for models that aren't sold by token."""
    return None if unit.tokens_per_minute is None else Fraction(unit.tokens_per_minute)


def requests_a_unit(unit: CapacityUnit) -> Fraction | None:
    """Exact, though the catalog's figure may be a rounded quotient such as 1/3."""
    if unit.requests_per_minute is None:
        return None
    return Fraction(unit.requests_per_minute).limit_denominator(1000)


def figure(capacity: int, per_unit: Fraction) -> int:
    """What a capacity brings, in whole tokens or requests a minute."""
    return int(capacity * per_unit)
