"""What the deployments of one account may not be together, and what each says about its version."""

from modelyard.catalog.sku import SKUS, Billing
from modelyard.config.finding_collector import Collector
from modelyard.config.stack import Draft

# azure-ai-docs, quotas-limits.md (grade A): 32 standard deployments per resource.
STANDARD_LIMIT = 32


def check(draft: Draft, collector: Collector) -> None:
    _count(draft, collector)
    for key, deployment in draft.deployments.items():
        if deployment.version_upgrade_option != "NoAutoUpgrade":
            collector.add(
                "config.version-moves",
                ("deployments", key, "versionUpgradeOption"),
                f"Azure may move {key} past version {deployment.model.version}",
                found=deployment.version_upgrade_option,
                remedy="leave the option out to stay on the version that was tested",
                of_value=True,
            )


def _count(draft: Draft, collector: Collector) -> None:
    standard = [
        key
        for key, deployment in draft.deployments.items()
        if deployment.sku in SKUS and SKUS[deployment.sku].billing is Billing.STANDARD
    ]
    if len(standard) > STANDARD_LIMIT:
        collector.add(
            "config.too-many-deployments",
            ("deployments",),
            "more standard deployments than one account can have",
            found=str(len(standard)),
            allowed=f"at most {STANDARD_LIMIT}",
            remedy="spread them over several stacks, each with an account of its own",
        )
