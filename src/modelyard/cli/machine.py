"""The commands about this machine and its user: `quickstart`, `doctor`, `engine`, `client` and `token`."""

from typing import Annotated

from cyclopts import Parameter

from modelyard import operations
from modelyard.azure.target import DATA_PLANE_SCOPE
from modelyard.cli.options import Common, InProject, Plain, Pointing, ProjectChecks
from modelyard.cli.terminal import context
from modelyard.client.program import ApiName, Auth, LanguageName
from modelyard.config.project import Project
from modelyard.report.result import Report


def quickstart(stack: str = "dev", *, common: Common = Common()) -> Report:
    """Check, preview, declare and prove one stack in the sandbox, one line for each step.

    Gets the Pulumi engine where there is none, starts the sandbox, and leaves it running. A second run changes nothing
    and says so.

        modelyard quickstart
        modelyard quickstart keys

    Parameters
    ----------
    stack
        The stack's name.

    """
    return operations.quickstart(Project.find(common.project), stack, context())


def doctor(*, pointing: Pointing = Pointing(), common: ProjectChecks = ProjectChecks()) -> Report:
    """Check everything that Modelyard needs, and say how to fix what is wrong. Changes nothing.

    The engine, the project and its stacks; the sandbox, the login to Azure, or both, as the project's stacks need them.
    `--target` names one of them, and is required where there is no stack. `-v` also shows what is in order.

        modelyard doctor
        modelyard doctor --target azure -v
    """
    return operations.doctor(common.project, context(), target=pointing.target)


def engine(*, common: Plain = Plain()) -> Report:
    """Find the Pulumi engine, and get one where there is none.

    Looks on PATH and in the cache, then tries Pulumi's installer, then builds the engine from Go modules. That needs Go
    1.26 and takes about four minutes the first time; the engine is kept for all projects. Other commands do the same
    when they need an engine.

        modelyard engine
    """
    return operations.engine(context())


def client(
    stack: str,
    *,
    deployment: str | None = None,
    language: LanguageName = "python",
    auth: Auth = "entra",
    api: ApiName | None = None,
    env: bool = False,
    pointing: Pointing = Pointing(),
    common: InProject = InProject(),
) -> Report:
    """Print a program that calls a deployment of a stack.

    For example:

        modelyard client dev                                 Python, with a token
        modelyard client dev --deployment embed --language go
        modelyard client dev --language curl --auth key
        modelyard client dev --env                           CHAT_MODEL and others

    The program is complete: its first lines say what to install and how to run it. It calls `/openai/v1`, which
    Microsoft recommends, unless another API is named or the model is served elsewhere. It is written from the outputs
    that the last `modelyard up` left; nothing is sent. No key is ever in it: a program with a key reads it from the
    variable FOUNDRY_API_KEY.

    Parameters
    ----------
    stack
        The stack's name.
    deployment
        Which deployment. Left out, it is `chat`, or the first that the API serves.
    language
        The language of the program.
    auth
        `entra`: a token of whoever is signed in. `key`: a key of the account, where keys are on.
    api
        `openai-v1`; `inference` for the /models route, whose retirement Microsoft announced for 2026-08-26; or
        `anthropic` for models of Anthropic.
    env
        Print environment variables for an application instead: endpoint and model of each deployment.

    """
    return operations.client(
        Project.find(common.project),
        stack,
        context(),
        target=pointing.target,
        deployment=deployment,
        language=language,
        auth=auth,
        api=api,
        variables=env,
    )


def token(
    *,
    scope: str = DATA_PLANE_SCOPE,
    as_: Annotated[str, Parameter(name="--as")] = "",
    pointing: Pointing = Pointing(),
    common: Plain = Plain(),
) -> Report:
    """Print an Entra token for the inference endpoint.

    For example:

        curl -H "Authorization: Bearer $(modelyard token)" …
        modelyard token --as reader      in the sandbox: one who may only look

    The token is all that is printed, and is good for about an hour. Don't keep it in a file or a variable that gets
    logged.

    Parameters
    ----------
    scope
        What the token opens; https://management.azure.com/.default for ARM.
    as_
        Whose token, in the sandbox: pipeline, developer, reader, outsider, or any object id.

    """
    return operations.token(context(), target=pointing.target, scope=scope, principal=as_)
