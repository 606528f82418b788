"""What a project knows of policies beside those that a stack declares: its own files, and what was pulled of others'.

Previews run whatever is wrong with a file; so what can't be read is a failure to be told, and raises nothing. An audit
that doesn't know what is assigned above a stack can't say that nothing is: it tells whether that was pulled, and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from modelyard.audit import policy_files
from modelyard.audit.source import NOBODY, AuditSource
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
        found = findings(scope, self.pulled, now, target=target, fresh=fresh)
        return found if self.pulled else (*found, *of_the_sandbox(self.left_out))

    def subscription(self, target: str) -> str:
        """The subscription of whoever names none: the only one that was pulled, else nobody's."""
        found = {scopes.subscription(each.scope) for each in self.pulled if each.source == target} - {""}
        return found.pop().rpartition("/")[2] if len(found) == 1 else NOBODY


def findings(
    scope: str, pulled: Iterable[Pulled], now: datetime, *, target: str, fresh: timedelta = FRESH
) -> tuple[Finding, ...]:
    """What to mend so that the policies in force on a scope are known; nothing where one fresh pull has them all.

    Each source is as old as its last pull: a repository that was read today doesn't say what Azure took away since.
    `scope` is the ARM id of a subscription or a resource group; an empty one is none that anybody could pull. In the
    sandbox nobody assigns anything but whoever uses it, so that nothing has to be pulled there.
    """
    knowing = [each for each in pulled if each.knows(scope)]
    if not knowing:
        if target == "sandbox":
            return ()
        return (
            _finding(
                "audit.policies-unknown",
                "the policies that others assign at this scope and above haven't been pulled",
                found=scope or "no subscription",
                remedy=f"pull them: `modelyard policy pull {_asked(scope)}--target {target}`",
            ),
        )
    last = {each.source: each for each in sorted(knowing, key=lambda one: one.taken)}
    return tuple(
        _finding(
            "audit.policies-stale",
            f"the policies of this scope were pulled {each.age(now).days} days ago",
            found=each.name,
            remedy=f"pull them again: `{each.again}`",
        )
        for each in last.values()
        if each.age(now) > fresh
    )


def of_the_sandbox(left_out: Iterable[Pulled]) -> tuple[Finding, ...]:
    """That all which was pulled is of the sandbox, and isn't used for a stack in Azure."""
    places = ", ".join(each.scope for each in left_out)
    if not places:
        return ()
    return (
        _finding(
            "audit.policies-of-sandbox",
            "all pulled policies come from the sandbox, so they aren't used for a stack in Azure",
            found=places,
            remedy="pull from Azure: `modelyard policy pull --target azure`",
        ),
    )


def _asked(scope: str) -> str:
    """The subscription, whose pull serves every stack in it; whoever pulls may be signed in to another one."""
    found = scopes.subscription(scope)
    return f"{found} " if found else ""


def _finding(code: str, message: str, *, found: str, remedy: str) -> Finding:
    return Finding.of(code, message, found=found, remedy=remedy)
