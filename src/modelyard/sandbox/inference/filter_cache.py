"""The content filter of each deployment: compiled when it is first needed, and kept until ARM changes something."""

from dataclasses import dataclass

from modelyard.sandbox.inference.accounts import InferenceAccount, InferenceDeployment
from modelyard.sandbox.inference.blocklists import CompiledBlocklist, blocklist
from modelyard.sandbox.inference.filter_scan import Screen
from modelyard.sandbox.inference.rai_policies import Source, policy
from modelyard.sandbox.local_azure import LocalAzure


@dataclass(frozen=True, slots=True)
class DeploymentFilter:
    """What looks at prompts and completions. `note` tells of entries that the sandbox can't enforce."""

    prompt: Screen
    completion: Screen
    deferred: bool
    note: str = ""


DOWN = DeploymentFilter(Screen.down(), Screen.down(), deferred=False)
"""What there is while the filters are out of order."""


def filter_of(azure: LocalAzure, account: InferenceAccount, deployment: InferenceDeployment) -> DeploymentFilter:
    """The filter that the deployment names."""
    name = str(deployment.properties.get("raiPolicyName") or "")
    known: dict[tuple[str, str], DeploymentFilter] = azure.derived("inference filters", ("resources",), dict)
    found = known.get((account.id, name))
    if found is None:
        found = known[account.id, name] = _compile(azure, account.id, name)
    return found


def _compile(azure: LocalAzure, account: str, name: str) -> DeploymentFilter:
    stated = policy(azure, account, name)
    lists: dict[str, CompiledBlocklist] = {}

    def screen(source: Source) -> Screen:
        attached = stated.blocklists[source]
        for one in attached:
            lists.setdefault(one, blocklist(azure, account, one))
        return Screen(stated.rules[source], [(lists[one], blocking) for one, blocking in attached.items()])

    prompt, completion = screen("prompt"), screen("completion")
    left_out = "; ".join(reason for one in lists.values() for reason in one.left_out)
    note = f"not enforced by the sandbox: {left_out}" if left_out else ""
    return DeploymentFilter(prompt, completion, stated.deferred, note)
