"""Which code answers a path. Modules of this room say what they answer in `ROUTES`; nobody keeps a list of them.

Templates are in the ARM table's manner: `{accountName}` takes one segment, a leading `{scope}` any ARM id. Comparison
ignores case, as ARM does.
"""

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from modelyard.arm.resource_types import PARAMETER, pattern, scope_parameter
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.call import ArmCall, ArmReply

SPEC = "azure-mgmt-cognitiveservices 14.1"


@dataclass(frozen=True, kw_only=True)
class ArmRoute:
    """One verb on one path.

    action     what a caller must be allowed to do, as RBAC names it; None where anybody with a token may
    type       ARM type whose api-versions the route takes
    anonymous  no token is asked for
    options    query options, in lower case, that the answer honours; the frame pages lists (see `odata`)
    at         template of what the action is checked at, where that isn't the path
    grade      of the evidence for the route, and for the shape of its reply
    """

    verb: str
    path: str
    answer: Callable[[ArmCall], ArmReply]
    action: str | None
    type: str
    grade: Grade
    source: str
    anonymous: bool = False
    options: frozenset[str] = frozenset()
    at: str = ""

    @property
    def scope(self) -> str:
        """Template of what the action is checked at: the path up to its last parameter, if nothing else is said."""
        return self.at or self.path[: self.path.rfind("}") + 1]


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the parameters that the path gave it."""

    route: ArmRoute
    parameters: dict[str, str]

    @property
    def scope(self) -> str:
        """ARM id of what the action is checked at."""
        return PARAMETER.sub(lambda found: self.parameters[found[1]].strip("/"), self.route.scope) or "/"


class Routes:
    """Routes, found by the number of segments of a path; those of any scope come last."""

    def __init__(self, routes: Iterable[ArmRoute]) -> None:
        self._by_length: dict[int, list[tuple[re.Pattern[str], ArmRoute]]] = defaultdict(list)
        self._scoped: list[tuple[re.Pattern[str], ArmRoute]] = []
        for route in sorted(routes, key=lambda route: route.path.count("{")):  # fixed words before parameters
            entry = (pattern(route.path, root=True), route)
            if scope_parameter(route.path):
                self._scoped.append(entry)
            else:
                self._by_length[route.path.count("/")].append(entry)

    def __iter__(self) -> Iterator[ArmRoute]:
        for entries in (*self._by_length.values(), self._scoped):
            yield from (route for _, route in entries)

    def find(self, verb: str, path: str) -> Match | None:
        """The route for a path without a slash at its end; None where there is none."""
        return next((match for match in self._matches(path) if match.route.verb == verb), None)

    def verbs(self, path: str) -> frozenset[str]:
        """The verbs that the path takes."""
        return frozenset(match.route.verb for match in self._matches(path))

    def _matches(self, path: str) -> Iterator[Match]:
        for matcher, route in (*self._by_length.get(path.count("/"), ()), *self._scoped):
            if found := matcher.fullmatch(path):
                yield Match(route, _parameters(route, found.groupdict()))


def _parameters(route: ArmRoute, found: dict[str, str]) -> dict[str, str]:
    """What the path gave, with the whole id in it as `scope` too, whatever the template calls it."""
    whole = scope_parameter(route.path)
    return {**found, "scope": found[whole]} if whole else found


@cache
def routes() -> Routes:
    """Every route of this room."""
    found: list[ArmRoute] = []
    package = importlib.import_module(__package__ or "modelyard.sandbox.arm")
    for module in pkgutil.iter_modules(package.__path__):
        found.extend(getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "ROUTES", ()))
    return Routes(found)
