"""Remediations: what modify and deployIfNotExists would have done is done to what was there before the policy.

Azure runs a remediation in the assignment's own identity, a task for each assignment and, of an initiative, for each
member (Microsoft docs, remediate-resources, A). It is started by a PUT and watched until it is over.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.arm.declared_resource import Declared
from modelyard.arm.kinds import POLICY_ASSIGNMENT
from modelyard.azure.arm_client import Deadline, connect
from modelyard.azure.arm_operation import ArmOperation
from modelyard.azure.failures import ArmFailure, AzureRefused
from modelyard.azure.target import Target
from modelyard.config.stack import Stack
from modelyard.failures import Failure
from modelyard.policy.documents import scopes

API_VERSION = "2021-10-01"
OVER = frozenset({"succeeded", "complete", "failed", "canceled"})
"""States in which a remediation stays (Microsoft docs, REST reference, A)."""
MOST = 50_000
"""Resources that one remediation may mend; Azure takes 500 where nobody says (remediate-resources, A)."""
LONGEST = 24 * 3600.0
"""Seconds after which a remediation is no longer watched; it takes minutes in Azure, and more with many resources."""


@dataclass(frozen=True, slots=True)
class Task:
    """One remediation to be run. `key` is the entry of the stack file's policies, `reference` its member."""

    key: str
    assignment_id: str
    reference: str = ""

    @property
    def name(self) -> str:
        """The same every time, so that a second run replaces the first and leaves nothing behind.

        Of the assignment's name, which no other stack has at a scope that several share.
        """
        assignment = self.assignment_id.rpartition("/")[2]
        return "-".join(filter(None, ("modelyard", assignment, self.reference))).lower()

    @property
    def evaluates(self) -> bool:
        """Whether Azure looks anew at what doesn't comply; else it goes by its last look, which a new policy lacks.

        It does so from the subscription down (Microsoft docs, remediate-resources, A).
        """
        return not scopes.normalized(self.assignment_id).startswith(scopes.GROUPS)

    @property
    def url(self) -> str:
        """Its path below ARM's address: it stands at the scope of the assignment."""
        found = POLICY_ASSIGNMENT.match(self.assignment_id) or {}
        return f"/{found.get('scope', '').strip('/')}/providers/Microsoft.PolicyInsights/remediations/{self.name}"


@dataclass(frozen=True, slots=True)
class RemediationOutcome:
    """How a task ended: resources changed and those that couldn't be, with Azure's words on why."""

    task: Task
    state: str
    changed: int
    failed: int
    message: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether nothing was left undone."""
        return self.state.lower() in {"succeeded", "complete"} and not self.failed


def tasks(stack: Stack, declared: Iterable[Declared]) -> Iterator[Task]:
    """One for each policy of the stack whose effect changes or deploys something."""
    ids = {each.name: each.id for each in declared if each.token == POLICY_ASSIGNMENT.token}
    for key, policy in stack.policies.items():
        if not policy.remediates:
            continue
        initiative = stack.initiatives[policy.initiative] if policy.initiative else None
        members = initiative.remediating(policy.parameters) if initiative else ()
        references = [member.reference_id for member in members] or [""]
        yield from (Task(key, ids[key], reference) for reference in references)


def run(task: Task, target: Target) -> RemediationOutcome:
    """Start it and watch it until it is over. Raises `audit.remediation-refused` with ARM's own words, NotSignedIn."""
    wanted: dict[str, Any] = {"policyAssignmentId": task.assignment_id, "resourceCount": MOST}
    if task.reference:
        wanted["policyDefinitionReferenceId"] = task.reference
    if task.evaluates:
        wanted["resourceDiscoveryMode"] = "ReEvaluateCompliance"
    with connect(target) as arm:
        operation = ArmOperation(arm, "PUT", task.url, API_VERSION, Deadline(LONGEST))
        try:
            body = {"properties": wanted}
            first = arm.fetch("PUT", task.url, operation.deadline, api_version=API_VERSION, body=body)
            found: Mapping[str, Any] = operation.watch(first, OVER).get("properties") or {}
        except AzureRefused as refused:
            raise Failure.of(
                "audit.remediation-refused", policy=task.key, url=task.url, error=refused.error
            ) from refused
        except ArmFailure as failed:
            raise Failure.of("audit.remediation-refused", policy=task.key, url=task.url, error=failed.what) from failed
    status: Mapping[str, Any] = found.get("deploymentStatus") or {}
    return RemediationOutcome(
        task,
        str(found["provisioningState"]),
        int(status.get("successfulDeployments") or 0),
        int(status.get("failedDeployments") or 0),
        str(found.get("statusMessage") or ""),
    )
