"""What a project knows of policies beside those that a stack declares: its own files, and what was pulled of others'.

Previews run whatever is wrong with a file; so what can't be read is a failure to be told, and raises nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from modelyard.audit import policy_files, snapshot_age
from modelyard.audit.source import AuditSource
from modelyard.audit.stack_file import NOBODY
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.findings import Finding
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import FRESH, Pulled


@dataclass(frozen=True, slots=True)
class ProjectPolicies:
    """`own` are the files in policies/azure, `pulled` all that was pulled, `failures` what of it can't be read.

    `left_out` was pulled from the sandbox, and says nothing of a stack in Azure.
    """

    own: Rulebook = field(default_factory=Rulebook)
    pulled: tuple[Pulled, ...] = ()
    failures: tuple[Failure, ...] = ()
    left_out: tuple[Pulled, ...] = ()

    @classmethod
    def of(cls, project: Project) -> "ProjectPolicies":
        """What the project's folders hold."""
        own, unreadable = policy_files.read(policy_files.within(project.definitions))
        failures = [*unreadable]
        kept: list[Pulled] = []
        for file in policy_snapshot.files(project.root / policy_snapshot.FOLDER):
            try:
                kept.append(policy_snapshot.kept(file))
            except Failure as failure:
                failures.append(failure)
        return cls(own, tuple(kept), tuple(failures))

    def in_target(self, target: TargetName) -> "ProjectPolicies":
        """What counts for a stack there: in Azure nothing that was pulled from the sandbox; a rehearsal knows all."""
        if target == "sandbox":
            return self
        there = tuple(each for each in self.pulled if each.source != "sandbox")
        return replace(self, pulled=there, left_out=tuple(each for each in self.pulled if each.source == "sandbox"))

    @property
    def book(self) -> Rulebook:
        """All of it; of a document that several have, the project's own file counts."""
        return self.own | policy_snapshot.joined(self.pulled)

    def findings(
        self, source: AuditSource, now: datetime, *, target: str, fresh: timedelta = FRESH
    ) -> tuple[Finding, ...]:
        """What to pull so that all policies in force on the source's resources are known."""
        groups = (scopes.resource_group(each.id) for each in source.subjects)
        scope = next((each for each in groups if each and NOBODY not in each), "")
        found = snapshot_age.findings(scope, self.pulled, now, target=target, fresh=fresh)
        return found if self.pulled else (*found, *snapshot_age.of_the_sandbox(self.left_out))

    def subscription(self, target: str) -> str:
        """The subscription of whoever names none: the only one that was pulled, else nobody's."""
        found = {scopes.subscription(each.scope) for each in self.pulled if each.source == target} - {""}
        return found.pop().rpartition("/")[2] if len(found) == 1 else NOBODY
