"""The commands on a team's own project: `init` and `upgrade`."""

from pathlib import Path

from modelyard import operations
from modelyard.cli.options import InProject, Plain
from modelyard.cli.terminal import answer, context
from modelyard.config.project import Project
from modelyard.report.result import Report


def init(
    folder: Path = Path(),
    *,
    install: str | None = None,
    name: str | None = None,
    location: str = "swedencentral",
    backend: str | None = None,
    common: Plain = Plain(),
) -> Report:
    """Begin the repository of a team: write its first files.

    A stack for the sandbox and its layer, the program, a policy with its tests, a test of the stack, settings of
    editors, requirements, and a workflow of GitHub. Files that are there are left alone, and a second run changes
    nothing. At a terminal, what isn't given and has no default is asked.

        modelyard init ai-platform --install git+https://HOST/REPO@COMMIT
        modelyard init --name contoso-ai --install URL.whl#sha256=HASH
        modelyard init --backend 'azblob://state?storage_account=contoso'

    Parameters
    ----------
    folder
        The folder; it is made where there is none.
    install
        Where Modelyard is installed from, pinned: a wheel's URL with `#sha256=HASH`, or a git URL with a whole commit.
    name
        The project's name, from which those of the account and its group are made. Left out, it is the folder's.
    location
        The region of the first stack.
    backend
        Where Pulumi keeps state: `azblob://CONTAINER?storage_account=NAME`, signed in with Entra, or `file://FOLDER`.
        Left out, whoever runs Pulumi says it with PULUMI_BACKEND_URL or `pulumi login`.

    """
    if install is None and not (folder / "Pulumi.yaml").is_file():
        install = answer("Install Modelyard from (URL of a wheel#sha256=…, or git+https://…@COMMIT)")
    return operations.init(folder, context(), install=install, name=name, location=location, backend=backend)


def upgrade(*, install: str | None = None, common: InProject = InProject()) -> Report:
    """Bring a project to this version of Modelyard: write anew what it keeps there.

    That is the schema, the programs, the pipeline and the requirements. Stack files, layers, policies, tests and the
    README are the team's own and stay; so does a file that the team has changed, which is named. A second run changes
    nothing.

        modelyard upgrade
        modelyard upgrade --install git+https://HOST/REPO@COMMIT

    Parameters
    ----------
    install
        Where Modelyard is installed from now on, pinned as for `init`.

    """
    return operations.upgrade(Project.find(common.project), context(), install=install)
