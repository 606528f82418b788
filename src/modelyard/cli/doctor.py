"""`modelyard doctor`."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from modelyard.cli.operation import checked
from modelyard.cli.options import Common, Pointing
from modelyard.cli.places import Places
from modelyard.config.project import Project
from modelyard.engine import build, find
from modelyard.failures import Failure
from modelyard.report.result import Check, Outcome, Report
from modelyard.target import DATA_PLANE_SCOPE


def doctor(*, pointing: Pointing = Pointing(), common: Common = Common()) -> Report:
    """Look at everything Modelyard needs, and say how to mend what is amiss. Changes nothing.

    The engine, the project and its stacks, the sandbox or the login to Azure. Add `-v` for what is well, too.
    """
    checks = (
        _engine(),
        *_stacks(common),
        *((_sandbox(),) if pointing.target == "sandbox" else (_login(), _subscription())),
    )
    return Report(command="doctor", target=pointing.target, checks=checks)


def _well(id_: str, subject: str, observed: str) -> Check:
    return Check(id_, subject, Outcome.PASSED, expected=subject, observed=observed)


def _amiss(id_: str, subject: str, expected: str, observed: str, mend: str, outcome: Outcome = Outcome.FAILED) -> Check:
    return Check(id_, subject, outcome, expected, observed, reason=mend)


def _engine() -> Check:
    id_, subject = "doctor.engine", "the Pulumi engine"
    environment, tried = dict(os.environ), list[str]()
    python = Path(sys.executable)
    found = find.on_path(environment.get("PATH", ""), environment, tried) or find.cached(Places.here().engine, python)
    if found:
        return _well(id_, subject, f"Pulumi {found.version} ({found.source}): {found.binary}")
    go = build.compiler(environment.get("PATH", ""), environment)
    mend = "install the Pulumi CLI, or Go 1.26, then: modelyard engine"
    return _amiss(
        id_,
        subject,
        f"Pulumi {find.MINIMUM} or newer",
        "; ".join(tried),
        mend if isinstance(go, str) else "get one: modelyard engine",
    )


def _stacks(common: Common) -> Iterator[Check]:
    id_ = "doctor.stack"
    try:
        project = Project.find(common.project)
    except Failure as failure:
        yield _amiss("doctor.project", "the Pulumi project", "Pulumi.yaml here or above", failure.what, failure.remedy)
        return
    if not project.main.is_dir():
        yield _amiss(
            "doctor.project", "the program", f"a folder {project.main}", "none", "set `main` in Pulumi.yaml right"
        )
    for name in project.stack_names():
        _, loaded = checked(name, common)
        if loaded.errors:
            count = f"{len(loaded.errors)} to mend"
            yield _amiss(id_, f"stack {name}", "a stack file without errors", count, f"modelyard check {name}")
        else:
            yield _well(id_, f"stack {name}", str(loaded.file))


def _sandbox() -> Check:
    from modelyard.sandbox import process

    id_, subject, home = "doctor.sandbox", "the sandbox", Places.here().sandbox
    try:
        running = process.status(home)
    except Failure as failure:
        return _amiss(id_, subject, "a sandbox that answers", failure.what, failure.remedy)
    if running:
        return _well(id_, subject, f"runs on 127.0.0.1:{running.port}")
    if home.exists() and not os.access(home, os.W_OK):
        return _amiss(
            id_, subject, f"{home} can be written", "it can't", "mend its permissions, or set MODELYARD_STATE"
        )
    return _well(id_, subject, "not running; commands start it when they need it")


def _login() -> Check:
    from azure.core.exceptions import ClientAuthenticationError

    from modelyard.cli.pointing import point

    id_, subject, expected = "doctor.login", "the login to Azure", "a token for the inference endpoint"
    try:
        point("azure").credential().get_token(DATA_PLANE_SCOPE)
    except ClientAuthenticationError:
        az = "az login" if shutil.which("az") else "install the Azure CLI and run `az login`"
        mend = f"{az}, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or federated token"
        return _amiss(id_, subject, expected, "nobody is logged in", mend)
    return _well(id_, subject, "a token was given")


def _subscription() -> Check:
    from modelyard.cli.pointing import point

    id_, subject = "doctor.subscription", "the subscription"
    subscription = point("azure").subscription_id
    if subscription:
        return _well(id_, subject, subscription)
    mend = "set ARM_SUBSCRIPTION_ID, or azure-native:subscriptionId in the stack file; without, `az`'s default counts"
    return _amiss(id_, subject, "a subscription is named", "none", mend, Outcome.INCONCLUSIVE)
