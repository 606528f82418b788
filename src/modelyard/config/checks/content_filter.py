"""Do content filters and those who name them fit together, and what should a reader know about a weak one?"""

from modelyard.catalog.content_filters import SYSTEM_POLICIES, by_source
from modelyard.config.content_filter import POINTS, ContentFilter, FilterRule
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.stack import Draft
from modelyard.config.suggestions import did_you_mean

CAMEL = {source: field.alias for source, name in POINTS.items() if (field := ContentFilter.model_fields[name])}
SEEN = ("A", "B")  # grades of what Microsoft says, or Azure was seen to answer
BLOCKLISTS_APPLY_TO = "OpenAI"  # Microsoft's how-to: support (preview) is limited to Azure OpenAI models (grade A)


def check(draft: Draft, collector: Collector) -> None:
    for name, each in draft.content_filters.items():
        at: KeyPath = ("contentFilters", name)
        rules = tuple(each.rules())
        if not rules:
            _empty(at, collector)
        for rule in rules:
            _rule(rule, (*at, str(CAMEL[rule.source]), rule.key), collector)
        if each.mode == "Deferred":
            collector.add(
                "config.filter-mode-deprecated",
                (*at, "mode"),
                "Deferred is the former name of Asynchronous_filter",
                found="Deferred",
                allowed="Asynchronous_filter",
                remedy="write Asynchronous_filter",
                of_value=True,
            )
        for blocklist in each.blocklists:
            _exists(blocklist, draft.written.get("blocklists", ()), (*at, "blocklists", blocklist), collector)
    for key, deployment in draft.deployments.items():
        _named(deployment.content_filter, draft, ("deployments", key, "contentFilter"), collector)
        used = draft.content_filters.get(deployment.content_filter)
        if used is not None and used.blocklists and deployment.model.format != BLOCKLISTS_APPLY_TO:
            collector.add(
                "config.blocklist-not-applied",
                ("deployments", key, "contentFilter"),
                f"blocklists work with Azure OpenAI's models, not with {deployment.model.name}",
                found=f"{deployment.content_filter} with {', '.join(used.blocklists)}",
                remedy="filter such words elsewhere too, or name a content filter without blocklists",
                of_value=True,
            )


def _empty(at: KeyPath, collector: Collector) -> None:
    collector.add(
        "config.content-filter-empty",
        at,
        f"{at[-1]} names no filter",
        allowed="at least one filter, under prompt or completion",
        remedy="write what shall differ from its base policy, or let deployments name the base policy itself",
    )


def _rule(rule: FilterRule, path: KeyPath, collector: Collector) -> None:
    known = by_source()[rule.source][rule.key]
    if known.grade not in SEEN:
        inferred = known.grade == "R"
        collector.add(
            "config.filter-inferred",
            path,
            f"that {known.arm_name} applies to {rule.source} is {'inferred' if inferred else 'what others say'}",
            found=str(rule.key),
            remedy="read the policy back once it is deployed: az rest --url <account id>/raiPolicies/<name>",
        )
    if known.has_severity and known.source in ("Prompt", "Completion"):
        off = "enabled: false" if not rule.enabled else "blocking: false" if not rule.blocking else ""
        if off:
            collector.add(
                "config.filter-needs-approval",
                path,
                f"{known.arm_name} no longer blocks at any severity",
                found=off,
                allowed="severityThreshold: High is the weakest that needs no approval",
                remedy="make sure that the subscription is approved for modified content filters",
            )


def _exists(name: str, known: tuple[str, ...], path: KeyPath, collector: Collector) -> None:
    if name not in known:
        collector.add(
            "config.blocklist-unknown",
            path,
            f"there is no blocklist {name}",
            found=name,
            allowed=", ".join(known) or "blocklists has no entries",
            remedy=did_you_mean(name, known, "write it under blocklists, or take it out here"),
        )


def _named(name: str, draft: Draft, path: KeyPath, collector: Collector) -> None:
    known = (*SYSTEM_POLICIES, *draft.written.get("content_filters", ()))
    if name not in known:
        collector.add(
            "config.content-filter-unknown",
            path,
            f"there is no content filter {name}",
            found=name,
            allowed=", ".join(known),
            remedy=did_you_mean(name, known, "write it under contentFilters, or correct the name"),
            of_value=True,
        )
