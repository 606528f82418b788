"""What the deployments of one account may not be together, what each says of its version, and where it spills over."""

from modelyard.catalog.sku import SKUS, Billing, Processing
from modelyard.config.deployment import WrittenDeployment
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.stack import Draft
from modelyard.config.suggestions import did_you_mean

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


def check_spillover(draft: Draft, collector: Collector) -> None:
    """Can a provisioned deployment spill over to the one it names?

    Microsoft's how-to on spillover (grade A): a provisioned and a standard deployment of the same resource, with the
    same model and version; its earlier form also asks for the same data processing level.
    """
    known = draft.written.get("deployments", ())
    for key, primary in draft.deployments.items():
        name = primary.spillover_deployment_name
        if name is None:
            continue
        path = ("deployments", key, "spilloverDeploymentName")
        if name not in known:
            _refuse(
                path, f"there is no deployment {name}", name, ", ".join(known), did_you_mean(name, known), collector
            )
        elif (target := draft.deployments.get(name)) is not None:
            _pair(key, primary, name, target, path, collector)


def _pair(
    key: str, primary: WrittenDeployment, name: str, target: WrittenDeployment, path: KeyPath, collector: Collector
) -> None:
    if name == key:
        _refuse(path, f"{key} can't spill over to itself", name, "a standard deployment", "", collector)
        return
    here, there = SKUS.get(primary.sku), SKUS.get(target.sku)
    problems, found = [], []
    if here is not None and here.billing is not Billing.PROVISIONED:
        problems.append(f"{key} is no provisioned deployment")
        found.append(f"{key} with {primary.sku}")
    if there is not None and there.billing is not Billing.STANDARD:
        problems.append(f"{name} is no standard deployment")
        found.append(f"{name} with {target.sku}")
    if target.spillover_deployment_name is not None:
        problems.append(f"{name} spills over itself")
        found.append(f"{name} to {target.spillover_deployment_name}")
    if (primary.model.name, primary.model.version) != (target.model.name, target.model.version):
        problems.append(f"{name} has another model or version")
        found.append(f"{primary.model} and {target.model}")
    if problems:
        allowed = f"from {_skus(Billing.PROVISIONED)} to {_skus(Billing.STANDARD)}, both of {primary.model}"
        _refuse(path, ", and ".join(problems), ", ".join(found), allowed, "", collector)
    elif here and there and here.processing is not there.processing:
        collector.add(
            "config.spillover-crosses-level",
            path,
            f"what {name} takes over is processed elsewhere",
            found=f"{primary.sku} ({here.processing}) to {target.sku} ({there.processing})",
            allowed=_skus(Billing.STANDARD, here.processing),
            remedy="spill over to a deployment of the same processing level",
            of_value=True,
        )


def _skus(billing: Billing, processing: Processing | None = None) -> str:
    fitting = [sku.name for sku in SKUS.values() if sku.billing is billing and processing in (None, sku.processing)]
    return " or ".join(fitting)


def _refuse(path: KeyPath, message: str, found: str, allowed: str, remedy: str, collector: Collector) -> None:
    collector.add(
        "config.spillover-not-possible",
        path,
        message,
        found=found,
        allowed=allowed,
        remedy=remedy or "name a standard deployment of the same model and version, on this account",
        of_value=True,
    )
