"""Which api-versions ARM takes for a type, and what it says of others.

CognitiveServices: versions that azure-native 3.29 lists (A) and older ones that the service's clients have used (C).
Resources: the list in a captured error (ansible-collections/azure#1739, B). Policies: azure-native 3.29 (A). Roles,
PolicyInsights and management groups: recalled (R).
"""

from collections.abc import Mapping

from modelyard.sandbox.arm.answers import refuse

COGNITIVE_SERVICES = (
    "2026-07-01,2026-05-15-preview,2026-05-01,2026-03-15-preview,2026-03-01,2026-01-15-preview,2025-12-01,"
    "2025-10-01-preview,2025-09-01,2025-07-01-preview,2025-06-01,2025-04-01-preview,2024-10-01,2024-06-01-preview,"
    "2024-04-01-preview,2023-10-01-preview,2023-05-01,2022-12-01,2022-10-01,2022-03-01,2021-10-01,2021-04-30"
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
POLICIES = (
    "2026-07-01,2026-06-01,2026-01-01-preview,2025-12-01-preview,2025-11-01,2025-03-01,2025-01-01,2024-05-01,2024-04-01,"
    "2023-04-01,2022-06-01,2021-06-01,2020-09-01"
)
EXEMPTIONS = "2026-01-01-preview,2025-12-01-preview,2024-12-01-preview,2022-07-01-preview,2020-07-01-preview"
POLICY_INSIGHTS = "2024-10-01,2023-03-01,2022-04-01,2019-10-01"
MANAGEMENT = "2023-04-01,2021-04-01,2020-10-01,2020-05-01,2020-02-01,2019-11-01,2018-03-01-preview,2018-01-01-preview"
REMEDIATIONS = "2024-10-01,2021-10-01,2019-07-01,2018-07-01-preview"

BY_TYPE: Mapping[str, str] = {
    "microsoft.authorization/roleassignments": ROLE_ASSIGNMENTS,
    "microsoft.authorization/roledefinitions": ROLE_DEFINITIONS,
    "microsoft.authorization/policydefinitions": POLICIES,
    "microsoft.authorization/policysetdefinitions": POLICIES,
    "microsoft.authorization/policyassignments": POLICIES,
    "microsoft.authorization/policyexemptions": EXEMPTIONS,
    "microsoft.policyinsights/remediations": REMEDIATIONS,
}
BY_NAMESPACE: Mapping[str, str] = {
    "microsoft.cognitiveservices": COGNITIVE_SERVICES,
    "microsoft.management": MANAGEMENT,
    "microsoft.policyinsights": POLICY_INSIGHTS,
    "microsoft.resources": RESOURCES,
}


def supported(arm_type: str) -> list[str]:
    """The versions a type takes, newest first; empty where the sandbox knows of none."""
    namespace = arm_type.partition("/")[0].lower()
    known = BY_TYPE.get(arm_type.lower()) or BY_NAMESPACE.get(namespace, "")
    return known.split(",") if known else []


def serves(namespace: str) -> bool:
    """Whether the sandbox has some type of a namespace."""
    folded = namespace.lower()
    return folded in BY_NAMESPACE or any(known.startswith(f"{folded}/") for known in BY_TYPE)


def check(arm_type: str, version: str, location: str, regions: list[str]) -> None:
    """Refuses a version that is missing or that the type doesn't take. Endpoint metadata takes any."""
    if not version:
        raise refuse("no-api-version")
    known = supported(arm_type)
    if not known or version in known:
        return
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
