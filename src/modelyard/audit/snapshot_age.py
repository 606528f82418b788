"""What is known of the policies that others assign: whether it was pulled at all, and when.

An audit that doesn't know what is assigned above a stack can't say that nothing is, so it says that it doesn't know.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from modelyard.findings import Code, Finding, warning
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_snapshot import FRESH, Pulled

CODES = (
    warning(
        "audit.policies-unknown",
        "Policies that others assign have not been pulled",
        "The assignments at the stack's resource group, its subscription and above haven't been pulled.",
    ),
    warning(
        "audit.policies-stale",
        "Pulled policies are out of date",
        "Assignments may have changed since then; Azure evaluates those that are in force on the day of the write.",
    ),
    warning(
        "audit.policies-of-sandbox",
        "Policies of the sandbox are left out",
        "They were pulled from the sandbox, so they don't say what is in force in Azure.",
    ),
)


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
                CODES[0],
                "the policies that others assign at this scope and above haven't been pulled",
                found=scope or "no subscription",
                remedy=f"pull them: `modelyard policy pull {_asked(scope)}--target {target}`",
            ),
        )
    last = {each.source: each for each in sorted(knowing, key=lambda one: one.taken)}
    return tuple(
        _finding(
            CODES[1],
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
            CODES[2],
            "all pulled policies come from the sandbox, so they aren't used for a stack in Azure",
            found=places,
            remedy="pull from Azure: `modelyard policy pull --target azure`",
        ),
    )


def _asked(scope: str) -> str:
    """The subscription, whose pull serves every stack in it; whoever pulls may be signed in to another one."""
    found = scopes.subscription(scope)
    return f"{found} " if found else ""


def _finding(code: Code, message: str, *, found: str, remedy: str) -> Finding:
    return Finding(code.code, code.severity, message, found=found, remedy=remedy)
