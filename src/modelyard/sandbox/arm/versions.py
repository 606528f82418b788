"""Which api-versions ARM takes for a type, what it says of others, and what is made of newer ones.

Azure has newer versions each month. One that is well-formed and newer than every known one is taken as the newest
known, with a note. One that is malformed, older, or so far ahead of the sandbox's clock that it is misspelt is refused.

Those of the table's types are what azure-native 3.29 knows (A), with older or further ones that clients have used.
CognitiveServices: the service's own clients (C). Resources: the list in a captured error
(ansible-collections/azure#1739, B). Roles, PolicyInsights and management groups: recalled (R). A type of a namespace
that has no row takes what the rows of its namespace take.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from modelyard.arm.resource_types import by_type
from modelyard.sandbox.arm.answers import refuse

COGNITIVE_SERVICES = (
    "2024-06-01-preview,2024-04-01-preview,2023-10-01-preview,2023-05-01,2022-12-01,2022-10-01,2022-03-01,2021-10-01,"
    "2021-04-30"
)
RESOURCES = (
    "2024-08-01,2024-06-01-preview,2024-03-01,2023-07-01,2023-07-01-preview,2023-03-01-preview,2022-12-01,"
    "2022-11-01-preview,2022-09-01,2022-06-01,2022-05-01,2022-03-01-preview,2022-01-01,2021-04-01,2021-01-01,2020-10-01,"
    "2020-09-01,2020-08-01,2020-07-01,2020-06-01,2020-05-01,2020-01-01,2019-11-01,2019-10-01,2019-09-01,2019-08-01,"
    "2019-07-01,2019-06-01,2019-05-10,2019-05-01,2019-03-01,2018-11-01,2018-09-01,2018-08-01,2018-07-01,2018-06-01,"
    "2018-05-01,2018-02-01,2018-01-01,2017-12-01,2017-08-01,2017-06-01,2017-05-10,2017-05-01,2017-03-01,2016-09-01,"
    "2016-07-01,2016-06-01,2016-02-01,2015-11-01,2015-01-01,2014-04-01-preview,2014-04-01,2014-01-01,2013-03-01,"
    "2014-02-26,2014-04"
)
ROLE_ASSIGNMENTS = (
    "2022-04-01,2021-04-01-preview,2020-10-01-preview,2020-08-01-preview,2020-04-01-preview,2020-03-01-preview,"
    "2018-09-01-preview,2018-01-01-preview,2015-07-01"
)
ROLE_DEFINITIONS = "2023-07-01-preview,2022-05-01-preview,2022-04-01,2018-01-01-preview,2015-07-01"
POLICIES = "2022-06-01,2024-04-01"
WELL_FORMED = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(?:preview|privatepreview|alpha|beta))?")
AHEAD = timedelta(days=366)
"""A version that is further ahead of the sandbox's clock is misspelt (R)."""

POLICY_INSIGHTS = "2024-10-01,2023-03-01,2022-04-01,2019-10-01"
MANAGEMENT = "2023-04-01,2021-04-01,2020-10-01,2020-05-01,2020-02-01,2019-11-01,2018-03-01-preview,2018-01-01-preview"
RESOURCE_GRAPH = "2024-04-01,2022-10-01,2021-03-01,2020-04-01-preview,2019-04-01,2018-09-01-preview"
REMEDIATIONS = "2024-10-01,2021-10-01,2019-07-01,2018-07-01-preview"

FURTHER: Mapping[str, str] = {
    "microsoft.authorization/policyassignments": POLICIES,
    "microsoft.authorization/policydefinitions": POLICIES,
    "microsoft.authorization/policyexemptions": POLICIES,
    "microsoft.authorization/policysetdefinitions": POLICIES,
    "microsoft.authorization/roleassignments": ROLE_ASSIGNMENTS,
    "microsoft.authorization/roledefinitions": ROLE_DEFINITIONS,
    "microsoft.cognitiveservices/accounts": COGNITIVE_SERVICES,
    "microsoft.cognitiveservices/accounts/deployments": COGNITIVE_SERVICES,
    "microsoft.cognitiveservices/locations/operationresults": f"{COGNITIVE_SERVICES},2017-04-18",
    "microsoft.policyinsights/remediations": REMEDIATIONS,
    "microsoft.resources/resourcegroups": RESOURCES,
}
"""By type, beside those of its row."""
BY_NAMESPACE: Mapping[str, str] = {
    "microsoft.management": MANAGEMENT,
    "microsoft.policyinsights": POLICY_INSIGHTS,
    "microsoft.resourcegraph": RESOURCE_GRAPH,
}
"""Of types without a row, in namespaces without one."""


@cache
def supported(arm_type: str) -> tuple[str, ...]:
    """The versions a type takes, newest first; empty where the sandbox knows of none."""
    folded, namespace = arm_type.lower(), arm_type.partition("/")[0].lower()
    known = _of(folded)
    if not known and namespace in BY_NAMESPACE:
        known = set(BY_NAMESPACE[namespace].split(","))
    if not known and namespace != "microsoft.authorization":
        known = {version for each in by_type() if each.startswith(f"{namespace}/") for version in _of(each)}
    return tuple(sorted(known, reverse=True))


def _of(folded: str) -> set[str]:
    """Those of one type, in lower case."""
    row, further = by_type().get(folded), FURTHER.get(folded, "")
    return {*(row.schema.api_versions if row is not None else ()), *(further.split(",") if further else ())}


def check(arm_type: str, version: str, today: date, location: str, regions: list[str]) -> str:
    """The version that counts on `today` of the sandbox. Refuses one that is missing or that the type doesn't take.

    Endpoint metadata takes any.
    """
    if not version:
        raise refuse("no-api-version")
    known = supported(arm_type)
    if not known or version in known:
        return version
    if _newer(version, known[0], today):
        return known[0]
    if arm_type.lower().startswith("microsoft.resources"):
        raise refuse("bad-api-version", version=version, supported=",".join(known))
    raise refuse(
        "no-provider-for-version",
        location=location,
        version=version,
        type=arm_type.partition("/")[2],
        supported=", ".join(known),
        locations=", ".join(regions),
    )


def _newer(version: str, newest: str, today: date) -> bool:
    found, last = _date(version), _date(newest)
    return found is not None and (last is None or last < found <= today + AHEAD)


def _date(version: str) -> date | None:
    """The day in a well-formed version."""
    found = WELL_FORMED.fullmatch(version)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
