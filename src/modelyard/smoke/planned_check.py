"""One check to come, and whether somebody chose it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from modelyard.smoke.caller import Answered
from modelyard.smoke.requests import Credential, Question
from modelyard.smoke.verdicts import Judge


@dataclass(frozen=True, slots=True)
class Planned:
    """One check to come. `skipped` says why it isn't asked, `unproved` why nobody can ask what should be asked; `also`
    are judged from the same answer. `callable` is false where no check knows a request that would prove the deployment:
    then it is reported as not proved.

    One that isn't `reported` is asked for the sake of those alone. `telling` is a header that makes a refusal worth
    judging where otherwise only a success is. `awaited` tells the answer that propagation may
    still keep away, where that isn't an error.
    """

    id: str
    subject: str
    expected: str
    deployment: str = ""
    question: Question | None = None
    credential: Credential = "token"
    judge: Judge | None = None
    awaited: Callable[[Answered], bool] | None = None
    telling: str = ""
    also: "tuple[Planned, ...]" = ()
    skipped: str = ""
    unproved: str = ""
    callable: bool = True
    reported: bool = True

    @property
    def negative(self) -> bool:
        """Whether that somebody is turned away is what is expected."""
        return ".refuses-" in self.id


def narrowed(planned: Planned, select: tuple[str, ...]) -> Planned:
    """The check as far as it was chosen."""
    also = tuple(one for one in planned.also if _selected(one, select))
    return replace(planned, also=also, reported=_selected(planned, select))


def _selected(planned: Planned, select: tuple[str, ...]) -> bool:
    names = (planned.id, planned.deployment) if planned.deployment else (planned.id,)
    return not select or any(fnmatchcase(name, pattern) for pattern in select for name in names)
