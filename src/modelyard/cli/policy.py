"""`modelyard policy …`: Azure Policy on this machine, with no Azure at hand."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from modelyard import operations
from modelyard.cli import terminal
from modelyard.cli.options import Checks, Common, InProject, Plain, Pointing
from modelyard.config.project import Project
from modelyard.failures import Failure
from modelyard.report.result import Report


def list(  # noqa: A001 - the command's name
    stack: str, *, policies: tuple[Path, ...] = (), pointing: Pointing = Pointing(), common: Common = Common()
) -> Report:
    """List the policies that apply to a stack: its own, those in files, and those that were pulled.

    For example:

        modelyard policy list dev
        modelyard policy list prod --json | jq .data.policies

    Reads files only. To include the policies that others assign, run `modelyard policy pull` first.

    Parameters
    ----------
    stack
        The stack's name.
    policies
        A file or folder with more policies, as Azure writes them; again for more.

    """
    return operations.list_policies(
        Project.find(common.project), stack, terminal.context(), target=pointing.target, policies=policies
    )


def test(*files: Path, common: Checks = Checks()) -> Report:
    """Run tests of policies: each case names a definition, a resource and the expected effect.

    For example:

        modelyard policy test policies/azure/tests
        modelyard policy test cases.yaml --junit policies.xml

    Each failure is shown with the expression that decided it. The last line is `N passed, M failed`.

    Parameters
    ----------
    files
        YAML files of cases, folders of them, or patterns; docs/policy-cases.md has their format.
    """
    return operations.test_policies(files, terminal.context())


def explain(
    policy: str,
    resource: Path,
    *,
    parameters: Path | None = None,
    related: Path | None = None,
    context: Path | None = None,
    aliases: Path | None = None,
    common: InProject = InProject(),
) -> Report:
    """Show why a resource gets an effect: the tree of conditions with the values compared.

    For example:

        modelyard policy explain modelyard/keyless account.json
        modelyard policy explain team/models chat.json --parameters values.json
        modelyard policy explain builtin/diagnostic-logs a.json --related b.json

    Of an initiative or an assignment, every definition is explained that could match the resource.

    Parameters
    ----------
    policy
        A file with a definition, an initiative or an assignment as Azure keeps it (JSON, with or without `properties`),
        or the name of one that comes along, such as `modelyard/keyless` or `builtin/disable-local-auth`, or of one of
        the project's own (`team/<file>`).
    resource
        A resource as ARM returns it: JSON with `type`, `properties` and so on.
    parameters
        Values for the parameters, those without a default at least: JSON, name to value.
    related
        A JSON array of all resources around it, for effects that ask whether one exists; without it nobody knows.
    context
        What `resourceGroup()`, `subscription()` and `requestContext()` return, where it is more than the resource's id
        and its type tell: JSON with those names.
    aliases
        Aliases as `az provider list --expand resourceTypes/aliases` writes them.
    """
    return operations.explain_policy(
        policy,
        resource,
        terminal.context(),
        start=common.project,
        parameters=parameters,
        related=related,
        surroundings=context,
        aliases=aliases,
    )


def coverage(folder: Path, *, aliases: Path | None = None, common: Plain = Plain()) -> Report:
    """Tell which policy definitions in a folder can be evaluated, and why the others can't.

    For example:

        modelyard policy coverage ../azure-policy/built-in-policies
        modelyard policy coverage policies/azure --json | jq .data.refused

    Ask before you trust an audit or a preview: a definition that is refused decides nothing there. Reasons are
    counted, and each is shown once with where it was met first, what is allowed, and the others that have it. The
    exit status is 0 when everything can be evaluated, 1 when something is refused, and 2 when a file can't be read or
    nothing in the folder is a policy.

    Parameters
    ----------
    folder
        A folder of JSON files with definitions and initiatives (policy set definitions), as Azure, the azure-policy
        repository or EPAC writes them, one or a list in each; or one such file. Folders named `tests` are left out.
    aliases
        Aliases as `az provider list --expand resourceTypes/aliases` writes them.
    """
    return operations.measure_coverage(folder, terminal.context(), aliases=aliases)


def pull(
    scope: str = "subscription",
    *,
    from_epac: Path | None = None,
    environment: str = "",
    management_group: tuple[str, ...] = (),
    partial: bool = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Save the policies in force at a scope and above it, for previews and audits.

    Writes the assignments, the definitions and initiatives they use, and the exemptions, as Azure has them, to
    .modelyard/policies/azure. Commit that folder, and pipelines need no access to preview. Previews warn when
    what they need is older than 7 days.

        modelyard policy pull --target azure
        modelyard policy pull /subscriptions/<id>/resourceGroups/rg-models
        modelyard policy pull /providers/Microsoft.Management/managementGroups/contoso

    Where another team keeps its policies in a repository of EPAC (Enterprise Policy as Code), that can be
    read instead, without access to Azure. docs/epac.md says what is read; anything else is refused by file and place.

        modelyard policy pull --from-epac ../policies --environment tenant

    Parameters
    ----------
    scope
        `subscription` for the one you are signed in to, or the id of a subscription, a resource group or a
        management group. A subscription's has all that is assigned in it too, and serves every stack there.
    from_epac
        A folder with a repository of EPAC, read in place of Azure.
    environment
        The environment of that repository: a pacSelector in its global-settings.jsonc.
    management_group
        A management group above your subscriptions, by name or id; give it once for each. Only Azure knows them;
        without any, every group counts to which the repository assigns something.
    partial
        Save what can be read, even if a part of the repository can't be.

    """
    project = Project.find(common.project)
    if from_epac is not None and scope != "subscription":
        remedy = "leave the scope out: the repository says at which scopes it assigns"
        raise Failure.of("cli.option-without-effect", given=scope, beside="with --from-epac", remedy=remedy)
    return operations.pull_policies(
        project,
        terminal.context(),
        scope=scope,
        target=pointing.target,
        from_epac=from_epac,
        environment=environment,
        management_groups=management_group,
        partial=partial,
    )


def export(
    stack: str | None = None,
    *,
    to_epac: Path,
    environment: str = "",
    force: bool = False,
    common: Common = Common(),
) -> Report:
    """Write policies as the files of an EPAC (Enterprise Policy as Code) repository.

    For example:

        modelyard policy export dev --to-epac ../policies/Definitions
        modelyard policy export --to-epac ../policies --environment tenant

    Writes what a stack declares or, without a stack, what `modelyard policy pull` saved: definitions, initiatives,
    assignments and exemptions. Built-ins are named by their ids. A second run changes nothing. Files that were written
    before are updated, and removed with their policies. Files of others are not changed.

    Parameters
    ----------
    stack
        The stack's name; without it, what was pulled.
    to_epac
        A folder with an EPAC repository, or an empty one for a new repository.
    environment
        The environment to write for. Not needed where there is only one.
    force
        Replace files that Modelyard did not write.

    """
    return operations.export_policies(
        Project.find(common.project),
        to_epac,
        terminal.context(),
        stack=stack,
        environment=environment,
        force=force,
    )


def impact(
    *,
    base: str,
    stacks: tuple[str, ...] = (),
    from_epac: Path | None = None,
    environment: str = "",
    management_group: tuple[str, ...] = (),
    fail_on: Literal["error", "warning", "note", "never"] = "error",
    common: Common = Common(),
) -> Report:
    """Show what a change of policies would do to the stacks, before it is merged.

    For example:

        modelyard policy impact --base main
        modelyard policy impact --base main... --stacks dev --stacks prod

    Compares the policies in the work tree with those at a commit: a project's definitions in policies/azure and
    what its stack files assign, or a repository of EPAC. Both are put to the resources that the stack files
    declare now, so that only effects of the change are shown: what would newly be denied or reported, and what
    would be allowed again. The work tree is not changed, and nothing is sent anywhere.

        modelyard policy impact --base main --from-epac . --environment tenant

    Parameters
    ----------
    base
        A commit, branch or tag; with three dots (`main...`) the commit at which the work left it.
    stacks
        Stacks of the project, stack files, state exports (`pulumi stack export`), or folders of them; again for
        more. Without any, all stacks of the project.
    from_epac
        A folder with a repository of EPAC, whose policies are compared in place of the project's.
    environment
        The environment of that repository: a pacSelector in its global-settings.jsonc.
    management_group
        A management group above the stacks' subscriptions, by name or id; again for more. Without any, all count
        to which something is assigned.
    fail_on
        The lowest severity that makes the exit status 1: error (newly denied), warning (newly reported), note.

    """
    return operations.impact(
        common.project,
        terminal.context(),
        base=base,
        stacks=stacks,
        from_epac=from_epac,
        environment=environment,
        management_groups=management_group,
        fail_on=fail_on,
    )


def remediate(
    stack: str,
    *policy: str,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Run remediations: Azure corrects resources that existed before a stack's policy.

    For example:

        modelyard policy remediate dev                      all that modify or deploy
        modelyard policy remediate dev keys-off --yes

    Policies with the effects modify and deployIfNotExists act on writes. What was written before they were assigned
    stays as it is until a remediation is run. Azure runs it with the assignment's own identity and takes minutes. It
    evaluates compliance again; for a policy at a management group it uses its last evaluation. A run that finds
    nothing to correct changes nothing. Make the same change in the stack file, or the next `up` sets it back.

    Parameters
    ----------
    stack
        The stack's name; it has to be deployed.
    policy
        Keys of the stack file's policies (all that modify or deploy when left out).
    yes
        Don't ask. In the sandbox nobody is asked; against Azure, without a terminal, it is needed.

    """
    return operations.remediate(
        Project.find(common.project), stack, terminal.context(yes=yes), policies=policy, target=pointing.target
    )
