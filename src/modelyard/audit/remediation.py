"""Remediations: what modify and deployIfNotExists would have done is done to what was there before the policy.

Azure runs a remediation in the assignment's own identity, a task for each assignment and, of an initiative, for each
member (Microsoft docs, remediate-resources, A). It is started by a PUT and watched until it is over.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from modelyard.arm.declared_resource import Declared
from modelyard.arm.errors import ArmError, parse
from modelyard.arm.policy_assignment import ROW
from modelyard.audit.failures import RemediationRefused
from modelyard.azure.target import Target
from modelyard.config.stack import Stack
from modelyard.policy.documents import scopes

API_VERSION = "2021-10-01"
OVER = frozenset({"succeeded", "complete", "failed", "canceled"})
"""States in which a remediation stays (Microsoft docs, REST reference, A)."""
MOST = 50_000
"""Resources that one remediation may mend; Azure takes 500 where nobody says (remediate-resources, A)."""
PAUSE = 10.0
"""Seconds between two looks; a remediation takes minutes in Azure."""


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
        found = ROW.match(self.assignment_id) or {}
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
    ids = {each.name: each.id for each in declared if each.token == ROW.token}
    for key, policy in stack.policies.items():
        if not policy.remediates:
            continue
        initiative = stack.initiatives[policy.initiative] if policy.initiative else None
        members = initiative.remediating(policy.parameters) if initiative else ()
        references = [member.reference_id for member in members] or [""]
        yield from (Task(key, ids[key], reference) for reference in references)


def run(task: Task, target: Target, *, wait: Callable[[float], object] = time.sleep) -> RemediationOutcome:
    """Start it and watch it until it is over. Raises RemediationRefused with ARM's own words."""
    wanted: dict[str, Any] = {"policyAssignmentId": task.assignment_id, "resourceCount": MOST}
    if task.reference:
        wanted["policyDefinitionReferenceId"] = task.reference
    if task.evaluates:
        wanted["resourceDiscoveryMode"] = "ReEvaluateCompliance"
    with target.transport.client() as client:
        found = _send(client, target, "PUT", task, {"properties": wanted})
        while str(found.get("provisioningState", "")).lower() not in OVER:
            wait(PAUSE)
            found = _send(client, target, "GET", task)
    status: Mapping[str, Any] = found.get("deploymentStatus") or {}
    return RemediationOutcome(
        task,
        str(found["provisioningState"]),
        int(status.get("successfulDeployments") or 0),
        int(status.get("failedDeployments") or 0),
        str(found.get("statusMessage") or ""),
    )


def _send(client: httpx2.Client, target: Target, verb: str, task: Task, body: Any = None) -> Mapping[str, Any]:
    headers = {"Authorization": f"Bearer {target.token()}"}
    where, version = f"{target.resource_manager}{task.url}", {"api-version": API_VERSION}
    try:
        reply = client.request(verb, where, params=version, json=body, headers=headers)
    except httpx2.HTTPError as wrong:
        raise RemediationRefused(task.key, task.url, str(wrong) or type(wrong).__name__) from wrong
    if reply.is_error:
        error: ArmError = parse(reply.status_code, _json(reply))
        raise RemediationRefused(task.key, task.url, error)
    properties: Mapping[str, Any] = _json(reply).get("properties") or {}
    return properties


def _json(reply: httpx2.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        return {}
