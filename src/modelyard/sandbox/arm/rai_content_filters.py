"""`raiContentFilters` of a location: which filters there are for content filters (RAI policies) to hold.

The list is the catalog's, whose rows carry their own grades. Each filter is there once, `name` is without the spaces of
`properties.name`, and `source` is said of a filter that is for prompts alone or for completions alone, as in the
examples of azure-rest-api-specs (2025-06-01, A); the points of agents, younger than these, don't show (R).
"""

from collections.abc import Callable
from typing import Any

from modelyard.catalog.content_filters import CatalogFilter, by_source, filters
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.locations import normal, require
from modelyard.sandbox.arm.routing import SPEC, ArmRoute

TYPE = "Microsoft.CognitiveServices/locations/raiContentFilters"
PATH = "/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices/locations/{location}/raiContentFilters"


def _name(one: CatalogFilter) -> str:
    return one.arm_name.replace(" ", "")


def _each() -> list[CatalogFilter]:
    """Every filter once."""
    return list({one.key: one for one in reversed(filters())}.values())[::-1]


def _source(one: CatalogFilter) -> dict[str, str]:
    sources = [source for source in ("Prompt", "Completion") if one.key in by_source()[source]]
    return {"source": sources[0]} if len(sources) == 1 else {}


def _shown(call: ArmCall, one: CatalogFilter) -> dict[str, Any]:
    location = normal(call.parameters["location"])
    where = f"{call.subscription}/providers/Microsoft.CognitiveServices/locations/{location}/raiContentFilters"
    return {
        "id": f"{where}/{_name(one)}",
        "name": _name(one),
        "type": TYPE,
        "properties": {"name": one.arm_name, "isMultiLevelFilter": one.has_severity, **_source(one)},
    }


def _check(call: ArmCall) -> None:
    require(call.parameters["location"], TYPE)


def _list(call: ArmCall) -> ArmReply:
    _check(call)
    return listing([_shown(call, one) for one in _each()])


def _get(call: ArmCall) -> ArmReply:
    _check(call)
    wanted = call.parameters["filterName"].replace(" ", "").lower()
    found = next((one for one in _each() if _name(one).lower() == wanted), None)
    if found is None:
        raise refuse("resource-not-found", resource=f"{TYPE}/{call.parameters['filterName']}", group="")
    return ArmReply(200, _shown(call, found))


def _route(path: str, answer: Callable[[ArmCall], ArmReply]) -> ArmRoute:
    return ArmRoute(verb="GET", path=path, answer=answer, action=f"{TYPE}/read", type=TYPE, grade=Grade.A, source=SPEC)


ROUTES = (_route(PATH, _list), _route(f"{PATH}/{{filterName}}", _get))
