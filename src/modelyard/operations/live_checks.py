"""What ARM is asked about a change before it is made: quota, and soft-deleted accounts.

Only what the change needs is asked. The sandbox and Azure are asked in the same way. What may not be read is a finding
that says so: `preview` then ends with exit status 6, and `up` goes on, since Azure decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from modelyard.arm import kinds, pulumi_sentinels
from modelyard.arm.declared_resource import arm_id
from modelyard.azure.arm_reader import ArmReader, reader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import Target
from modelyard.config.stack import Stack
from modelyard.engine.events import Started, name_of, type_of
from modelyard.findings import Finding
from modelyard.inventory import deleted_accounts, quota

WRITES = frozenset({"create", "update", "create-replacement"})
DELETES = frozenset({"delete", "delete-replaced"})


def findings(target: Target, stack: Stack, planned: Iterable[Started], subscription_id: str) -> tuple[Finding, ...]:
    """What is known to be refused, and what can't be told."""
    steps = list(planned)
    accounts = [each for each in steps if type_of(each.urn) == kinds.ACCOUNT.token and each.op in WRITES]
    new = next((each for each in accounts if each.op != "update"), None)
    deployments = [
        each for each in steps if type_of(each.urn) == kinds.DEPLOYMENT.token and each.op in WRITES | DELETES
    ]
    if new is None and not any(each.op in WRITES for each in deployments):
        return ()
    with reader(target) as arm:
        kept = deleted_accounts.findings(arm, subscription_id, _new(new, target)) if new else ()
        try:
            there = {} if new else _there(arm, deployments, subscription_id)
        except ScopeUnreadable as refused:
            growing = quota.growth(_steps(deployments, {}))
            return (*kept, quota.unverified(growing, refused.what, where=refused.where))
        return (*kept, *quota.findings(arm, subscription_id, stack.location, list(_steps(deployments, there))))


def _new(step: Started, target: Target) -> deleted_accounts.New:
    inputs = pulumi_sentinels.plain(dict(step.inputs), None)
    properties = inputs.get("properties") or {}
    name, group = str(inputs.get("accountName")), str(inputs.get("resourceGroupName"))
    purge = (
        f"az cognitiveservices account purge --name {name} --resource-group {group} --location {inputs.get('location')}"
    )
    return deleted_accounts.New(
        name=name,
        group=group,
        subdomain=str(properties.get("customSubDomainName") or ""),
        restore=properties.get("restore") is True,
        purge="modelyard sandbox clock advance 2d" if target.name == "sandbox" else purge,
    )


def _there(arm: ArmReader, steps: Sequence[Started], subscription_id: str) -> Mapping[str, Mapping[str, Any]]:
    """The deployments of the account as they are now, by folded name: what they draw is in the usages already."""
    inputs = pulumi_sentinels.plain(dict(steps[0].inputs), None)
    parent = arm_id(kinds.DEPLOYMENT, inputs, subscription_id).rpartition("/deployments/")[0]
    listed = arm.list(f"{parent}/deployments", kinds.DEPLOYMENT.api_version, optional=True)
    return {str(each["name"]).lower(): each for each in listed}


def _steps(steps: Sequence[Started], there: Mapping[str, Mapping[str, Any]]) -> Iterator[quota.CapacityStep]:
    """What becomes of each deployment; one that is replaced is one step."""
    written = {each.urn: each for each in steps if each.op in WRITES}
    for each in {**{each.urn: each for each in steps}, **written}.values():
        inputs = pulumi_sentinels.plain(dict(each.inputs), None)
        before = there.get(str(inputs.get("deploymentName") or name_of(each.urn)).lower())
        after = quota.Draw.of(inputs) if each.urn in written else None
        yield quota.CapacityStep(name_of(each.urn), quota.Draw.of(before) if before else None, after)
