"""`modelyard policy pull`: the policies in force, kept in the project for previews and audits."""

from dataclasses import replace
from datetime import UTC, datetime

from modelyard.cli.options import Common, Pointing
from modelyard.cli.pointing import point
from modelyard.config.project import Project
from modelyard.findings import Finding, Severity
from modelyard.policy import pulled
from modelyard.policy.pulled import Pulled
from modelyard.policy.rulebook import Rulebook
from modelyard.report.result import Report


def pull(scope: str = "subscription", *, pointing: Pointing = Pointing(), common: Common = Common()) -> Report:
    """Keep the policies in force on a scope and above it, so that previews know them.

    Writes the assignments, the definitions and initiatives they use, and the exemptions, as Azure has them, to
    .modelyard/policies/azure. Commit that folder, and pipelines need no access to preview. Previews warn when
    what they need of it is older than 7 days.

        modelyard policy pull --target azure
        modelyard policy pull /subscriptions/<id>/resourceGroups/rg-models
        modelyard policy pull /providers/Microsoft.Management/managementGroups/contoso

    Parameters
    ----------
    scope
        `subscription` for the one you are signed in to, or the id of a subscription, a resource group or a
        management group. A subscription's has all that is assigned in it too, and serves every stack there.

    """
    from modelyard.audit import pull as asked

    project = Project.find(common.project)
    target = point(pointing.target)
    meant = asked.scope_of(scope, target.subscription_id)
    target = replace(target, subscription_id=asked.subscription_of(meant) or target.subscription_id)
    taken = Pulled(meant, target.name, datetime.now(UTC), Rulebook())
    with asked.client(target) as client:
        answer = asked.pull(client, meant, taken.name)
    file = pulled.write(project.root / pulled.FOLDER, replace(taken, book=answer.book))
    book = answer.book
    counts = {part: len(getattr(book, part)) for part in ("assignments", "definitions", "initiatives", "exemptions")}
    kept = file.relative_to(project.root)
    return Report(
        command="policy pull",
        target=target.name,
        findings=tuple(_missing(each) for each in answer.missing),
        text=f"{meant}: {', '.join(f'{count} {part}' for part, count in counts.items())}\nkept in {kept}",
        data={"scope": meant, "file": str(file), "managementGroups": list(book.management_groups), **counts},
    )


def _missing(definition: str) -> Finding:
    return Finding(
        code="policy.definition-not-shown",
        severity=Severity.WARNING,
        message="an assignment uses this definition, and Azure doesn't show it: the policy isn't evaluated",
        found=definition,
        remedy="ask for the right to read it, or tell whoever owns the assignment that the definition is gone",
    )
