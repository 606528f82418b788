"""Does an exemption name a policy of the stack, and does it still count?"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from modelyard.config.checks import policy_selectors
from modelyard.config.checks.policy_assignment import INITIATIVE
from modelyard.config.finding_collector import Collector
from modelyard.config.policy_exemption import PolicyExemption
from modelyard.config.policy_names import width
from modelyard.config.policy_set_definition import PolicySetDefinition
from modelyard.config.stack import Draft
from modelyard.config.suggestions import did_you_mean


def check(draft: Draft, today: date, initiatives: Mapping[str, PolicySetDefinition], collector: Collector) -> None:
    known = draft.written.get("policies", ())
    for key, exemption in draft.exemptions.items():
        at = ("exemptions", key)
        if exemption.policy not in known:
            collector.add(
                "config.exemption-policy-unknown",
                (*at, "policy"),
                f"there is no policy {exemption.policy}",
                found=exemption.policy,
                allowed=", ".join(known) or "policies has no entries",
                remedy=did_you_mean(exemption.policy, known, "name an entry of policies"),
                of_value=True,
            )
        policy_selectors.check(exemption.resource_selectors, at, collector)
        _scope(key, exemption, draft, collector)
        _references(key, exemption, draft, initiatives, collector)
        ends = exemption.expires_at
        if ends is not None and ends < datetime.combine(today, time(), UTC):
            collector.add(
                "config.exemption-expired",
                (*at, "expiresOn"),
                f"{key} has expired: since then the policy counts again",
                found=str(exemption.expires_on),
                allowed=f"a day from {today} on",
                remedy="take the exemption out, or have it renewed",
                of_value=True,
            )
        if ends is None and exemption.category == "Waiver":
            collector.add(
                "config.exemption-unlimited",
                at,
                f"{key} waives a policy for good",
                found="category: Waiver without expiresOn",
                remedy="add expiresOn, the day by which the policy will be met",
            )


def _scope(key: str, exemption: PolicyExemption, draft: Draft, collector: Collector) -> None:
    """Azure takes one at its assignment's scope and below; which groups stand below another only Azure knows."""
    assigned = draft.policies.get(exemption.policy)
    if assigned is None or width(exemption.scope) <= width(assigned.scope):
        return
    collector.add(
        "config.exemption-above-policy",
        ("exemptions", key, "scope"),
        f"{exemption.policy} doesn't rule all of {exemption.scope}, so {key} can't spare it",
        found=exemption.scope,
        allowed=f"{assigned.scope}, where the policy is, or below",
        remedy="narrow the exemption",
        of_value=True,
    )


def _references(
    key: str,
    exemption: PolicyExemption,
    draft: Draft,
    initiatives: Mapping[str, PolicySetDefinition],
    collector: Collector,
) -> None:
    """Of an initiative of the stack the reference ids are known; of one that exists already, nobody says."""
    assigned = draft.policies.get(exemption.policy)
    if assigned is None or not exemption.reference_ids:
        return
    initiative = initiatives.get(assigned.definition.removeprefix(INITIATIVE))
    if initiative is None:
        return
    known = tuple(member.reference_id for member in initiative.members)
    for index, reference in enumerate(exemption.reference_ids):
        if reference not in known:
            collector.add(
                "config.exemption-reference-unknown",
                ("exemptions", key, "referenceIds", index),
                f"{assigned.definition} has no definition {reference}",
                found=reference,
                allowed=", ".join(known),
                remedy=did_you_mean(reference, known, "name a referenceId of the initiative"),
                of_value=True,
            )
