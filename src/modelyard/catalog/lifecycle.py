"""What a model's lifecycle comes to on a day, for a SKU, and how far that can be trusted.

Two things are kept apart. A *word* of Microsoft's schedule is a fact: Retired refuses, Deprecated refuses subscriptions
that have no deployment of the model. A *date* that has passed since the schedule was read is none: Microsoft has moved
such dates by months, so the model may still be there. Only where a clock was advanced on purpose, as the sandbox's is,
a date after the catalog's own is played as if it had been kept.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from modelyard.catalog.model import FROM_DOCUMENTS, ArmLifecycle, Create, ModelVersion

REGIONAL_STANDARD = "Standard"


class Basis(StrEnum):
    """Why a lifecycle is what it is."""

    SCHEDULE = "schedule"  # Microsoft's retirement schedule prints the word
    SOURCE = "source"  # another page or a captured reply does
    DATE_PASSED = "date passed"  # the schedule's date has passed, and no later schedule was read
    NEWER_DATE = "newer C date"  # the schedule's date has passed, and a third party has a later one
    NEWER_DATE_PASSED = "newer C date passed"  # only a third party has a date, and it has passed
    CLOCK = "sandbox's clock"  # a clock was advanced past the date


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A model's lifecycle on a day.

    `documented` is the word that Microsoft printed (empty where none was read), `effective` is ARM's word for the day
    (None where nothing is known), `grade` is that of `effective`. `retirement` is the day for the SKU, `create` is who
    may create a deployment by the documented word, whatever the date says. `replacement` is `name@version`, or a name
    where no version was read, or empty.
    """

    documented: str
    effective: ArmLifecycle | None
    basis: Basis
    grade: str
    retirement: date | None
    retirement_grade: str
    create: Create
    replacement: str
    replacement_grade: str
    source: str
    date: str

    @property
    def retired(self) -> bool:
        return self.effective is ArmLifecycle.DEPRECATED

    @property
    def refused(self) -> bool:
        """Whether Azure is known to refuse every new deployment: by its own word, or because a clock plays it."""
        stated = self.basis in (Basis.SCHEDULE, Basis.SOURCE) and self.grade in ("A", "B")
        return self.retired and (stated or self.basis is Basis.CLOCK)


def printed(model: ModelVersion, sku: str) -> tuple[date | None, str]:
    """The day of retirement that Microsoft printed (or, grade C, a third party did), and its grade."""
    if sku == REGIONAL_STANDARD and model.retirement_standard is not None:
        return model.retirement_standard, "A"
    return model.retirement, model.retirement_grade


def gone_from(model: ModelVersion, sku: str, edition: date) -> date | None:
    """The day from which an advanced clock finds the model gone, of a catalog made on `edition`.

    date.min where Microsoft's word is Retired already. Dates up to the catalog's own are not played: nobody advanced a
    clock past them, and whether Microsoft kept them isn't known.
    """
    if model.lifecycle == "Retired":
        return date.min
    newer = model.retirement_unconfirmed if sku != REGIONAL_STANDARD or not model.retirement_standard else None
    return next((day for day in (printed(model, sku)[0], newer) if day is not None and day > edition), None)


def lifecycle(model: ModelVersion, sku: str, day: date, edition: date, *, played: bool = False) -> Lifecycle:
    """The lifecycle of `model` with `sku` (empty: of any) on `day`.

    `played` says that the day comes from a clock that was advanced on purpose; see `gone_from`.
    """
    retirement, retirement_grade = printed(model, sku)
    newer = model.retirement_unconfirmed
    if sku == REGIONAL_STANDARD and model.retirement_standard is not None:
        newer = None
    word = FROM_DOCUMENTS.get(model.lifecycle)
    stated = Basis(model.basis) if model.basis in (Basis.SCHEDULE, Basis.SOURCE) else Basis.SCHEDULE
    effective, basis, grade, create = word, stated, model.lifecycle_grade, model.create
    gone = gone_from(model, sku, edition) if played else None
    if model.lifecycle == "Retired":
        pass
    elif gone is not None and day >= gone:
        effective, basis, grade, create = ArmLifecycle.DEPRECATED, Basis.CLOCK, "R", Create.CLOSED
    elif retirement is not None and day >= retirement:
        if newer is not None and newer > day:
            basis, grade, retirement, retirement_grade = Basis.NEWER_DATE, "C", newer, "C"
        else:
            third_party = retirement_grade == "C"
            effective, grade = ArmLifecycle.DEPRECATED, "C" if third_party else "R"
            basis = Basis.NEWER_DATE_PASSED if third_party else Basis.DATE_PASSED
    elif retirement is None and newer is not None:
        retirement, retirement_grade = newer, "C"
        if day >= newer:
            effective, basis, grade = ArmLifecycle.DEPRECATED, Basis.NEWER_DATE_PASSED, "C"
    return Lifecycle(
        documented=model.lifecycle,
        effective=effective,
        basis=basis,
        grade=grade,
        retirement=retirement,
        retirement_grade=retirement_grade,
        create=create,
        replacement="@".join(part for part in (model.replacement, model.replacement_version) if part),
        replacement_grade=model.replacement_grade,
        source=model.source,
        date=model.date,
    )
