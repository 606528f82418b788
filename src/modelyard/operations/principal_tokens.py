"""Tokens: of whoever is signed in, and of other principals. The sandbox gives everybody's, Azure nobody else's.

Against Azure the team hands them in by the environment, where secrets of pipelines live, never as arguments.
"""

import re

from modelyard.azure.target import DATA_PLANE_SCOPE, Target
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import point, resolve, with_destination
from modelyard.report.result import Report


@with_destination
def token(
    context: OperationContext,
    *,
    target: TargetName | None = None,
    scope: str = DATA_PLANE_SCOPE,
    principal: str = "",
) -> Report:
    """Get an Entra access token: of whoever is signed in, or in the name of `principal`.

    `target` is required where nobody watches. `scope` is what the token opens; left out, the inference endpoint.
    `principal` is a name, object id or client id of the sandbox's directory; against Azure its token is read from
    `MODELYARD_TOKEN_<NAME>` in `context.environment`. The token is valid for about an hour: keep it out of logs.

    `Report.text` is the token; `data` has `accessToken` and `scope`. Raises `cli.nobody-else`, NotSignedIn,
    TargetMissing.
    """
    pointed = point(resolve(target, context), context)
    value = token_of(context, pointed, principal, scope) if principal else pointed.token(scope)
    return Report(command="token", text=value, data={"accessToken": value, "scope": scope})


def variable(name: str) -> str:
    """The environment variable that holds the token of this principal: MODELYARD_TOKEN_APP_TEAM for app-team."""
    return f"MODELYARD_TOKEN_{re.sub('[^A-Z0-9]+', '_', name.upper()).strip('_')}"


def token_of(context: OperationContext, target: Target, name: str, scope: str = DATA_PLANE_SCOPE) -> str:
    """An access token in this principal's name: in the sandbox any of its directory, by name, object or client id."""
    if target.name == "sandbox":
        from modelyard.sandbox import control_client
        from modelyard.sandbox.state_dir import Home

        return control_client.token(Home(context.folders.sandbox), name, scope.removesuffix("/.default"))
    handed = context.environment.get(variable(name))
    if not handed:
        raise Failure.of("cli.nobody-else", name=name, variable=variable(name))
    return handed
