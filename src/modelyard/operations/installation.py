"""What Modelyard needs on this machine: the engine, the project and its stacks, the sandbox, the login to Azure."""

import os
import shutil
import sys
from pathlib import Path

from modelyard.azure.target import DATA_PLANE_SCOPE, Target
from modelyard.config.project import Project
from modelyard.destination import Destination, TargetName
from modelyard.engine import build, discovery
from modelyard.failures import Failure
from modelyard.operations.context import OperationContext
from modelyard.operations.stack_check import checked
from modelyard.operations.target_resolution import InSandbox, point, resolve, sandbox, with_destination, works
from modelyard.report.result import Check, Outcome, Report


@with_destination
def doctor(start: Path, context: OperationContext, *, target: TargetName | None = None) -> Report:
    """Check everything that Modelyard needs, and say how to correct what is wrong. Changes nothing.

    `start` is a folder of the project; that there is none is a check that fails. The sandbox and the login to Azure are
    checked as the project's stacks need them; `target` names one of them, and is required where there is no stack.

    `Report.checks` has one check a thing; the reason of one that failed says what to do. The status is FINDINGS where
    one fails, and INCONCLUSIVE where the subscription is unknown. Raises TargetMissing and `cli.target-unknown`.
    """
    stacks, needed = _stacks(start, context)
    if target or not needed:
        needed = {resolve(target, context).target}
    checks = [_engine(context), *stacks]
    if "sandbox" in needed:
        works(sandbox())
        checks.append(_sandbox(context))
    if "azure" in needed:
        checks += _azure(context, only="sandbox" not in needed)
    return Report(command="doctor", checks=tuple(checks))


def engine(context: OperationContext) -> Report:
    """Find the Pulumi engine, and install or build it where there is none.

    `Report.data` has `version`, `source` and `binary`. Raises `engine.not-found`.
    """
    found = context.engine()
    return Report(
        command="engine",
        text=f"Pulumi {found.version} ({found.source}): {found.binary}",
        data={"version": found.version, "source": found.source, "binary": str(found.binary)},
    )


def _well(id_: str, subject: str, observed: str) -> Check:
    return Check(id_, subject, Outcome.PASSED, expected=subject, observed=observed)


def _amiss(id_: str, subject: str, expected: str, observed: str, mend: str, outcome: Outcome = Outcome.FAILED) -> Check:
    return Check(id_, subject, outcome, expected, observed, reason=mend)


def _engine(context: OperationContext) -> Check:
    id_, subject = "doctor.engine", "the Pulumi engine"
    environment, tried = dict(context.environment), list[str]()
    python = Path(sys.executable)
    found = discovery.on_path(environment.get("PATH", ""), environment, tried) or discovery.cached(
        context.folders.engine, python
    )
    if found:
        return _well(id_, subject, f"Pulumi {found.version} ({found.source}): {found.binary}")
    go = build.compiler(environment.get("PATH", ""), environment)
    mend = "install the Pulumi CLI, or Go 1.26, then: modelyard engine"
    return _amiss(
        id_,
        subject,
        f"Pulumi {discovery.MINIMUM} or newer",
        "; ".join(tried),
        mend if isinstance(go, str) else "get one: modelyard engine",
    )


def _stacks(start: Path, context: OperationContext) -> tuple[list[Check], set[TargetName]]:
    """The project and its stacks, and the targets that the stacks state."""
    id_, checks, targets = "doctor.stack", list[Check](), set[TargetName]()
    try:
        project = Project.find(start)
    except Failure as failure:
        expected = "Pulumi.yaml here or above"
        return [_amiss("doctor.project", "the Pulumi project", expected, failure.what, failure.remedy)], targets
    if not project.main.is_dir():
        mend = "set `main` in Pulumi.yaml right"
        checks.append(_amiss("doctor.project", "the program", f"a folder {project.main}", "none", mend))
    for name in project.stack_names():
        loaded = checked(project, name, context)
        targets |= {loaded.target} if loaded.target else set()
        if loaded.errors:
            count = f"{len(loaded.errors)} error{'s' * (len(loaded.errors) != 1)}"
            mend = f"modelyard check {name}"
            checks.append(_amiss(id_, f"stack {name}", "a stack file without errors", count, mend))
        else:
            checks.append(_well(id_, f"stack {name}", f"{loaded.file}, target {loaded.target}"))
    return checks, targets


def _sandbox(context: OperationContext) -> Check:
    from modelyard.sandbox import process

    id_, subject, home = "doctor.sandbox", "the sandbox", context.folders.sandbox
    try:
        running = process.status(home)
    except Failure as failure:
        return _amiss(id_, subject, "a sandbox that answers", failure.what, failure.remedy)
    if running:
        return _well(id_, subject, f"runs on 127.0.0.1:{running.port}")
    if home.exists() and not os.access(home, os.W_OK):
        return _amiss(
            id_, subject, f"{home} can be written", "it can't", "correct its permissions, or set MODELYARD_STATE"
        )
    return _well(id_, subject, "not running; commands start it when they need it")


def _azure(context: OperationContext, *, only: bool) -> list[Check]:
    """The login and its subscription. Where the sandbox is looked at too, neither is what the report is about."""
    try:
        target = point(Destination("azure"), context)
    except InSandbox as failure:
        return [_amiss("doctor.login", "the login to Azure", "a shell of its own", failure.what, failure.remedy)]
    if not only:
        works(None)
    return [_login(target), _subscription(target)]


def _login(target: Target) -> Check:
    from azure.core.exceptions import ClientAuthenticationError

    id_, subject, expected = "doctor.login", "the login to Azure", "a token for the inference endpoint"
    try:
        target.credential().get_token(DATA_PLANE_SCOPE)
    except ClientAuthenticationError:
        az = "az login" if shutil.which("az") else "install the Azure CLI and run `az login`"
        mend = f"{az}, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or federated token"
        return _amiss(id_, subject, expected, "nobody is logged in", mend)
    return _well(id_, subject, "a token was given")


def _subscription(target: Target) -> Check:
    id_, subject = "doctor.subscription", "the subscription"
    if target.subscription_id:
        return _well(id_, subject, target.subscription_id)
    mend = "set ARM_SUBSCRIPTION_ID, or azure-native:subscriptionId in the stack file; without, `az`'s default counts"
    return _amiss(id_, subject, "a subscription is named", "none", mend, Outcome.INCONCLUSIVE)
