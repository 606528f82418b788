"""`modelyard sandbox reset`."""

import os
import shutil
from typing import Annotated

from cyclopts import Parameter

from modelyard.cli.options import Plain
from modelyard.operations.user_dirs import Places
from modelyard.report.result import Report
from modelyard.sandbox import process
from modelyard.sandbox.state_dir import Home


def reset(*, yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False, common: Plain = Plain()) -> Report:
    """Delete everything that the sandbox holds.

    Deletes resources and role assignments, sets the clock back to real time, and deletes the Pulumi state of every
    stack that was declared in the sandbox. Port, certificates and secrets stay.

        modelyard sandbox reset --yes

    Parameters
    ----------
    yes
        Taken for scripts; nobody is asked in the sandbox.

    """
    home = Places.here(os.environ).sandbox
    process.reset(home)
    where = Home(home)
    for folder in (where.backend, home / "stacks"):
        if folder.is_dir():
            shutil.rmtree(folder)
    if where.path.is_dir():
        where.prepare()
    return Report(command="sandbox reset", text="the sandbox is as new", data={"home": str(home)})
